"""The OpenAPI document is what a running server does: thousands of generated requests say so."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from server.conftest import Upstream
from server.running import Client, environment, launch

from luxx.config import Settings
from luxx.openapi import document
from luxx.openapi.facts import FACTS

#: Leaving would end the login of all other requests; a room that rests is followed for ever.
LEFT_OUT = ("/api/auth/logout", "/api/chat-rooms/{room_id}/stream")
#: Rules beyond a schema (a tool that there is not) refuse what fits it; and of what is named in the
#: settings below, a sequence of requests may have deleted what another one asks for.
UNCHECKED = "positive_data_acceptance,ensure_resource_availability"
CASES = 2_000
SECONDS = 240
#: 502 is what a reply ends with whose provider, here a generated one, cannot be reached.
CONFIG = """
generation.max-examples = 10
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 502]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422]
[[operations]]
include-method = ["GET", "POST", "PUT"]
[operations.parameters]
"""


async def inhabit(ann: Client, upstream: Upstream) -> dict[str, object]:
    """What the requests find: of each kind one, by the names of the paths' parameters."""
    provider = await ann.provider(upstream.url)
    conversation = await ann.conversation()
    sent = await ann.call("POST", "/api/messages", conversation_id=conversation, content="Hello")
    agent = await ann.call("POST", "/api/agents", name="Ada")
    seats = [{"agent_id": agent["id"]}, {"name": "Ben"}]
    room = await ann.call(
        "POST", "/api/chat-rooms", title="Talk", task="Talk", max_rounds=1, agents=seats
    )
    return {
        "id": conversation,
        "conversation_id": conversation,
        "message_id": sent["assistant_message"]["id"],
        "provider_id": provider,
        "agent_id": agent["id"],
        "room_id": room["id"],
    }


def at_home(described: Any, upstream: Upstream) -> str:
    """The document with no provider but ours: nothing generated may reach another machine."""
    base_url, text = FACTS["base_url"], json.dumps(described)
    for elsewhere, here in (
        (base_url.example, f"{upstream.url}/v1"),
        (base_url.bounds["pattern"], f"^{re.escape(upstream.url)}/v1$"),
    ):
        assert json.dumps(elsewhere) in text
        text = text.replace(json.dumps(elsewhere), json.dumps(here))
    return text


async def fuzz(folder: Path, url: str, token: str) -> Any:
    """The report of a run; it reads its settings and the document from the folder."""
    options = [f"--exclude-path={path}" for path in LEFT_OUT]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", url),
        *("--header", f"Authorization: Bearer {token}", *options),
        *("--checks", "all", "--exclude-checks", UNCHECKED, "--continue-on-failure"),
        *("--report", "json", "--report-json-path", "report.json", "--seed", "1"),
        *("--request-timeout", "10", "--no-shrink"),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        said, _ = await process.communicate()
    (folder / "said.txt").write_bytes(said)
    report = folder / "report.json"
    assert report.exists(), said.decode()
    return json.loads(report.read_text())


@pytest.mark.timeout(SECONDS + 60)
async def test_generated_requests_are_answered_as_described(
    settings: Settings, upstream: Upstream, tmp_path: Path
) -> None:
    variables = {
        "LUXX_AUTH_RATE_LIMIT": "0",
        "LUXX_ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
        "LUXX_REGISTRATION": "open",
    }
    async with launch(settings, **variables) as luxx:
        ann = Client(luxx.url)
        async with ann.http as http:
            described = (await http.get("/api/openapi.json")).json()
            assert described == document()
            account = {"username": "ann", "password": "correct horse"}
            await ann.call("POST", "/api/auth/register", email="ann@example.com", **account)
            await ann.enter(*account.values())
            known = await inhabit(ann, upstream)
        lines = [f"{name} = {json.dumps(value)}" for name, value in known.items()]
        (tmp_path / "schemathesis.toml").write_text(CONFIG + "\n".join(lines))
        (tmp_path / "openapi.json").write_text(at_home(described, upstream))
        report = await fuzz(tmp_path, luxx.url, ann.token)
        await luxx.healthy()
        assert "Traceback" not in luxx.logged
    assert (report["failures"], report["errors"]) == ([], [])
    assert report["operations"]["tested"] == report["operations"]["selected"]
    assert report["test_cases"]["generated"] >= CASES
