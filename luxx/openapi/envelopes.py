"""Envelopes: what a whole answer looks like, by the shape that its endpoint gives the data."""

from collections.abc import Callable, Mapping
from typing import Any

from luxx.errors import BadInput, LuxxError
from luxx.openapi.facts import Schema
from luxx.openapi.schemas import object_of
from luxx.rest import replies

Envelope = Callable[[Schema, str | None], Schema]

_PROBLEM_EXAMPLE = {"field": "title", "message": "expected a string, got a number"}
_PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "field": {"type": "string", "description": "The field, by its path."},
        "message": {"type": "string", "description": "What was expected."},
    },
    "required": ["field", "message"],
}
_TOTAL: Schema = {"type": "integer", "description": "How many there are.", "examples": [1]}
ERROR_SCHEMA: Schema = {
    "type": "object",
    "description": "What every failed request is answered with.",
    "properties": {
        "success": {"type": "boolean", "const": False},
        "message": {"type": "string", "description": "For the person who reads it."},
        "code": {"type": "string", "description": "For programs."},
        "errors": {
            "type": "array",
            "items": _PROBLEM,
            "description": "Each field that does not fit, where fields can be named.",
        },
    },
    "required": ["success", "message", "code"],
}


def error_example(error: type[LuxxError]) -> dict[str, Any]:
    """What a client sees of an error."""
    message = replies.INTERNAL if error is LuxxError else error().message
    shown = {"success": False, "message": message, "code": error.code}
    if error is not BadInput:
        return shown
    named = ": ".join(_PROBLEM_EXAMPLE.values())
    return {**shown, "message": named, "errors": [_PROBLEM_EXAMPLE]}


def _success(message: Schema | None, data: Schema | None) -> Schema:
    properties: dict[str, Schema] = {"success": {"type": "boolean", "const": True}}
    if message is not None:
        properties["message"] = message
    if data is not None:
        properties["data"] = data
    return object_of(properties)


def _said(message: str | None) -> Schema | None:
    return None if message is None else {"type": "string", "const": message}


def _only(result: Schema) -> Schema:
    (schema,) = result["properties"].values()
    return dict(schema)


def _value(result: Schema, message: str | None) -> Schema:
    return _success(_said(message), _only(result))


def _whole(result: Schema, message: str | None) -> Schema:
    return _success(_said(message), result)


def _nothing(_result: Schema, message: str | None) -> Schema:
    return _success(_said(message), None)


def _bare(result: Schema, _message: str | None) -> Schema:
    """What is null is left out."""
    schema = _only(result)
    properties = {name: _present(each) for name, each in schema["properties"].items()}
    changed = [name for name, each in schema["properties"].items() if properties[name] != each]
    return object_of(properties, optional=changed)


def _present(schema: Schema) -> Schema:
    """The schema without null."""
    if isinstance(schema.get("type"), list):
        return {**schema, "type": schema["type"][0]}
    return schema


def _counted(result: Schema, message: str | None) -> Schema:
    return _success(_said(message), object_of({**result["properties"], "total": _TOTAL}))


def _told(result: Schema, _message: str | None) -> Schema:
    properties = dict(_only(result)["properties"])
    return _success(properties.pop("message"), object_of(properties))


def _cancelled(result: Schema, _message: str | None) -> Schema:
    said = {"type": "string", "enum": [replies.CANCELLED, replies.HAD_ENDED]}
    return _success(said, _only(result))


def _discussed(result: Schema, message: str | None) -> Schema:
    ((name, schema),) = result["properties"].items()
    properties = dict(schema["properties"])
    messages = properties.pop("messages")
    data = {"messages": messages, name: object_of(properties)}
    return _success(_said(message), object_of(data))


def _categorized(result: Schema, message: str | None) -> Schema:
    tools = result["properties"]["tools"]
    groups = object_of(dict.fromkeys(replies.CATEGORIES, tools))
    data = {**result["properties"], "categorized": groups, "total": _TOTAL}
    return _success(_said(message), object_of(data))


ENVELOPES: Mapping[replies.Shape, Envelope] = {
    replies.value: _value,
    replies.whole: _whole,
    replies.bare: _bare,
    replies.nothing: _nothing,
    replies.counted: _counted,
    replies.told: _told,
    replies.cancelled: _cancelled,
    replies.discussed: _discussed,
    replies.categorized: _categorized,
}
