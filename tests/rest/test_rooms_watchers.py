"""Who watches a room over REST: before its start, twice, in passing, logged out, and to its end."""

import asyncio
from collections.abc import AsyncIterator

import httpx
from consumer import SECONDS, Luxx
from frames import farewell, frames
from rest.roomstream import TEXT, events, followed, make, started, stored, texts_of

from luxx.core.assembly import end_runs
from luxx.llm.demo import Reply
from luxx.models import PermissionLevel, User


async def test_who_waits_for_the_start_sees_what_the_starter_sees(ann: Luxx, room: str) -> None:
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        waiting = [group.create_task(followed(ann, room, query)) for query in ("", "?delta=true")]
        while ann.services.starts.waiting < 2:
            await asyncio.sleep(0.002)
        seen = await started(ann, room)
    first, deltas = (task.result() for task in waiting)
    assert texts_of(first) == texts_of(deltas) == texts_of(seen)


async def test_a_repeated_start_follows_the_first_one(ann: Luxx, room: str) -> None:
    seen = await started(ann, room, **{"Idempotency-Key": "once"})
    again = await started(ann, room, **{"Idempotency-Key": "once"})
    assert texts_of(again) == texts_of(seen)
    last = {"Idempotency-Key": "once", "Last-Event-ID": str(seen[-3].id)}
    assert [frame.id for frame in await started(ann, room, **last)] == [
        frame.id for frame in seen[-2:]
    ]
    assert len(ann.model.requests) == 4
    await ann.refused("ann", "POST", f"/api/chat-rooms/{room}/start", 409)


async def test_a_viewer_that_leaves_ends_nothing(ann: Luxx, room: str) -> None:
    hold = asyncio.Event()
    ann.model.script.append(Reply(TEXT, hold=hold))
    headers = {"Authorization": f"Bearer {ann.tokens['ann']}"}
    async with ann.http.stream("POST", f"/api/chat-rooms/{room}/start", headers=headers) as answer:
        await first_block(answer)
    refused = await ann.refused("ann", "POST", f"/api/chat-rooms/{room}/start", 409)
    assert refused["code"] == "CONFLICT"
    hold.set()
    assert events(await followed(ann, room))[-1] == "room_completed"


async def first_block(answer: httpx.Response) -> str:
    async for piece in blocks(answer):
        return piece
    raise AssertionError("nothing came")


async def blocks(answer: httpx.Response) -> AsyncIterator[str]:
    buffer = ""
    async for piece in answer.aiter_text():
        buffer += piece
        *whole, buffer = buffer.split("\n\n")
        for block in whole:
            yield f"{block}\n\n"


# What is refused, and what ends a stream


async def test_what_is_wrong_is_said_before_the_stream(ann: Luxx, room: str) -> None:
    await ann.enter("bob")
    empty = await make(ann, agents=[])
    refused = await ann.refused("ann", "POST", f"/api/chat-rooms/{empty}/start", 422)
    assert refused["errors"][0]["field"] == "agents"
    for method, path in (("POST", "start"), ("GET", "stream")):
        for who, id_, status in (("bob", room, 404), ("ann", "room_none", 404), ("", room, 401)):
            await ann.refused(who, method, f"/api/chat-rooms/{id_}/{path}", status)
    for bad in ("x", "-1", "9" * 30):
        found = await ann.refused("ann", "GET", f"/api/chat-rooms/{room}/stream?after={bad}", 422)
        assert found["errors"][0]["field"] == "after"
        last = {"Last-Event-ID": bad}
        await ann.refused("ann", "GET", f"/api/chat-rooms/{room}/stream", 422, headers=last)
    await ann.refused("ann", "GET", f"/api/chat-rooms/{room}/stream?delta=maybe", 422)


async def test_a_rooms_messages_are_not_a_conversations(ann: Luxx, room: str) -> None:
    await ann.enter("bob")
    await started(ann, room)
    for message in await stored(ann, room):
        path = f"/api/messages/{message['id']}"
        assert (await ann.data("ann", "GET", path))["content"] == message["content"]
        await ann.refused("bob", "GET", path, 404)
        for method, tail in (("GET", "/stream"), ("POST", "/cancel"), ("DELETE", "")):
            refused = await ann.refused("ann", method, f"{path}{tail}", 422)
            assert "room" in refused["message"]
    assert len(await stored(ann, room)) == 5


async def test_a_logout_ends_the_streams_of_a_room_that_runs_or_waits(ann: Luxx, room: str) -> None:
    idle = await make(ann)
    ann.model.script.append(Reply(TEXT, hold=asyncio.Event()))
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        streams = [
            group.create_task(ann.send("ann", method, f"/api/chat-rooms/{path}"))
            for method, path in (("POST", f"{room}/start"), ("GET", f"{idle}/stream"))
        ]
        await ann.model.arrived()
        while not (ann.services.log.readers and ann.services.starts.waiting):
            await asyncio.sleep(0.002)
        await ann.data("ann", "POST", "/api/auth/logout")
    for stream in streams:
        last = frames(stream.result().text)[-1]
        assert (last.event, last.id) == ("error", None)
        assert last.data == {"type": "error", "content": "This login has ended: log in again"}
    await ann.enter("root", "admin")
    assert ann.services.log.readers == ann.services.starts.waiting == 0


async def test_a_server_that_stops_says_so_to_who_watches_and_who_waits(
    ann: Luxx, room: str
) -> None:
    idle = await make(ann)
    ann.model.script.append(Reply(TEXT, hold=asyncio.Event()))
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        streams = [
            group.create_task(ann.send("ann", method, f"/api/chat-rooms/{path}"))
            for method, path in (("POST", f"{room}/start"), ("GET", f"{idle}/stream"))
        ]
        await ann.model.arrived()
        while not (ann.services.log.readers and ann.services.starts.waiting):
            await asyncio.sleep(0.002)
        await end_runs(ann.services)
    for stream in streams:
        assert "come back" in farewell(stream.result().text)
    seen = frames(streams[0].result().text)
    assert [frame.event for frame in seen[-2:]] == ["message_end", "message"]
    assert seen[-2].data["status"] == "interrupted"


async def test_a_rooms_usage_is_that_of_its_messages(ann: Luxx, room: str) -> None:
    await User.filter(username="ann").update(permission_level=PermissionLevel.READ_ONLY)
    await started(ann, room)
    messages = await stored(ann, room)
    assert messages[0]["usage"] is None
    used = [each["usage"] for each in messages[1:]]
    assert all(each["total_tokens"] > each["completion_tokens"] > 0 for each in used)
    shown = await ann.data("ann", "GET", f"/api/chat-rooms/{room}")
    assert shown["message_count"] == 5
