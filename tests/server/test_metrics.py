"""What operators are told: of one process, of many, and while the database is away."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from postgres import Postgres
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from server.conftest import Upstream
from server.running import Client, Luxx, Viewer, client, launch
from support import until

from luxx.config import Settings
from luxx.llm.demo import Call, Reply

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"
LISTED = re.compile(r"^\| `(\w+)`(?: [¹²])? \| (\w+) \|", re.MULTILINE)


class Figures:
    """One answer of `/metrics`."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {
            family.name: family for family in text_string_to_metric_families(text)
        }

    def value(self, name: str, **labels: str) -> float:
        """Of all samples of that name which have these labels, the sum."""
        return sum(
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


async def figures(here: Client) -> Figures:
    answer = await here.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return Figures(answer.text)


async def at_last(here: Client, condition: Callable[[Figures], object]) -> Figures:
    """The first figures that fit."""
    async with asyncio.timeout(15):
        while True:
            found = await figures(here)
            if condition(found):
                return found
            await asyncio.sleep(0.1)


async def test_they_are_off_by_default(luxx: Luxx) -> None:
    async with httpx.AsyncClient(base_url=luxx.url, trust_env=False) as http:
        assert (await http.get("/metrics")).status_code == 404


async def test_what_happened_is_counted(settings: Settings, upstream: Upstream) -> None:
    upstream.model.script += [
        Reply("Look. ", tool_calls=[Call("file_exists", {"path": "x"}), Call("nonsense", {})]),
        Reply("Nothing."),
        Reply(status=400, error="No"),
        Reply("Slowly. " * 500, pace=0.05),
    ]
    async with launch(settings, LUXX_METRICS="on") as luxx, client(luxx.url) as here:
        await here.provider(upstream.url)
        conversation = await here.conversation()
        for _ in range(2):
            await Viewer(here, await here.start(conversation)).watch()
        viewer = Viewer(here, await here.start(conversation))
        watching = asyncio.create_task(viewer.watch())
        await here.http.get("/api/conversations/none")
        await here.http.get("/nowhere/at/all")
        await until(lambda: viewer.seen)
        found = await at_last(here, lambda each: each.value("luxx_followers"))
        assert found.value("luxx_runs", status="running") == 1
        assert found.value("luxx_runs_executing") == 1
        assert found.value("luxx_queue_depth") == 0
        assert found.value("luxx_processes") == 1
        assert found.value("luxx_database_up") == 1
        await here.call("POST", f"/api/messages/{viewer.message_id}/cancel")
        await watching
        found = await at_last(here, lambda each: not each.value("luxx_runs_executing"))
    for status in ("completed", "failed", "cancelled"):
        assert found.value("luxx_runs_ended_total", status=status) == 1
    assert found.value("luxx_tools_used_total", tool="file_exists", outcome="succeeded") == 1
    assert found.value("luxx_tools_used_total", tool="unknown") == 1
    assert found.value("luxx_first_token_seconds_count") == 3
    for kind in ("prompt", "completion"):
        assert found.value("luxx_tokens_total", kind=kind) > 0
    assert found.value("luxx_loop_lag_seconds_count") > 0
    _check_requests(found)
    _check_document(found)


def _check_requests(found: Figures) -> None:
    name = "luxx_request_seconds_count"
    stream = {"method": "GET", "route": "/api/messages/{message_id}/stream"}
    assert found.value(name, **stream, status="2xx") == 3
    # A stream counts until its first byte, however long it goes on.
    assert found.value("luxx_request_seconds_sum", **stream) < 3
    one = {"method": "GET", "route": "/api/conversations/{id}"}
    assert found.value(name, **one, status="4xx") == 1
    assert found.value(name, route="other", status="4xx") == 1
    assert found.value(name, route="/graphql", method="POST", status="2xx") == 3


def _check_document(found: Figures) -> None:
    """Each is explained, and nothing is that there is not."""
    kinds = {"counter": "counter", "gauge": "gauge", "histogram": "histogram"}
    listed = {name.removesuffix("_total"): kind for name, kind in LISTED.findall(_document())}
    assert listed == {name: kinds[family.type] for name, family in found.families.items()}


def _document() -> str:
    return DOCUMENT.read_text()


@pytest.mark.timeout(120)
async def test_one_of_many_on_a_socket_answers_for_all_of_them(
    settings: Settings, upstream: Upstream
) -> None:
    if settings.is_sqlite:
        pytest.skip("one process at a time has a SQLite file")
    upstream.model.script += [Reply("Hello.")] * 6
    async with (
        launch(settings, "--workers", "2", LUXX_METRICS="on") as luxx,
        client(luxx.url) as here,
    ):
        await here.provider(upstream.url)
        for _ in range(6):  # each over a connection of its own: of either process
            async with client(luxx.url, token=here.token) as other:
                await Viewer(other, await other.start(await other.conversation())).watch()
        for _ in range(4):
            async with client(luxx.url, token=here.token) as other:
                found = await figures(other)
                assert found.value("luxx_runs_ended_total", status="completed") == 6
                assert found.value("luxx_processes") == 2
                assert found.value("luxx_database_up") == 1


@pytest.mark.timeout(120)
async def test_a_worker_has_metrics_and_they_outlive_the_database(
    settings: Settings, safe_postgres: Postgres
) -> None:
    async with (
        launch(settings, command="worker", LUXX_METRICS="on") as worker,
        client(worker.url, enter=False) as here,
    ):
        assert (await figures(here)).value("luxx_database_up") == 1
        await asyncio.to_thread(safe_postgres.stop)
        try:
            found = await figures(here)
        finally:
            await asyncio.to_thread(safe_postgres.start)
        assert found.value("luxx_database_up") == 0
        assert "luxx_queue_depth" not in found.families
        assert "luxx_runs_executing" in found.families
        await at_last(here, lambda each: each.value("luxx_database_up"))
