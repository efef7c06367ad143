"""The pieces of an assistant's message, from their stored form."""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from strawberry import ID

from luxx.schema.scalars import StepType


@strawberry.interface(
    description="A piece of an assistant message, in the order in which it is shown."
)
class Step:
    id: ID
    index: int
    type: StepType

    @classmethod
    def resolve_type(cls, value: Any, *_: Any) -> str:
        """The class is the type: there is nothing to search for."""
        return type(value).__name__


@strawberry.type
class ThinkingStep(Step):
    content: str


@strawberry.type
class TextStep(Step):
    content: str


@strawberry.type
class ToolCallStep(Step):
    call_id: ID
    name: str
    arguments: str


@strawberry.type
class ToolResultStep(Step):
    call_id: ID
    name: str
    content: str
    success: bool


_FORMS: Mapping[str, Callable[..., Step]] = {
    StepType.THINKING: ThinkingStep,
    StepType.TEXT: TextStep,
    StepType.TOOL_CALL: ToolCallStep,
    StepType.TOOL_RESULT: ToolResultStep,
}


def to_step(stored: Mapping[str, Any]) -> Step:
    kind = StepType(stored["type"])
    return _FORMS[kind](**{**stored, "type": kind})
