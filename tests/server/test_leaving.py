"""Clients that come and go in great numbers leave nothing behind, and end nothing."""

import asyncio

import psutil
import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, Viewer, client, launch
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

CLIENTS = 200
TEXT = "All of this is said slowly, word by word, so that there is a middle. " * 12


async def _peek(here: Client, message_id: str) -> str:
    """See three events and leave without a word; gives the last id."""
    path = f"/api/messages/{message_id}/stream?delta=true"
    last = ""
    seen = 0
    async with here.http.stream("GET", path) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                last, seen = line[4:], seen + 1
                if seen == 3:
                    return last
    return last


@pytest.mark.timeout(120)
async def test_two_hundred_who_leave_in_mid_stream(
    luxx: Luxx, upstream: Upstream, settings: Settings
) -> None:
    process = psutil.Process(luxx.process.pid)
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        conversation = await here.conversation()
        upstream.model.script += [Reply("Warm."), Reply(TEXT, pace=0.03)]
        await Viewer(here, await here.start(conversation)).watch()
        before = process.num_fds()
        message_id = await here.start(conversation)
        async with client(luxx.url, token=here.token) as crowd:
            ids = await asyncio.gather(*(_peek(crowd, message_id) for _ in range(CLIENTS)))
        assert all(ids)
        # The pool of connections to PostgreSQL may have grown to its ten, and keeps them.
        more = 5 if settings.is_sqlite else 15
        await until(lambda: process.num_fds() <= before + more)
        viewer = Viewer(here, message_id)
        await viewer.watch()
        assert viewer.text == TEXT
        *_, answer = await here.messages(conversation)
        assert (answer["status"], answer["content"]) == ("completed", TEXT)
        await until(lambda: upstream.model.active == 0)
    assert "Traceback" not in luxx.logged


@pytest.mark.timeout(120)
async def test_fifty_streams_are_told_when_the_server_is_asked_to_stop(
    settings: Settings, upstream: Upstream
) -> None:
    """Each gets its `done` or its `error`; what ends within the time to drain is whole."""
    upstream.model.script += [
        Reply(TEXT[:200], pace=0.01) if number % 2 else Reply(TEXT, pace=0.1)
        for number in range(50)
    ]
    async with launch(settings) as luxx, client(luxx.url) as here:
        await here.provider(upstream.url)
        conversations = [await here.conversation() for _ in range(50)]
        replies = await asyncio.gather(*(here.start(each) for each in conversations))
        viewers = [Viewer(here, reply) for reply in replies]
        async with asyncio.TaskGroup() as group:
            for viewer in viewers:
                group.create_task(viewer.watch())
            await until(lambda: all(viewer.seen for viewer in viewers), 20)
            assert await luxx.stop() == 0
    ends = [viewer.seen[-1].event for viewer in viewers]
    assert set(ends) == {"done", "error"}
    assert all(viewer.broken is None for viewer in viewers)
    whole = [viewer for viewer in viewers if viewer.seen[-1].event == "done"]
    assert {viewer.text for viewer in whole} == {TEXT[:200]}
    assert "Traceback" not in luxx.logged
