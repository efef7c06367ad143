"""A room's stream as documented: its events, their order, their fields, and coming back to it."""

import asyncio

import pytest
from consumer import Luxx
from rest.roomstream import TEXT, TURN, events, followed, started, stored, texts, texts_of

from luxx.llm.demo import Call, Reply


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
