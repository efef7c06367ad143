"""Leaf values: how scalars and enums look on REST, decided by GraphQL type, never by field name.

GraphQL shows enum values in UPPER_CASE. REST shows them in lower case, and an ordered enum as its
numbers from 1. A leaf reader takes what a client sent and gives what GraphQL takes; it raises
ValueError with a text that says what was expected.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType

#: Enums whose values stand in an order that clients compare.
ORDERED = frozenset({"PermissionLevel"})

Leaf = Callable[[Any], Any]

_MIN_INT, _MAX_INT = -(2**31), 2**31 - 1
_WHOLE = re.compile(r"-?[0-9]+")
_MAX_DIGITS = 20
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_SWITCH = {"true": True, "false": False}
_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}
_EXPECTATIONS = {
    "String": "a string",
    "ID": "a string",
    "Boolean": "true or false",
    "Int": "a whole number",
    "Float": "a number",
}


@cache
def rest_values(enum: GraphQLEnumType) -> Mapping[str, str | int]:
    """The REST value of each GraphQL value."""
    if enum.name in ORDERED:
        return {name: number for number, name in enumerate(enum.values, start=1)}
    return {name: name.lower() for name in enum.values}


@cache
def graphql_names(enum: GraphQLEnumType) -> Mapping[str | int, str]:
    """The GraphQL value of each REST value."""
    return {value: name for name, value in rest_values(enum).items()}


def json_leaf(kind: GraphQLNamedType) -> Leaf:
    """The reader of a JSON value for a scalar or enum; a scalar of our own takes anything."""
    if isinstance(kind, GraphQLEnumType):
        return _json_enum(kind)
    return _JSON_LEAVES.get(kind.name, _anything)


def text_leaf(kind: GraphQLNamedType) -> Leaf:
    """The reader of a text, from a path or a query, for a scalar or enum."""
    if isinstance(kind, GraphQLEnumType):
        return _text_enum(kind)
    if kind.name not in _TEXT_LEAVES:
        raise TypeError(f"{kind} cannot be written in a path or a query")
    return _TEXT_LEAVES[kind.name]


def expectation(kind: GraphQLNamedType) -> str:
    """What a client should send for a leaf type."""
    if isinstance(kind, GraphQLEnumType):
        return f"one of {', '.join(str(value) for value in graphql_names(kind))}"
    return _EXPECTATIONS.get(kind.name, "a value")


def mismatch(what: str, value: Any) -> str:
    infinite = isinstance(value, float) and not math.isfinite(value)
    return f"expected {what}, got {'infinity' if infinite else _KINDS[type(value)]}"


def _json_enum(kind: GraphQLEnumType) -> Leaf:
    names, what = graphql_names(kind), expectation(kind)

    def read(value: Any) -> str:
        # True == 1, yet it is no level.
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value in names:
            return names[value]
        raise ValueError(f"expected {what}")

    return read


def _text_enum(kind: GraphQLEnumType) -> Leaf:
    names = {str(value): name for value, name in graphql_names(kind).items()}
    what = expectation(kind)

    def read(value: str) -> str:
        if value not in names:
            raise ValueError(f"expected {what}")
        return names[value]

    return read


def _anything(value: Any) -> Any:
    return value


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(mismatch("a string", value))


def _id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(mismatch("true or false", value))


def _number(value: Any, what: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise ValueError(mismatch(what, value))


def _int(value: Any) -> int:
    number = _number(value, "a whole number")
    if not _MIN_INT <= number <= _MAX_INT:
        raise ValueError(f"expected a whole number from {_MIN_INT:,} to {_MAX_INT:,}")
    if number != int(number):
        raise ValueError("expected a whole number, got a fraction")
    return int(number)


def _float(value: Any) -> float:
    return float(_number(value, "a number"))


def _int_text(value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise ValueError("expected a whole number")
    return _int(int(value[:_MAX_DIGITS]))


def _float_text(value: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise ValueError("expected a number")
    return _float(float(value))


def _boolean_text(value: str) -> bool:
    if value not in _SWITCH:
        raise ValueError("expected true or false")
    return _SWITCH[value]


_JSON_LEAVES: Mapping[str, Leaf] = {
    "String": _string,
    "ID": _id,
    "Boolean": _boolean,
    "Int": _int,
    "Float": _float,
}
_TEXT_LEAVES: Mapping[str, Leaf] = {
    "String": _string,
    "ID": _id,
    "Boolean": _boolean_text,
    "Int": _int_text,
    "Float": _float_text,
}
