"""A database that goes away and comes back: said honestly, survived, and nothing lost."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from postgres import Postgres
from server.conftest import Upstream
from server.running import ADMIN, PASSWORD, Client, Luxx, Viewer, client, launch
from server.watching_rooms import RoomViewer, make_room, messages_of, start, texts
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

TEXT = "All of this is said slowly, word by word, so that there is a middle. " * 12
REFUSED_WITHIN, BACK_WITHIN = 10.0, 10.0


@pytest.fixture
async def luxx(settings: Settings, safe_postgres: Postgres) -> AsyncIterator[Luxx]:
    del safe_postgres
    async with launch(settings) as running:
        yield running


@pytest.mark.timeout(120)
async def test_a_restart_in_mid_stream_costs_nothing(
    luxx: Luxx, upstream: Upstream, safe_postgres: Postgres
) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.02), Reply(TEXT, pace=0.02), Reply("Two.")]
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        reply = Viewer(here, await here.start(await here.conversation()))
        room = await make_room(here, "Ada", "Bob", max_rounds=1)
        await start(here, room)
        viewer = RoomViewer(here, room, deltas=True)
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(reply.watch())
            group.create_task(viewer.watch())
            await until(lambda: len(reply.seen) > 3 and len(viewer.events) > 3)
            await asyncio.to_thread(safe_postgres.stop)
            await asyncio.to_thread(safe_postgres.start)
        assert reply.broken is viewer.broken is None
        assert reply.text == TEXT
        viewer.check()
        said = await messages_of(here, room)
        assert [each["status"] for each in said] == ["completed"] * 2
        assert texts(viewer.events) == {each["id"]: each["content"] for each in said}
        assert len(upstream.model.requests) == 3


@pytest.mark.timeout(180)
async def test_while_it_is_away_everything_says_so_in_time_and_then_works_again(
    luxx: Luxx, upstream: Upstream, safe_postgres: Postgres
) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.02), Reply("Back.")]
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        conversation = await here.conversation()
        viewer = Viewer(here, await here.start(conversation))
        async with asyncio.timeout(100), asyncio.TaskGroup() as group:
            group.create_task(viewer.watch())
            await until(lambda: len(viewer.seen) > 3)
            await asyncio.to_thread(safe_postgres.stop)
            try:
                await _all_is_refused(here)
            finally:
                await asyncio.to_thread(safe_postgres.start)
            began = time.perf_counter()
            while (await here.http.get("/api/ready")).status_code != 200:
                assert time.perf_counter() - began < BACK_WITHIN
                await asyncio.sleep(0.1)
        assert (await here.http.get("/api/health")).json()["status"] == "ok"
        # The reply went on meanwhile, and its viewer only waited.
        assert viewer.broken is None
        assert viewer.text == TEXT
        *_, answer = await here.messages(conversation)
        assert (answer["status"], answer["content"]) == ("completed", TEXT)
        body = {"conversation_id": conversation, "content": "Go on"}
        sent = await here.call("POST", "/api/messages", **body)
        assert sent["assistant_message"]["content"] == "Back."


async def _all_is_refused(here: Client) -> None:
    async with asyncio.timeout(5):  # what the database answered holds for a second
        while (await here.http.get("/api/ready")).status_code == 200:
            await asyncio.sleep(0.05)
    login = {"username": ADMIN, "password": PASSWORD}
    asked = [
        ("GET", "/api/conversations", None),
        ("POST", "/api/conversations", {"title": "Lost"}),
        ("POST", "/api/auth/login", login),
        ("GET", "/api/ready", None),
    ]
    began = time.perf_counter()
    answers = await asyncio.gather(
        *(here.http.request(method, path, json=body) for method, path, body in asked)
    )
    assert time.perf_counter() - began < REFUSED_WITHIN
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
        assert "database" in answer.json()["message"]
    health = await here.http.get("/api/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    found = await here.graphql("{ me { username } }")
    assert found["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
