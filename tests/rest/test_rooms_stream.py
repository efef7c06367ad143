"""A room's stream as documented: its events, their order, their fields, and coming back to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from consumer import SECONDS, Luxx
from frames import Frame, frames

from luxx.core.assembly import end_runs
from luxx.llm.demo import Call, Reply
from luxx.models import PermissionLevel, User

#: What each event has, the additions to the documented API behind the others.
FIELDS = {
    "room_started": ["type", "room_id", "task"],
    "round_start": ["type", "round", "max_rounds"],
    "message_start": [
        "type",
        "id",
        "room_id",
        "role",
        "sender_name",
        "sender_color",
        "round_number",
    ],
    "message_chunk": ["type", "id", "content", "accumulated"],
    "message_end": ["type", "id", "content", "token_count", "status"],
    "message": [
        "type",
        "id",
        "conversation_id",
        "room_id",
        "role",
        "content",
        "text",
        "sender_name",
        "sender_color",
        "round_number",
        "token_count",
        "status",
        "error",
    ],
    "round_end": ["type", "round"],
    "room_completed": ["type", "room_id", "total_rounds"],
    "room_paused": ["type", "room_id", "round"],
    "agent_error": ["type", "agent", "error"],
    "error": ["type", "content"],
    "process_step": ["type", "message_id", "step"],
}
TURN = ["message_start", "message_chunk", "message_end", "message"]
TEXT = "What is said here is said piece by piece. " * 6


@pytest.fixture
async def room(ann: Luxx) -> str:
    """Ada and Bob, who have two rounds."""
    await ann.provide("ann")
    return await make(ann)


async def make(luxx: Luxx, **fields: Any) -> str:
    body = {
        "title": "Picnic",
        "task": "Plan a picnic",
        "max_rounds": 2,
        "agents": [
            {"name": "Ada", "role": "cook", "color": "#10b981", "enabled_tools": ["process_data"]},
            {"name": "Bob", "role": "buyer"},
        ],
    }
    made = await luxx.data("ann", "POST", "/api/chat-rooms/", json=body | fields)
    return str(made["id"])


async def started(luxx: Luxx, room: str, query: str = "", **headers: str) -> list[Frame]:
    """Start it and follow it to its end."""
    path = f"/api/chat-rooms/{room}/start{query}"
    answer = await luxx.send("ann", "POST", path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["content-location"] == f"/api/chat-rooms/{room}/stream"
    return checked(frames(answer.text), room, delta="delta=true" in query)


async def followed(luxx: Luxx, room: str, query: str = "", **headers: str) -> list[Frame]:
    answer = await luxx.send("ann", "GET", f"/api/chat-rooms/{room}/stream{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return checked(frames(answer.text), room, delta="delta=true" in query)


def checked(seen: list[Frame], room: str, *, delta: bool = False) -> list[Frame]:
    """Each event has exactly its fields, and each cursor comes once and in order."""
    for frame in seen:
        expected = FIELDS[frame.event]
        if delta and frame.event == "message_chunk":
            expected = expected[:-1]
        if delta and frame.event == "process_step":
            expected = [*expected, "delta"]
        assert list(frame.data) == expected
        assert frame.data["type"] == frame.event
        assert frame.data.get("room_id", room) == room
    ids = [int(str(frame.id)) for frame in seen]
    assert ids == sorted(set(ids))
    assert not seen or seen[0].retry == "1000"
    return seen


def events(seen: Sequence[Frame]) -> list[str]:
    """Their names, the chunks of one message once."""
    found: list[str] = []
    for frame in seen:
        if not (frame.event == "message_chunk" and found[-1:] == ["message_chunk"]):
            found.append(frame.event)
    return found


def texts(seen: Sequence[Frame]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for frame in seen:
        if frame.event == "message_chunk":
            id_ = frame.data["id"]
            joined[id_] = joined.get(id_, "") + frame.data["content"]
            assert frame.data.get("accumulated", joined[id_]) == joined[id_]
    return joined


async def stored(luxx: Luxx, room: str) -> list[Any]:
    answer = await luxx.data("ann", "GET", f"/api/chat-rooms/{room}/messages")
    return list(answer["messages"])


async def test_all_documented_events_in_the_documented_order(ann: Luxx, room: str) -> None:
    ann.model.script += [Reply(TEXT), Reply("Well."), Reply("So."), Reply(TEXT)]
    seen = await started(ann, room)
    round_ = ["round_start", *TURN, *TURN, "round_end"]
    assert events(seen) == ["room_started", "message", *round_, *round_, "room_completed"]
    assert seen[0].data["task"] == "Plan a picnic"
    rounds = [frame.data for frame in seen if frame.event == "round_start"]
    assert rounds == [
        {"type": "round_start", "round": number, "max_rounds": 2} for number in (1, 2)
    ]
    assert seen[-1].data == {"type": "room_completed", "room_id": room, "total_rounds": 2}
    begun = next(frame.data for frame in seen if frame.event == "message_start")
    assert {**begun, "id": ""} == {
        "type": "message_start",
        "id": "",
        "room_id": room,
        "role": "assistant",
        "sender_name": "Ada",
        "sender_color": "#10b981",
        "round_number": 1,
    }
    messages = await stored(ann, room)
    assert texts(seen) == {each["id"]: each["content"] for each in messages[1:]}
    told = [frame.data for frame in seen if frame.event == "message"]
    for data, message in zip(told, messages, strict=True):
        assert data["conversation_id"] is None
        shown = {**data, "conversation_id": None}
        assert shown == {**{name: message.get(name) for name in data}, "type": "message"}
    ended = [frame.data for frame in seen if frame.event == "message_end"]
    assert [(each["id"], each["content"], each["token_count"]) for each in ended] == [
        (each["id"], each["content"], each["token_count"]) for each in messages[1:]
    ]
    assert {each["status"] for each in ended} == {"completed"}


async def test_thinking_and_tools_are_steps_of_their_message(ann: Luxx, room: str) -> None:
    call = Call("process_data", {"data": "[1]", "operation": "minify"})
    ann.model.script += [
        Reply("Let me see.", thinking="Hm, hm.", tool_calls=[call]),
        Reply("It is one."),
    ]
    for query in ("", "?delta=true"):
        seen = await started(ann, room, query) if not query else await followed(ann, room, query)
        steps = [frame.data for frame in seen if frame.event == "process_step"]
        ada = (await stored(ann, room))[1]
        assert {each["message_id"] for each in steps} == {ada["id"]}
        shown = {each["step"]["id"]: each["step"] for each in steps}
        whole = {each["id"]: each for each in ada["process_steps"] if each["type"] != "text"}
        assert list(shown) == list(whole)
        assert [each["type"] for each in whole.values()] == ["thinking", "tool_call", "tool_result"]
        if query:
            assert "".join(each["delta"] for each in steps) == "Hm, hm."
            assert "content" not in shown["step-0"]
        else:
            assert shown == whole
    assert ada["content"] == "Let me see.It is one."
    assert ada["usage"]["completion_tokens"] == ada["token_count"] > 0


async def test_a_seat_that_fails_and_a_round_in_which_all_did(ann: Luxx, room: str) -> None:
    refused = Reply(status=400, error="no such model")
    ann.model.script += [Reply("Half of it", error="overloaded"), Reply("Fine."), refused, refused]
    seen = await started(ann, room)
    first = ["message_start", "message_chunk", "message_end", "message", "agent_error"]
    other = ["message_start", "message_end", "message", "agent_error"]
    assert events(seen)[2:] == [
        "round_start",
        *first,
        *TURN,
        "round_end",
        "round_start",
        *other,
        *other,
        "error",
    ]
    ended = [frame.data["status"] for frame in seen if frame.event == "message_end"]
    assert ended == ["failed", "completed", "failed", "failed"]
    told = [frame.data for frame in seen if frame.event == "agent_error"]
    assert [each["agent"] for each in told] == ["Ada", "Ada", "Bob"]
    kept = [frame.data for frame in seen if frame.event == "message" and frame.data["error"]]
    assert [each["error"] for each in kept] == [each["error"] for each in told]
    assert kept[0]["content"] == "Half of it"
    assert "round 2" in seen[-1].data["content"]
    assert (await ann.data("ann", "GET", f"/api/chat-rooms/{room}"))["status"] == "error"


async def test_a_stop_is_told_with_what_was_said(ann: Luxx, room: str) -> None:
    ann.model.script.append(Reply(TEXT, hold=asyncio.Event(), hold_after=9))
    async with asyncio.TaskGroup() as group:
        streamed = group.create_task(started(ann, room))
        await ann.model.arrived()
        answer = await ann.data("ann", "POST", f"/api/chat-rooms/{room}/stop")
    assert (answer["status"], answer["current_round"]) == ("paused", 1)
    seen = streamed.result()
    assert events(seen)[-3:] == ["message_end", "message", "room_paused"]
    assert seen[-3].data["status"] == "cancelled"
    assert seen[-1].data == {"type": "room_paused", "room_id": room, "round": 1}
    # A second start tells of its own run only, and the task is not told again.
    again = await started(ann, room)
    assert events(again)[:2] == ["room_started", "message_start"]
    assert events(again)[-1] == "room_completed"


@pytest.mark.parametrize("delta", ["", "&delta=true"])
async def test_every_id_is_a_place_to_come_back_to(ann: Luxx, room: str, delta: str) -> None:
    ann.model.script += [
        Reply(TEXT, thinking="Hm. " * 9, pace=0.001),
        Reply("Well."),
        Reply(status=400),
    ]
    await started(ann, room)
    whole = await followed(ann, room, f"?after=1{delta}")
    for place, frame in list(enumerate(whole))[::3]:
        rest = await followed(ann, room, f"?after={frame.id}{delta}")
        assert texts_of([*whole[: place + 1], *rest]) == texts_of(whole)
        last = {"Last-Event-ID": str(frame.id)}
        # A browser's header wins over the address that it first asked for.
        assert await followed(ann, room, f"?after=1{delta}", **last) == rest


def texts_of(seen: Sequence[Frame]) -> list[Any]:
    """What it comes to: the events but for how text was cut into pieces."""
    joined: dict[str, str] = {}
    for frame in seen:
        if frame.event == "message_chunk":
            joined[frame.data["id"]] = joined.get(frame.data["id"], "") + frame.data["content"]
    rest = [frame for frame in seen if frame.event not in {"message_chunk", "process_step"}]
    return [joined, [(frame.id, frame.event, frame.data) for frame in rest]]


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
        last = frames(stream.result().text)[-1]
        assert (last.event, list(last.data)) == ("error", ["type", "content"])
        assert "come back" in last.data["content"]
    seen = frames(streams[0].result().text)
    assert [frame.event for frame in seen[-3:]] == ["message_end", "message", "error"]
    assert seen[-3].data["status"] == "interrupted"


async def test_a_rooms_usage_is_that_of_its_messages(ann: Luxx, room: str) -> None:
    await User.filter(username="ann").update(permission_level=PermissionLevel.READ_ONLY)
    await started(ann, room)
    messages = await stored(ann, room)
    assert messages[0]["usage"] is None
    used = [each["usage"] for each in messages[1:]]
    assert all(each["total_tokens"] > each["completion_tokens"] > 0 for each in used)
    shown = await ann.data("ann", "GET", f"/api/chat-rooms/{room}")
    assert shown["message_count"] == 5
