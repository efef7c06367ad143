"""A roster that changes between two runs, and seats that use tools."""

import asyncio

from roomworld import (
    discuss,
    kinds,
    make_room,
    messages_of,
    said,
    seats_of,
    seen_by,
    start,
    stop,
    texts,
)
from world import World

from luxx.core import seats
from luxx.llm.demo import Call, Reply
from luxx.models import MessageStatus, Room, RoomStatus


async def paused_after(here: World, room: Room, turns: int) -> None:
    """Stop the room in the turn after so many."""
    here.model.script.extend(Reply(f"Turn {number}") for number in range(turns))
    here.model.script.append(Reply("Cut", hold=asyncio.Event()))
    before = len(here.model.requests)
    await start(here, room)
    await here.model.arrived(before + turns + 1)
    await stop(here, room)


async def test_a_seat_that_was_removed_is_not_waited_for(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    await paused_after(here, room, 1)
    _, bob = await seats_of(room)
    await seats.remove(here.user, room.id, bob.id)
    ended = await discuss(here, room)
    assert (ended.status, ended.current_round) == (RoomStatus.COMPLETED, 1)
    assert kinds(await seen_by(here, room)) == ["room_started", "round_ended", "room_completed"]
    assert [name for name, _, status, _ in await said(room) if status == "completed"] == ["Ada"]


async def test_who_joins_in_mid_round_speaks_in_it(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    await paused_after(here, room, 1)
    _, bob = await seats_of(room)
    await seats.remove(here.user, room.id, bob.id)
    joined = await seats.add(here.services, here.user, room.id, {"name": "Cy"})
    await seats.update(here.services, here.user, room.id, joined.id, {"turn_order": 0})
    await seats.add(here.services, here.user, room.id, {"name": "Di"})
    await discuss(here, room)
    assert [name for name, _, status, _ in await said(room) if status == "completed"] == [
        "Ada",
        "Cy",
        "Di",
    ]


# Tools


async def test_a_seat_uses_the_tools_it_was_given(each_wire: World) -> None:
    here = each_wire
    room = await make_room(
        here, {"name": "Ada", "role": "clerk", "enabled_tools": ["process_data"]}, "Bob"
    )
    call = Call("process_data", {"data": "[1,  2]", "operation": "minify"})
    here.model.script += [
        Reply("Let me see.", thinking="Hm.", tool_calls=[call]),
        Reply("It is done."),
        Reply("Good."),
    ]
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    ada, bob = await messages_of(room)
    first, _, third = (request.json() for request in here.model.requests)
    assert len(first["tools"]) == 1
    assert "tools" not in third
    kinds_of = [step["type"] for step in ada.steps]
    assert [each for each in kinds_of if each != "thinking"] == [
        "text",
        "tool_call",
        "tool_result",
        "text",
    ]
    (result,) = [step for step in ada.steps if step["type"] == "tool_result"]
    assert result["success"]
    assert ada.content == "Let me see.It is done."
    seen = await seen_by(here, room)
    told = [each for each in kinds(seen) if each in {"tool_call", "tool_result", "thinking"}]
    assert told == [each for each in kinds_of if each != "text"]
    assert texts(seen) == {ada.id: ada.content, bob.id: "Good."}
    # What was called and found is the seat's own: nobody else is told, nor is the thinking.
    heard = here.model.requests[2].body.decode()
    assert "process_data" not in heard
    assert "Hm." not in heard
    assert "Ada: Let me see.It is done." in heard
    # Both calls of the model are booked on the message, and all messages on the room.
    assert ada.completion_tokens == ada.token_count > 0
    assert not ada.usage_estimated
    assert ada.prompt_tokens is not None
    assert bob.prompt_tokens is not None
    assert ada.prompt_tokens > bob.prompt_tokens


async def test_a_tool_above_the_level_is_not_offered_in_a_room(here: World) -> None:
    room = await make_room(
        here, {"name": "Ada", "enabled_tools": ["python_execute", "file_read"]}, "Bob"
    )
    here.model.script += [
        Reply(tool_calls=[Call("python_execute", {"code": "1"})]),
        Reply("It was refused."),
    ]
    await discuss(here, room)
    offered = [tool["function"]["name"] for tool in here.model.requests[0].json()["tools"]]
    assert offered == ["file_read"]
    ada, _ = await messages_of(room)
    (result,) = [step for step in ada.steps if step["type"] == "tool_result"]
    assert not result["success"]
    assert ada.status is MessageStatus.COMPLETED
