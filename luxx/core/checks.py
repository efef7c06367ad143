"""Checks of single input values: each gives the value back, or BadInput naming the field."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeVar

from luxx.errors import BadInput, NotFound

E = TypeVar("E", bound=Enum)

#: Characters of the longest id that is ever given out.
MAX_ID = 32


def known(fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    for field in fields:
        if field not in allowed:
            raise BadInput(f"There is no field {field!r} here", field=field)


@contextmanager
def within(place: str) -> Iterator[None]:
    """Name what does not fit by its place, such as `agents.1.name`."""
    try:
        yield
    except (BadInput, NotFound) as error:
        field = f"{place}.{error.field}"
        message = error.message.replace(str(error.field), field, 1)
        raise type(error)(message, field=field) from error


@contextmanager
def naming(field: str) -> Iterator[None]:
    """Say which field names what is not found."""
    try:
        yield
    except NotFound as error:
        raise NotFound(error.message, field=field) from error


def text(field: str, value: Any, limit: int) -> str:
    """Any text, also none: what the database can hold, at most `limit` characters."""
    if not isinstance(value, str):
        raise BadInput(f"{field} must be text", field=field)
    if len(value) > limit:
        raise BadInput(f"{field} must have at most {limit:,} characters", field=field)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"{field} holds half of a surrogate pair", field=field) from error
    if "\0" in value:
        raise BadInput(f"{field} must not contain NUL", field=field)
    return value


def is_id(value: str) -> bool:
    """Whether it can be an id at all: what the database cannot hold is not looked for."""
    return len(value) <= MAX_ID and value.isascii() and value.isprintable()


def name(field: str, value: Any, limit: int) -> str:
    """A text that is not empty, without the blanks around it."""
    stripped = text(field, value, limit).strip()
    if not stripped:
        raise BadInput(f"{field} must not be empty", field=field)
    return stripped


def whole(field: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(f"{field} must be a whole number from {low:,} to {high:,}", field=field)
    return value


def number(field: str, value: Any, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(f"{field} must be a number from {low:g} to {high:g}", field=field)
    return float(value)


def flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"{field} must be true or false", field=field)
    return value


def choice(field: str, value: Any, kind: type[E]) -> E:
    """A member of an enum, given as such or as its value."""
    try:
        return kind(str(value) if isinstance(value, bool) else value)  # True is no 1
    except ValueError as error:
        allowed = ", ".join(str(member.value) for member in kind)
        raise BadInput(f"{field} must be one of {allowed}", field=field) from error
