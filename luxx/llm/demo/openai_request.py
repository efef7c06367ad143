"""Reads and checks a `POST /chat/completions` body, as strictly as the strict hosts do."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from luxx.errors import MalformedRequest
from luxx.llm.base import ModelRequest, Part, Text, Thinking, ToolCall, ToolResult, ToolSpec, Turn
from luxx.llm.demo import fields
from luxx.llm.demo.reply import Asked

UNLIMITED = 1_000_000
#: Names of models that want their reasoning back with every tool call that it led to.
ECHOING = ("deepseek", "kimi")

_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def read(body: Mapping[str, Any]) -> Asked:
    name = fields.model(body)
    thinking = _thinking(body)
    history = _History(echo=thinking and name.startswith(ECHOING))
    for at, item in enumerate(fields.listing(fields.required(body, "messages"), "messages")):
        history.add(fields.mapping(item, f"messages[{at}]"), f"messages[{at}]")
    history.close()
    options = fields.mapping(body.get("stream_options") or {}, "stream_options")
    return Asked(
        ModelRequest(
            model=name,
            turns=history.turns,
            system="\n\n".join(history.system),
            tools=_tools(body),
            temperature=fields.temperature(body, highest=2),
            max_tokens=_max_tokens(body),
            thinking=thinking,
        ),
        stream=fields.flag(body, "stream"),
        wants_usage=fields.flag(options, "include_usage"),
    )


class _History:
    """Builds turns message by message; knows which tool calls still wait for their results."""

    def __init__(self, *, echo: bool) -> None:
        self._echo = echo
        self.system: list[str] = []
        self.turns: list[Turn] = []
        self._open: dict[str, str] = {}

    def add(self, message: dict[str, Any], where: str) -> None:
        role = message.get("role")
        if role == "tool":
            self._result(message, where)
            return
        self.close()
        if role in ("system", "developer"):
            self.system.append(_content(message, where))
        elif role == "user":
            self._append("user", Text(_content(message, where)))
        elif role == "assistant":
            self._assistant(message, where)
        else:
            raise MalformedRequest(f"{where}.role: expected system, user, assistant or tool.")

    def close(self) -> None:
        if self._open:
            raise MalformedRequest(
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                f"response messages: {', '.join(self._open)}"
            )

    def _append(self, role: Any, *parts: Part) -> None:
        """Neighbours of one role are one turn, as the hosts read them."""
        if self.turns and self.turns[-1].role == role:
            parts = (*self.turns.pop().parts, *parts)
        self.turns.append(Turn(role, parts))

    def _result(self, message: dict[str, Any], where: str) -> None:
        call_id = fields.text(message.get("tool_call_id"), f"{where}.tool_call_id")
        name = self._open.pop(call_id, None)
        if name is None:
            raise MalformedRequest(
                f"{where}: messages with role 'tool' must be a response to a preceding message "
                f"with 'tool_calls'; {call_id!r} is not waiting for one."
            )
        content = _content(message, where)
        self._append("user", ToolResult(call_id, name, content, _succeeded(content)))

    def _assistant(self, message: dict[str, Any], where: str) -> None:
        calls = fields.listing(message.get("tool_calls") or [], f"{where}.tool_calls")
        if message.get("content") is None and not calls:
            raise MalformedRequest(
                f"{where}: an assistant message needs 'content' or 'tool_calls'."
            )
        parts: list[Part] = []
        reasoning = fields.text(
            message.get("reasoning_content") or "", f"{where}.reasoning_content"
        )
        if reasoning:
            parts.append(Thinking(reasoning))
        if message.get("content"):
            parts.append(Text(_content(message, where)))
        parts += [self._call(call, f"{where}.tool_calls[{at}]") for at, call in enumerate(calls)]
        if self._echo and any(fields.missing_thought(call, reasoning) for call in self._open):
            raise MalformedRequest(
                f"{where}: The `reasoning_content` in the thinking mode must be passed back to "
                "the API."
            )
        self._append("assistant", *parts)

    def _call(self, value: Any, where: str) -> ToolCall:
        call = fields.mapping(value, where)
        function = fields.mapping(call.get("function"), f"{where}.function")
        call_id = fields.text(fields.required(call, "id"), f"{where}.id")
        name = fields.text(function.get("name"), f"{where}.function.name")
        if call_id in self._open:
            raise MalformedRequest(f"{where}.id: {call_id!r} is used twice.")
        self._open[call_id] = name
        arguments = fields.text(function.get("arguments"), f"{where}.function.arguments")
        return ToolCall(call_id, name, arguments)


def _content(message: dict[str, Any], where: str) -> str:
    content = message.get("content")
    if not isinstance(content, list):
        return fields.text(content, f"{where}.content")
    parts = [fields.mapping(part, f"{where}.content") for part in content]
    return "".join(fields.text(part.get("text", ""), f"{where}.content.text") for part in parts)


def _succeeded(content: str) -> bool:
    """The format has no flag for it: a result that is an object with an error has failed."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return not content.lower().startswith("error")
    return not (isinstance(value, dict) and (value.get("error") or value.get("success") is False))


def _tools(body: Mapping[str, Any]) -> list[ToolSpec]:
    specs = []
    for at, item in enumerate(fields.listing(body.get("tools") or [], "tools")):
        where = f"tools[{at}]"
        tool = fields.mapping(item, where)
        if tool.get("type") != "function":
            raise MalformedRequest(f"{where}.type: only 'function' is known.")
        function = fields.mapping(tool.get("function"), f"{where}.function")
        name = fields.text(function.get("name"), f"{where}.function.name")
        if not _TOOL_NAME.fullmatch(name):
            raise MalformedRequest(f"{where}.function.name: expected {_TOOL_NAME.pattern}.")
        parameters = fields.mapping(function.get("parameters", {}), f"{where}.function.parameters")
        specs.append(ToolSpec(name, str(function.get("description") or ""), parameters))
    return specs


def _max_tokens(body: Mapping[str, Any]) -> int:
    given = [name for name in ("max_tokens", "max_completion_tokens") if body.get(name) is not None]
    if len(given) > 1:
        raise MalformedRequest("Only one of max_tokens and max_completion_tokens may be set.")
    return fields.whole(body[given[0]], given[0]) if given else UNLIMITED


def _thinking(body: Mapping[str, Any]) -> bool:
    """Any of the switches in use: the hosts never agreed on one."""
    template = body.get("chat_template_kwargs")
    switches = (
        body.get("thinking"),
        body.get("reasoning"),
        {"enabled": body.get("enable_thinking")},
        {"effort": body.get("reasoning_effort")},
        {"enabled": template.get("enable_thinking")} if isinstance(template, dict) else None,
    )
    return any(_on(switch) for switch in switches)


def _on(switch: Any) -> bool:
    if not isinstance(switch, dict):
        return False
    if switch.get("type") in ("enabled", "adaptive") or switch.get("enabled") is True:
        return True
    return switch.get("effort") not in (None, "none")
