"""What a model is told of the conversation so far.

As many of the newest whole exchanges as fit the model's context, oldest first; a reply's tool calls
and their results stay together. What a provider wants back unchanged goes with its own turn.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from luxx.core import tokens
from luxx.core.transcript import Step
from luxx.db import rows_of
from luxx.llm.base import Part, ProviderState, Text, Thinking, ToolCall, ToolResult, Turn
from luxx.models import Message, MessageRole, MessageStatus

#: Messages read from the database at a time.
PAGE = 100
#: Not worth telling when nothing was said.
CUT_SHORT = (MessageStatus.FAILED, MessageStatus.CANCELLED, MessageStatus.INTERRUPTED)


async def turns(message: Message, budget: int) -> list[Turn]:
    """The turns before the reply `message`, at most about `budget` tokens of them.

    The newest user message is always among them.
    """
    chosen: list[list[Turn]] = []
    exchange: list[Turn] = []
    before = message.seq
    while rows := await _older(message, before):
        before = rows[-1].seq
        for row in rows:
            exchange = _turns_of(row) + exchange
            if row.role is not MessageRole.USER:
                continue
            budget -= sum(map(size, exchange))
            if budget < 0 and chosen:
                return _joined(chosen)
            chosen.append(exchange)
            exchange = []
        if len(rows) < PAGE:
            break
    return _joined(chosen)


async def _older(message: Message, before: int) -> list[Message]:
    return await rows_of(Message, _OLDER, message.conversation_id, before, PAGE)


_OLDER = "SELECT * FROM message WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?"


def _joined(newest_first: Sequence[list[Turn]]) -> list[Turn]:
    return [turn for exchange in reversed(newest_first) for turn in exchange]


def size(turn: Turn) -> int:
    """About how many tokens a turn has."""
    return sum(
        tokens.estimate(part.arguments if isinstance(part, ToolCall) else _text(part))
        for part in turn.parts
    )


def _text(part: Thinking | Text | ToolResult) -> str:
    return part.content if isinstance(part, ToolResult) else part.text


def _turns_of(message: Message) -> list[Turn]:
    if message.role is MessageRole.USER:
        return [Turn("user", (Text(message.content),))]
    if message.status is MessageStatus.RUNNING:
        return []
    if message.status in CUT_SHORT and not message.content:
        return []
    return reply_turns(message.steps, message.provider_state or [])


def reply_turns(steps: Sequence[Step], calls: Sequence[dict[str, Any]]) -> list[Turn]:
    """A reply as turns: each model call's parts, then the results of its tools.

    `calls` has an entry for each model call: the index of its first step and its provider state.
    """
    turns_: list[Turn] = []
    states = {call["first"]: _state(call) for call in calls}
    for first, group in _groups(steps, set(states)):
        said = [_part(step) for step in group if step["type"] != "tool_result"]
        heard = [_part(step) for step in group if step["type"] == "tool_result"]
        if said:
            turns_.append(Turn("assistant", tuple(said), states.get(first)))
        if heard:
            turns_.append(Turn("user", tuple(heard)))
    return turns_


def _groups(steps: Sequence[Step], starts: set[int]) -> Iterator[tuple[int, list[Step]]]:
    """Split where a model call began, or where something is said after a result."""
    group: list[Step] = []
    for step in steps:
        after_result = (
            bool(group) and group[-1]["type"] == "tool_result" and step["type"] != "tool_result"
        )
        if group and (after_result or step["index"] in starts):
            yield group[0]["index"], group
            group = []
        group.append(step)
    if group:
        yield group[0]["index"], group


def _state(call: dict[str, Any]) -> ProviderState | None:
    if call.get("data") is None:
        return None
    return ProviderState(call["origin"], call["model"], call["data"])


def _part(step: Step) -> Part:
    match step["type"]:
        case "thinking":
            return Thinking(step["content"])
        case "text":
            return Text(step["content"])
        case "tool_call":
            return ToolCall(step["call_id"], step["name"], step["arguments"])
        case _:
            return ToolResult(step["call_id"], step["name"], step["content"], step["success"])
