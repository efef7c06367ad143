"""A requested stop of a server whose rooms are running: told, stored, and gone on with later."""

import asyncio
import time

import pytest
from server.conftest import Upstream
from server.running import STOP_SECONDS, client, launch
from server.subscribing import socket
from server.watching_rooms import (
    RoomViewer,
    make_room,
    marks,
    messages_of,
    start,
    texts,
    watch_socket,
    watch_sse,
)
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

TEXT = "A long speech that will not be over when the server is told to stop. " * 10


@pytest.mark.timeout(120)
async def test_a_stop_is_told_to_all_who_watch_and_the_room_goes_on_at_the_next_start(
    settings: Settings, upstream: Upstream
) -> None:
    upstream.model.script += [Reply("One."), Reply(TEXT, pace=0.02), Reply("Two.")]
    async with launch(settings) as luxx, client(luxx.url) as here:
        token = here.token
        await here.provider(upstream.url)
        room_id, idle = [await make_room(here, "Ada", "Bob", max_rounds=1) for _ in range(2)]
        await start(here, room_id)
        viewers = [RoomViewer(here, room_id, deltas=deltas) for deltas in (False, True)]
        waiting = RoomViewer(here, idle, deltas=False)
        async with asyncio.TaskGroup() as group, socket(luxx.url, token) as connection:
            for viewer in (*viewers, waiting):
                group.create_task(viewer.watch())
            told = group.create_task(watch_socket(connection, room_id))
            streamed = group.create_task(watch_sse(here, room_id))
            await until(lambda: all(len(texts(viewer.events)) == 2 for viewer in viewers))
            await until(
                lambda: all(viewer.events[-1].event == "message_chunk" for viewer in viewers)
            )
            began = time.perf_counter()
            assert await luxx.stop() == 0
            assert time.perf_counter() - began < STOP_SECONDS
        assert "Traceback" not in luxx.logged
    _all_were_told(viewers, waiting)
    for events, _ in (told.result(), streamed.result()):
        assert events[-1] == {"error": "UNAVAILABLE"}
        assert events[-3]["status"] == "INTERRUPTED"

    async with launch(settings) as luxx, client(luxx.url, token=token) as here:
        for viewer in viewers:
            await viewer.watch(here)
            viewer.check()
            assert viewer.seen[-1].event == "room_completed"
        cursor = events[-2]["cursor"]
        rest, completed = await watch_sse(here, room_id, cursor)
        assert completed
        said = await messages_of(here, room_id)
        assert [(each["sender_name"], each["status"]) for each in said] == [
            ("Ada", "completed"),
            ("Bob", "interrupted"),
            ("Bob", "completed"),
        ]
        for viewer in viewers:
            assert texts(viewer.events) == {each["id"]: each["content"] for each in said}
            assert marks(viewer.events) == marks(viewers[0].events)
        assert [each["cursor"] for each in rest] == [
            frame.id for frame in viewers[1].events if int(str(frame.id)) > int(cursor)
        ]
        assert (await here.call("GET", f"/api/chat-rooms/{idle}"))["status"] == "idle"
    assert len(upstream.model.requests) == 3


def _all_were_told(viewers: list[RoomViewer], waiting: RoomViewer) -> None:
    for viewer in (*viewers, waiting):
        assert viewer.broken is None
        assert "error" not in [frame.event for frame in viewer.seen]
        assert "stopping" in viewer.farewell
    for viewer in viewers:
        assert [frame.event for frame in viewer.events[-2:]] == ["message_end", "message"]
        assert viewer.events[-2].data["status"] == "interrupted"
