"""A transcript after all events is what the server has stored, however often they come."""

import json

import msgspec
import pytest

from luxx.client import Luxx
from luxx.client.transcript import Transcript, total
from luxx.client.types import (
    AgentFailed,
    Event,
    Message,
    MessageChunk,
    MessageCompleted,
    MessageEnded,
    MessageFailed,
    MessageRole,
    MessageStarted,
    MessageStatus,
    MessageStored,
    RoomFailed,
    RoomStatus,
    RoundStarted,
    StepUpdated,
    TextStep,
    ThinkingStep,
    Tokens,
    ToolCallStep,
)


def reply(id_: str = "m") -> Message:
    return Message(id=id_, role=MessageRole.ASSISTANT, status=MessageStatus.RUNNING)


def test_a_reply_with_tools_as_it_is_stored(lx: Luxx) -> None:
    chat = lx.chat()
    events: list[Event] = list(chat.stream("What is 12 * (3 + 4)?", thinking=True))
    stored = chat.messages
    shown = Transcript("conversation", chat.id)
    for event in [*events, *events]:
        shown.apply(event)
    assert [each.steps for each in shown.messages] == [each.steps for each in stored]
    assert [each.content for each in shown.messages] == [each.content for each in stored]
    assert [each.usage for each in shown.messages] == [each.usage for each in stored]
    json.dumps(shown.state())


def test_events_are_told_to_several_without_being_changed() -> None:
    one, two = Transcript("conversation", "c"), Transcript("conversation", "c")
    events: list[Event] = [
        MessageStored(message=reply()),
        StepUpdated(message_id="m", step=TextStep(id="s", index=0), delta="Hel"),
        StepUpdated(message_id="m", step=TextStep(id="s", index=0), delta="lo"),
    ]
    before = msgspec.json.encode(events)
    for event in events:
        one.apply(event)
        two.apply(event)
    assert msgspec.json.encode(events) == before
    assert one.messages[0].content == two.messages[0].content == "Hello"
    frozen = one.frozen()
    one.apply(StepUpdated(message_id="m", step=TextStep(id="s", index=0), delta="!"))
    assert frozen[0].steps == [TextStep(id="s", index=0, content="Hello")]


def test_what_is_stored_keeps_the_steps_that_were_told() -> None:
    """An event that stores a room's message brings no steps; one that begins anew has none."""
    shown = Transcript("room", "r", messages=[reply()])
    shown.apply(StepUpdated(message_id="m", step=ThinkingStep(id="s", index=0), delta="Hm."))
    stored = Message(id="m", role=MessageRole.ASSISTANT, status=MessageStatus.COMPLETED)
    shown.apply(MessageStored(message=stored))
    assert shown.messages[0].steps == [ThinkingStep(id="s", index=0, content="Hm.")]
    assert shown.messages[0].status is MessageStatus.COMPLETED
    shown.apply(MessageStored(message=reply()))
    assert shown.messages[0].steps == []


def test_a_call_comes_again_with_more_of_its_arguments() -> None:
    shown = Transcript("conversation", "c", messages=[reply()])
    for arguments in ("", '{"a": 1}'):
        step = ToolCallStep(id="s", index=0, id_ref="call", name="tool", arguments=arguments)
        shown.apply(StepUpdated(message_id="m", step=step))
    assert [
        step.arguments for step in shown.messages[0].steps if isinstance(step, ToolCallStep)
    ] == ['{"a": 1}']


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("CANCELLED", MessageStatus.CANCELLED),
        ("INTERRUPTED", MessageStatus.INTERRUPTED),
        ("UPSTREAM", MessageStatus.FAILED),
    ],
)
def test_how_a_reply_failed(code: str, status: MessageStatus) -> None:
    shown = Transcript("conversation", "c", messages=[reply()])
    assert shown.is_running
    shown.apply(MessageFailed(message_id="m", content="because", code=code))
    assert (shown.messages[0].status, shown.messages[0].error) == (status, "because")
    assert not shown.is_running


def test_events_of_messages_that_are_not_there_change_nothing() -> None:
    shown = Transcript("conversation", "c")
    shown.apply(StepUpdated(message_id="m", step=TextStep(id="s", index=0), delta="x"))
    shown.apply(MessageChunk(id="m", content="x"))
    shown.apply(MessageCompleted(message_id="m", token_count=1, usage=Tokens()))
    shown.apply(RoundStarted(round=1, max_rounds=2))
    assert shown.messages == []


def test_a_room_by_its_events(lx: Luxx) -> None:
    info = lx.room("R", task="T", agents=["Ada"]).info
    shown = Transcript("room", info.id, room=info)
    started = MessageStarted(
        id="m",
        room_id=info.id,
        role=MessageRole.ASSISTANT,
        sender_name="Ada",
        sender_color="#2563eb",
        round_number=1,
    )
    turn: list[Event] = [
        RoundStarted(round=1, max_rounds=4),
        started,
        MessageChunk(id="m", content="Hel"),
        MessageChunk(id="m", content="lo"),
    ]
    for event in [*turn, *turn]:
        shown.apply(event)
    assert shown.is_running
    shown.apply(
        MessageEnded(id="m", content="Hello", token_count=2, status=MessageStatus.COMPLETED)
    )
    assert [(each.content, each.token_count) for each in shown.messages] == [("Hello", 2)]
    assert shown.state()["room"]["max_rounds"] == 4
    shown.apply(AgentFailed(agent="Ben", error="no"))
    assert shown.notice == "Ben: no"
    shown.apply(RoomFailed(content="all failed"))
    assert shown.notice == "all failed"
    assert shown.room is not None
    assert shown.room.status is RoomStatus.ERROR


def test_tokens_add_up() -> None:
    one = Tokens(prompt_tokens=1, completion_tokens=2, total_tokens=3, estimated=True)
    message = reply()
    message.usage = one
    assert total([message, reply(), message]) == Tokens(
        prompt_tokens=2, completion_tokens=4, total_tokens=6, estimated=True
    )
