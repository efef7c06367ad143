"""Reads and checks a `POST /messages` body, as strictly as the strict hosts do."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import orjson

from luxx.errors import MalformedRequest
from luxx.llm.base import ModelRequest, Part, Text, Thinking, ToolCall, ToolResult, ToolSpec, Turn
from luxx.llm.demo import fields
from luxx.llm.demo.anthropic_answer import signature
from luxx.llm.demo.reply import Asked

SMALLEST_BUDGET = 1024
_ENABLED = ("enabled", "adaptive")


def read(body: Mapping[str, Any]) -> Asked:
    name = fields.model(body)
    limit = fields.whole(fields.required(body, "max_tokens"), "max_tokens")
    temperature = fields.temperature(body, highest=1)
    thinking = _thinking(body, limit, temperature)
    history = _History(name, thinking=thinking)
    for at, item in enumerate(fields.listing(fields.required(body, "messages"), "messages")):
        history.add(fields.mapping(item, f"messages.{at}"), f"messages.{at}")
    history.close()
    request = ModelRequest(
        model=name,
        turns=history.turns,
        system=_system(body.get("system")),
        tools=_tools(body),
        temperature=temperature,
        max_tokens=limit,
        thinking=thinking,
    )
    return Asked(request, stream=fields.flag(body, "stream"))


class _History:
    """Builds turns message by message; knows which tool calls still wait for their results."""

    def __init__(self, model: str, *, thinking: bool) -> None:
        self.turns: list[Turn] = []
        self._model = model
        self._thinking = thinking
        self._open: dict[str, str] = {}

    def add(self, message: dict[str, Any], where: str) -> None:
        role = message.get("role")
        if role not in ("user", "assistant"):
            raise MalformedRequest(f"{where}.role: expected 'user' or 'assistant'.")
        if role == (self.turns[-1].role if self.turns else "assistant"):
            raise MalformedRequest(
                f"{where}: roles must alternate between 'user' and 'assistant', and the first "
                f"message must be the user's; found another {role!r}."
            )
        parts = [self._part(role, block, at) for block, at in _blocks(message, where)]
        if role == "user":
            self._check_results(parts, where)
        self.turns.append(Turn(cast(Literal["user", "assistant"], role), tuple(parts)))

    def close(self) -> None:
        if self.turns[-1].role == "assistant":
            raise MalformedRequest(
                "This model does not support assistant message prefill. "
                "The conversation must end with a user message."
            )
        if self._thinking and len(self.turns) > 1:
            self._check_thought(self.turns[-2].parts)

    def _check_thought(self, parts: Sequence[Part]) -> None:
        """Inside a tool loop, what was thought before the call goes back before the call."""
        thought = "".join(part.text for part in parts if isinstance(part, Thinking))
        calls = [part for part in parts if isinstance(part, ToolCall)]
        if any(fields.missing_thought(call.id, thought) for call in calls):
            raise MalformedRequest(
                "Expected `thinking` or `redacted_thinking`, but found `tool_use`: the thinking "
                "before a tool call must be passed back."
            )

    def _check_results(self, parts: Sequence[Part], where: str) -> None:
        results = [isinstance(part, ToolResult) for part in parts]
        if results != sorted(results, reverse=True):
            raise MalformedRequest(f"{where}: `tool_result` blocks must come first in the content.")
        if self._open:
            raise MalformedRequest(
                f"{where}: `tool_use` ids were found without `tool_result` blocks immediately "
                f"after: {', '.join(self._open)}. Each `tool_use` block must have a corresponding "
                "`tool_result` block in the next message."
            )

    def _part(self, role: Any, block: dict[str, Any], where: str) -> Part:
        kind = block.get("type")
        if kind == "text":
            return _text(block, where)
        if role == "user" and kind == "tool_result":
            return self._result(block, where)
        if role == "assistant" and kind == "tool_use":
            return self._call(block, where)
        if role == "assistant" and kind in ("thinking", "redacted_thinking"):
            return self._thought(block, where)
        raise MalformedRequest(f"{where}.type: {kind!r} is not allowed in a message of the {role}.")

    def _call(self, block: dict[str, Any], where: str) -> ToolCall:
        call_id = fields.text(fields.required(block, "id"), f"{where}.id")
        name = fields.text(block.get("name"), f"{where}.name")
        arguments = fields.mapping(block.get("input"), f"{where}.input")
        if call_id in self._open:
            raise MalformedRequest(f"{where}.id: `tool_use` ids must be unique.")
        self._open[call_id] = name
        return ToolCall(call_id, name, orjson.dumps(arguments).decode())

    def _result(self, block: dict[str, Any], where: str) -> ToolResult:
        call_id = fields.text(block.get("tool_use_id"), f"{where}.tool_use_id")
        name = self._open.pop(call_id, None)
        if name is None:
            raise MalformedRequest(
                f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {call_id}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous "
                "message."
            )
        failed = fields.flag(block, "is_error")
        content = block.get("content", "")
        if isinstance(content, list):
            parts = [fields.mapping(part, f"{where}.content") for part in content]
            content = "".join(_text(part, f"{where}.content").text for part in parts)
        return ToolResult(call_id, name, fields.text(content, f"{where}.content"), not failed)

    def _thought(self, block: dict[str, Any], where: str) -> Thinking:
        if not self._thinking:
            raise MalformedRequest(f"{where}: thinking is off: no thinking block may be sent.")
        if block["type"] == "redacted_thinking":
            return Thinking(fields.text(fields.required(block, "data"), f"{where}.data"))
        thought = fields.text(block.get("thinking"), f"{where}.thinking")
        if block.get("signature") != signature(self._model, thought):
            raise MalformedRequest(
                f"{where}: Invalid `signature` in `thinking` block: it must come back unmodified, "
                "to the model that wrote it."
            )
        return Thinking(thought)


def _blocks(message: dict[str, Any], where: str) -> list[tuple[dict[str, Any], str]]:
    content = message.get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if content == []:
        raise MalformedRequest(f"{where}: messages must have non-empty content.")
    blocks = fields.listing(content, f"{where}.content")
    named = [(block, f"{where}.content.{at}") for at, block in enumerate(blocks)]
    return [(fields.mapping(block, at), at) for block, at in named]


def _text(block: dict[str, Any], where: str) -> Text:
    value = fields.text(block.get("text"), f"{where}.text")
    if not value.strip():
        raise MalformedRequest(f"{where}: text content blocks must be non-empty.")
    return Text(value)


def _system(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    blocks = [fields.mapping(block, "system") for block in fields.listing(value, "system")]
    return "\n\n".join(_text(block, "system").text for block in blocks)


def _tools(body: Mapping[str, Any]) -> list[ToolSpec]:
    specs = []
    for at, item in enumerate(fields.listing(body.get("tools") or [], "tools")):
        tool = fields.mapping(item, f"tools.{at}")
        name = fields.text(tool.get("name"), f"tools.{at}.name")
        schema = fields.mapping(tool.get("input_schema"), f"tools.{at}.input_schema")
        if schema.get("type") != "object":
            raise MalformedRequest(f"tools.{at}.input_schema.type: expected 'object'.")
        specs.append(ToolSpec(name, str(tool.get("description") or ""), schema))
    return specs


def _thinking(body: Mapping[str, Any], limit: int, temperature: float | None) -> bool:
    switch = fields.mapping(body.get("thinking") or {"type": "disabled"}, "thinking")
    kind = switch.get("type")
    if kind not in (*_ENABLED, "disabled"):
        raise MalformedRequest("thinking.type: expected 'enabled', 'adaptive' or 'disabled'.")
    if kind == "enabled":
        budget = fields.whole(switch.get("budget_tokens"), "thinking.budget_tokens")
        if not SMALLEST_BUDGET <= budget < limit:
            raise MalformedRequest(
                f"thinking.budget_tokens: expected at least {SMALLEST_BUDGET} and less than "
                "`max_tokens`."
            )
    if kind in _ENABLED and temperature not in (None, 1):
        raise MalformedRequest("temperature: may only be 1 when thinking is enabled.")
    return kind in _ENABLED
