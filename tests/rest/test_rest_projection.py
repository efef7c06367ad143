"""For every stream of the table and every type of event, a projection gives what GraphQL gives."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import ExecutionResult, execute_subscription_event
from strawberry import ID

from luxx import operations
from luxx.config import Settings
from luxx.core.follow import StepUpdate
from luxx.core.watching import Chunk, Ended, Stored, Update
from luxx.eventlog import events as log
from luxx.models import Message, MessageRole, MessageStatus
from luxx.rest.binding import bind_all
from luxx.rest.routes import ROUTES
from luxx.schema import schema
from luxx.schema.events import MessageCompleted, MessageFailed, StepUpdated
from luxx.schema.messages import Usage
from luxx.schema.room_events import to_room_event
from luxx.schema.steps import to_step

TYPES = schema._schema
BINDINGS = bind_all(TYPES, operations.load())
STREAMS = sorted(
    {
        name
        for route in ROUTES
        if route.stream
        for name in (route.stream.follow, route.stream.deltas)
    }
)
STEPS: list[dict[str, Any]] = [
    {"id": "step-0", "index": 0, "type": "thinking", "content": "Hm\n"},
    {"id": "step-1", "index": 1, "type": "text", "content": "会话 ‘’"},
    {
        "id": "step-2",
        "index": 2,
        "type": "tool_call",
        "call_id": "call_1",
        "name": "file_read",
        "arguments": "{}",
    },
    {
        "id": "step-3",
        "index": 3,
        "type": "tool_result",
        "call_id": "call_1",
        "name": "file_read",
        "content": "{}",
        "success": False,
    },
]
IDS: dict[str, Any] = {"cursor": ID("4294967297"), "message_id": ID("msg_1")}
REPLY: list[Any] = [
    *(StepUpdated(**IDS, step=to_step(step), delta="x") for step in STEPS),
    MessageCompleted(**IDS, token_count=3, usage=Usage.of(1, 2, estimated=True)),
    MessageFailed(**IDS, content="It failed", code="UPSTREAM"),
]
_BEGUN = {"m": "msg_1", "name": "Ada", "color": "#10b981", "round": 3}


def messages() -> Iterator[Message]:
    common: dict[str, Any] = {"id": "msg_1", "room_id": "room_1", "created_at": datetime.now(UTC)}
    yield Message(**common, role=MessageRole.USER, content="会话", sender_name="ann")
    yield Message(
        **common,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.FAILED,
        content="Half",
        steps=STEPS,
        token_count=7,
        error="It broke",
        sender_color="#10b981",
        round_number=3,
    )


@pytest.fixture
def examples(database: Settings) -> Callable[[str], list[Any]]:
    """Events of each type that an operation can send; rows can be made once there is a database."""
    task, turn = messages()
    updates: tuple[Update, ...] = (
        log.Event(1, log.ROOM_STARTED, {"task": "会话"}),
        log.Event(2, log.ROUND_STARTED, {"round": 3, "max_rounds": 5}),
        log.Event(3, log.MESSAGE_STARTED, _BEGUN),
        Chunk(4, "msg_1", "alf", "Half"),
        *(StepUpdate(5, "msg_1", step, "x") for step in STEPS),
        Ended(6, turn),
        Stored(7, turn),
        Stored(8, task),
        log.Event(9, log.AGENT_FAILED, {"agent": "Ada", "error": "It broke"}),
        log.Event(10, log.ROUND_ENDED, {"round": 3}),
        log.Event(11, log.ROOM_COMPLETED, {"rounds": 5}),
        log.Event(12, log.ROOM_PAUSED, {"round": 3}),
        log.Event(13, log.ROOM_FAILED, {"error": "All broke"}),
    )
    room = [to_room_event(ID("room_1"), update) for update in updates]
    return lambda name: room if name.startswith("FollowRoom") else REPLY


async def executed(name: str, event: Any) -> Any:
    binding = BINDINGS[name]
    executor: Any = schema.execution_context_class.build(
        TYPES,
        binding.operation.document,
        raw_variable_values={"message_id": "msg_1", "room_id": "room_1"},
    )
    answer: Any = execute_subscription_event(executor.build_per_event_executor(event))
    result: Any = answer if isinstance(answer, ExecutionResult) else await answer
    assert result.errors is None
    convert = binding.converter()
    return (convert(result.data) if convert else result.data)["event"]


@pytest.mark.parametrize("name", STREAMS)
async def test_every_projection_equals_execution(
    name: str, examples: Callable[[str], list[Any]]
) -> None:
    project = BINDINGS[name].projection()
    for event in examples(name):
        assert project(event) == await executed(name, event)


@pytest.mark.parametrize("name", STREAMS)
async def test_the_examples_cover_every_type_of_event_and_step(
    name: str, examples: Callable[[str], list[Any]]
) -> None:
    events = examples(name)
    assert {type(event) for event in events} == set(BINDINGS[name].event_classes())
    steps = {type(event.step).__name__ for event in events if isinstance(event, StepUpdated)}
    step: Any = TYPES.type_map["Step"]
    assert steps == {kind.name for kind in TYPES.get_possible_types(step)}
