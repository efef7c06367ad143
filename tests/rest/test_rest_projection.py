"""For every stream of the table and every type of event, a projection gives what GraphQL gives."""

from typing import Any

import pytest
from graphql import ExecutionResult, execute_subscription_event
from strawberry import ID

from luxx import operations
from luxx.rest.binding import bind_all
from luxx.rest.routes import ROUTES
from luxx.schema import schema
from luxx.schema.events import MessageCompleted, MessageFailed, StepUpdated
from luxx.schema.messages import Usage
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
EVENTS: list[Any] = [
    *(StepUpdated(**IDS, step=to_step(step), delta="x") for step in STEPS),
    MessageCompleted(**IDS, token_count=3, usage=Usage.of(1, 2, estimated=True)),
    MessageFailed(**IDS, content="It failed", code="UPSTREAM"),
]


async def executed(name: str, event: Any) -> Any:
    binding = BINDINGS[name]
    executor: Any = schema.execution_context_class.build(
        TYPES, binding.operation.document, raw_variable_values={"message_id": "msg_1"}
    )
    answer: Any = execute_subscription_event(executor.build_per_event_executor(event))
    result: Any = answer if isinstance(answer, ExecutionResult) else await answer
    assert result.errors is None
    convert = binding.converter()
    return (convert(result.data) if convert else result.data)["event"]


@pytest.mark.parametrize("name", STREAMS)
async def test_every_projection_equals_execution(name: str) -> None:
    project = BINDINGS[name].projection()
    for event in EVENTS:
        assert project(event) == await executed(name, event)


@pytest.mark.parametrize("name", STREAMS)
def test_the_examples_cover_every_type_of_event_and_step(name: str) -> None:
    assert {type(event) for event in EVENTS} == set(BINDINGS[name].event_classes())
    steps = {type(event.step).__name__ for event in EVENTS if isinstance(event, StepUpdated)}
    step: Any = TYPES.type_map["Step"]
    assert steps == {kind.name for kind in TYPES.get_possible_types(step)}
