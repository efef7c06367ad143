"""Clients that others publish follow a reply; what they print is what the server stored.

The scripts beside this file are what the documentation shows.
"""

import asyncio
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from relay import cable
from server.running import Client, Luxx, Viewer, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import Run

HERE = Path(__file__).parent
SECONDS = 20.0
#: Of several bytes a letter, in pieces that no client may join wrongly.
TEXT = "Grüße, 世界 🙂: " + " ".join(f"word {number}" for number in range(40)) + "\n\nThe end."


@pytest.fixture(scope="session")
def packages() -> None:
    """The packages of the scripts, as the lock names them."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine")
    if not (HERE / "node_modules").is_dir():
        command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=HERE, check=True, timeout=50)


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def luxx(settings: Settings, model: ScriptedModel) -> AsyncIterator[Luxx]:
    async with serve(model) as url, launch(settings) as running:
        async with client(running.url) as admin:
            await admin.provider(url, is_default=True)
        yield running


@asynccontextmanager
async def following(*command: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, cwd=HERE, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def printed(process: Process) -> bytes:
    """All that it wrote from here on; it ended well."""
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out


async def ended_badly(*command: str) -> str:
    """What it said at its end, which is soon."""
    async with following(*command) as process, asyncio.timeout(SECONDS):
        _, err = await process.communicate()
    assert process.returncode == 1
    return err.decode()


async def stored(admin: Client, conversation: str) -> str:
    return str((await admin.messages(conversation))[-1]["text"])


@pytest.mark.usefixtures("packages")
async def test_graphql_ws_goes_on_after_its_cursor(luxx: Luxx, model: ScriptedModel) -> None:
    go_on = asyncio.Event()
    model.script.append(Reply(TEXT, hold=go_on, hold_after=20))
    async with client(luxx.url) as admin, cable(luxx.url) as (between, near):
        talk = await admin.conversation()
        reply = await admin.start(talk)
        script = ("node", "follow_graphql_ws.mjs", near, admin.token, reply)
        async with following(*script) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            async with asyncio.timeout(SECONDS):
                first = await process.stdout.read(8)
                between.cut()
                between.mend()
                while b"lost the connection" not in await process.stderr.readline():
                    pass
            go_on.set()
            text = (first + await printed(process)).decode()
        assert text == await stored(admin, talk) == TEXT


@pytest.mark.usefixtures("packages", "database")
async def test_graphql_ws_ends_with_what_the_server_refuses(
    luxx: Luxx, model: ScriptedModel
) -> None:
    model.script.append(Reply(TEXT))
    script = ("node", "follow_graphql_ws.mjs", luxx.url)
    async with client(luxx.url) as admin:
        reply = await admin.start(await admin.conversation())
        await Viewer(admin, reply).watch()
        await Run.all().update(logged=False)  # as it is a day later
        for arguments, reason in (
            ((admin.token, "msg_none"), "There is no message 'msg_none'"),
            (("a wrong token", reply), "4403: Forbidden"),
            ((admin.token, reply, "1"), "what followed this event is no longer kept"),
        ):
            said = await ended_badly(*script, *arguments)
            assert reason in said
            assert "lost the connection" not in said


@pytest.mark.usefixtures("packages")
async def test_urql_sends_and_follows(luxx: Luxx, model: ScriptedModel) -> None:
    model.script.append(Reply(TEXT, thinking="Let me see."))
    async with client(luxx.url) as admin:
        talk = await admin.conversation()
        script = ("node", "follow_urql.mjs", luxx.url, admin.token, talk, "Hello")
        async with following(*script) as process:
            text = (await printed(process)).decode()
        assert text == await stored(admin, talk) == TEXT


@pytest.mark.usefixtures("packages")
async def test_urql_says_that_the_connection_was_lost_and_repeats_nothing(
    luxx: Luxx, model: ScriptedModel
) -> None:
    model.script.append(Reply(TEXT, hold=asyncio.Event(), hold_after=20))
    async with client(luxx.url) as admin, cable(luxx.url) as (between, near):
        talk = await admin.conversation()
        script = ("node", "follow_urql.mjs", near, admin.token, talk, "Hello")
        async with following(*script) as process, asyncio.timeout(SECONDS):
            assert process.stdout is not None
            first = await process.stdout.read(8)
            between.cut()
            between.mend()
            rest, err = await process.communicate()
        assert process.returncode == 1
        assert TEXT.startswith((first + rest).decode())
        assert "[Network] lost the connection" in err.decode()


async def test_gql_follows(luxx: Luxx, model: ScriptedModel) -> None:
    model.script.append(Reply(TEXT, thinking="Let me see."))
    async with client(luxx.url) as admin:
        talk = await admin.conversation()
        reply = await admin.start(talk)
        script = (sys.executable, "follow_gql.py", luxx.url, admin.token, reply)
        async with following(*script) as process:
            text = (await printed(process)).decode()
        assert text == await stored(admin, talk) == TEXT
