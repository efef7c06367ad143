"""Puts the result of a tool call into words."""

from collections.abc import Mapping
from typing import Any

import orjson

from luxx.llm.base import ToolCall, ToolResult
from luxx.llm.demo.phrases import Phrases, shorten

LONGEST = 600
MOST_NAMES = 12


def tell(result: ToolResult, call: ToolCall | None, say: Phrases) -> str:
    value = _value(result.content)
    if not result.success:
        reason = _field(value, "error", "message", "detail")
        return say.failed.format(tool=result.name, content=shorten(_plain(reason), LONGEST))
    if result.name == "file_list":
        return _folder(value, say)
    found = _printed(value) or _matches(value) or _field(value, "result", "value", "content")
    path = _field(value, "path") if isinstance(value, dict) and "path" in value else _path(call)
    template = say.results.get(result.name, say.other_result)
    content = _clipped(_plain(found))
    return template.format(tool=result.name, value=content, path=path, content=content)


def _folder(value: Any, say: Phrases) -> str:
    entries = _field(value, "entries", "files", "items", "result")
    names = [_name(entry) for entry in entries] if isinstance(entries, list) else [_plain(entries)]
    if not names:
        return say.empty_folder
    shown = say.separator.join(f"`{name}`" for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown += say.more.format(count=len(names) - MOST_NAMES)
    return say.results["file_list"].format(count=len(names), names=shown)


def _printed(value: Any) -> str:
    """What a program wrote, to either output."""
    if not isinstance(value, Mapping) or "exit_code" not in value:
        return ""
    outputs = [str(value.get(name, "")).strip() for name in ("stdout", "stderr")]
    return "\n".join(filter(None, outputs)) or f"exit code {value['exit_code']}"


def _matches(value: Any) -> str:
    """What a search found, as grep would print it."""
    found = value.get("matches") if isinstance(value, Mapping) else None
    if not isinstance(found, list):
        return ""
    lines = [
        ":".join(str(_field(each, name)) for name in ("path", "line", "text")) for each in found
    ]
    return "\n".join(lines) or "-"


def _name(entry: Any) -> str:
    return _plain(_field(entry, "name", "path"))


def _value(content: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content


def _field(value: Any, *names: str) -> Any:
    """The first of the fields that the value has, else the value itself."""
    if isinstance(value, Mapping):
        return next((value[name] for name in names if name in value), value)
    return value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"


def _path(call: ToolCall | None) -> str:
    arguments = _value(call.arguments) if call else {}
    return _plain(_field(arguments, "path"))
