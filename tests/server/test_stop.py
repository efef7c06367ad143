"""A requested stop: every stream is told, every reply is stored, and the process ends in time."""

import asyncio
import time
from dataclasses import replace

from server.conftest import Upstream
from server.running import STOP_SECONDS, Client, Luxx, Viewer, client
from server.sockets import bearer, head, silent
from server.subscribing import follow, follow_sse, socket
from support import until

from luxx.config import Settings
from luxx.db import close_database, open_database
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import LIVE, Message, MessageRole, MessageStatus, Run

TEXT = "A long reply that will not be over when the server is told to stop. " * 40
TOLD = {"content": "The server stopped in mid-reply"}


async def begun(here: Client, model: ScriptedModel) -> str:
    model.script.append(Reply(text=TEXT, pace=0.005))
    return await here.start(await here.conversation())


async def stored(settings: Settings) -> dict[str, Message]:
    await open_database(settings)
    try:
        assert not await Run.filter(status__in=LIVE).exists()
        return {row.id: row for row in await Message.filter(role=MessageRole.ASSISTANT)}
    finally:
        await close_database()


async def test_a_stop_ends_every_stream_with_an_error_and_keeps_the_text(
    settings: Settings, luxx: Luxx, upstream: Upstream
) -> None:
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        viewers = [Viewer(here, await begun(here, upstream.model)) for _ in range(4)]
        over_socket, over_sse = [await begun(here, upstream.model) for _ in range(2)]
        async with asyncio.TaskGroup() as group, socket(luxx.url, here.token) as connection:
            for viewer in viewers:
                group.create_task(viewer.watch())
            told = group.create_task(follow(connection, over_socket))
            streamed = group.create_task(follow_sse(here, over_sse))
            await until(lambda: all(len(viewer.seen) > 3 for viewer in viewers))
            began = time.perf_counter()
            assert await luxx.stop() == 0
            assert time.perf_counter() - began < STOP_SECONDS
    for viewer in viewers:
        assert viewer.broken is None
        assert (viewer.seen[-1].event, viewer.seen[-1].data) == ("error", TOLD)
    for events, completed in (told.result(), streamed.result()):
        assert completed
        assert events[-1]["code"] == "INTERRUPTED"
    messages = await stored(settings)
    assert {row.status for row in messages.values()} == {MessageStatus.INTERRUPTED}
    for viewer in viewers:
        assert messages[viewer.message_id].content == viewer.text
        assert TEXT.startswith(viewer.text)
    assert "Traceback" not in luxx.logged


async def test_a_client_that_never_reads_does_not_hold_up_the_stop(
    luxx: Luxx, upstream: Upstream
) -> None:
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        # More than any buffer takes; the reply is not over when it is all said.
        held = Reply(text="much too much " * 100_000, chunk=8_000, hold=asyncio.Event())
        upstream.model.script.append(replace(held, hold_after=170))
        viewer = Viewer(here, await here.start(await here.conversation()))
        asking = head("GET", f"/api/messages/{viewer.message_id}/stream", bearer(here.token))
        async with silent(luxx.url, asking), asyncio.TaskGroup() as group:
            group.create_task(viewer.watch())
            await until(lambda: len(viewer.text) > 1_300_000)
            began = time.perf_counter()
            assert await luxx.stop() == 0
            assert time.perf_counter() - began < STOP_SECONDS
    assert viewer.seen[-1].data == TOLD
    assert "Traceback" not in luxx.logged
