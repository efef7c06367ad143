"""Messages as DataFrames."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from luxx.client.extras import extra
from luxx.client.types import Message, Step, TextStep, ThinkingStep, ToolCallStep, ToolResultStep

if TYPE_CHECKING:
    import pandas as pd

_MESSAGES = ("id", "role", "status", "sender", "round", "content", "tokens", "error", "created_at")
_STEPS = ("message_id", "sender", "round", "index", "type", "name", "content", "success")
_USAGE = ("message_id", "sender", "round", "prompt", "completion", "total", "estimated")


def of_messages(messages: Sequence[Message]) -> "pd.DataFrame":
    return _frame(_MESSAGES, (_message(each) for each in messages))


def of_steps(messages: Sequence[Message]) -> "pd.DataFrame":
    """`content` is a step's text, a call's arguments or a result."""
    return _frame(_STEPS, (_step(each, step) for each in messages for step in each.steps))


def of_usage(messages: Sequence[Message]) -> "pd.DataFrame":
    return _frame(_USAGE, (_usage(each) for each in messages if each.usage is not None))


def _frame(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> "pd.DataFrame":
    with extra("experiments"):
        import pandas as pd  # noqa: PLC0415 - takes half a second

    return pd.DataFrame.from_records(list(rows), columns=list(columns))


def _message(message: Message) -> tuple[Any, ...]:
    return (
        message.id,
        str(message.role),
        str(message.status),
        message.sender_name,
        message.round_number,
        message.content,
        message.token_count,
        message.error,
        message.created_at,
    )


def _step(message: Message, step: Step) -> tuple[Any, ...]:
    name = step.name if isinstance(step, ToolCallStep | ToolResultStep) else None
    success = step.success if isinstance(step, ToolResultStep) else None
    content = (
        step.content
        if isinstance(step, TextStep | ThinkingStep | ToolResultStep)
        else step.arguments
    )
    return (
        message.id,
        message.sender_name,
        message.round_number,
        step.index,
        step.type,
        name,
        content,
        success,
    )


def _usage(message: Message) -> tuple[Any, ...]:
    tokens = message.usage
    assert tokens is not None  # noqa: S101 - those without are left out
    return (
        message.id,
        message.sender_name,
        message.round_number,
        tokens.prompt_tokens,
        tokens.completion_tokens,
        tokens.total_tokens,
        tokens.estimated,
    )


#: What can be asked for, by its name.
BUILDERS: Mapping[str, Callable[[Sequence[Message]], "pd.DataFrame"]] = {
    "messages": of_messages,
    "steps": of_steps,
    "usage": of_usage,
}
