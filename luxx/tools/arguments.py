"""A tool's arguments: their JSON Schema, taken from its signature, and checking them against it."""

import inspect
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

import msgspec

from luxx.errors import BadInput

Arguments = type[msgspec.Struct]

_WORDS = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
#: How msgspec words what it refuses: what was wrong, then where.
_AT = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<type>[^`]*)`(?P<limit> [^,]*)?(?:, got `(?P<got>.*)`)?")
_LIMIT = re.compile(r" of length (?P<sign><=|>=) (?P<number>\d+)")
_SHOWN = 100
#: Levels of lists and objects in one argument.
MAX_DEPTH = 100


def arguments_of(function: Callable[..., Any]) -> Arguments:
    """A struct with the parameters of `function` after its first; unknown fields are refused."""
    hints = get_type_hints(function, include_extras=True)
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.default is parameter.empty:
            fields.append((parameter.name, hints[parameter.name]))
        else:
            fields.append((parameter.name, hints[parameter.name], parameter.default))
    return msgspec.defstruct(
        function.__name__, fields, kw_only=True, frozen=True, forbid_unknown_fields=True
    )


def schema_of(arguments: Arguments) -> dict[str, Any]:
    """The JSON Schema as models take it: one object, no references, no title."""
    (schema,), components = msgspec.json.schema_components([arguments])
    if len(components) != 1 or "$ref" not in schema:
        raise TypeError(f"{arguments.__name__}: a tool's parameters are plain JSON types")
    inlined = dict(components[arguments.__name__])
    del inlined["title"]
    return {**inlined, "required": inlined.get("required", [])}


def check(arguments: Arguments, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their defaults; BadInput names the one that does not fit, and why."""
    try:
        checked = msgspec.convert(dict(given), arguments)
    except msgspec.ValidationError as error:
        raise _explained(str(error), arguments) from None
    values = {name: getattr(checked, name) for name in arguments.__struct_fields__}
    for name, value in values.items():
        if problem := _unfit(value):
            raise BadInput(f"{name}: {problem}", field=name)
    return values


def _unfit(value: Any) -> str:
    """What is wrong with a value that any JSON may be; empty if nothing is.

    GraphQL takes a number that is too large for it to be infinite, or to be no number.
    """
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
            elif isinstance(item, float) and not math.isfinite(item):
                return "expected numbers that JSON can hold"
        level = inner
    return f"expected JSON of at most {MAX_DEPTH} levels" if level else ""


def _explained(message: str, arguments: Arguments) -> BadInput:
    if missing := _MISSING.fullmatch(message):
        name = missing["name"]
        return BadInput(f"{name}: this argument is required", field=name)
    if unknown := _UNKNOWN.fullmatch(message):
        name = unknown["name"][:_SHOWN]
        known = ", ".join(arguments.__struct_fields__)
        return BadInput(f"{name}: no such argument; there are {known}", field=name)
    parts = _AT.fullmatch(message)
    path = (parts["path"] if parts else None) or "arguments"
    problem = parts["problem"] if parts else message
    field = re.split(r"[.\[]", path)[0]
    return BadInput(f"{path}: {_problem(problem, field, arguments)}", field=field)


def _problem(problem: str, field: str, arguments: Arguments) -> str:
    if problem.startswith("Invalid enum value"):
        allowed = schema_of(arguments)["properties"][field]["enum"]
        return f"expected one of {', '.join(map(str, allowed))}"
    expected = _EXPECTED.fullmatch(problem)
    if expected is None:
        return problem[:1].lower() + problem[1:]
    words = " or ".join(_WORDS.get(name, name) for name in expected["type"].split(" | "))
    got = expected["got"]
    return (
        f"expected {words}{_limit(expected['type'], expected['limit'] or '')}"
        f"{f', got {_WORDS.get(got, got)}' if got else ''}"
    )


def _limit(kind: str, limit: str) -> str:
    length = _LIMIT.fullmatch(limit)
    if length:
        bound = "at most" if length["sign"] == "<=" else "at least"
        unit = "characters" if kind == "str" else "items"
        return f" of {bound} {length['number']} {unit}"
    return limit.replace(" <=", " of at most").replace(" >=", " of at least")
