"""Readers: what a client sent becomes the variables of an operation, by their GraphQL types.

A reader takes a value, the name of its field and a list of problems. It returns the value for
GraphQL, or notes what is wrong, so that one answer names everything that does not fit.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    get_nullable_type,
)

from luxx.rest.leaves import Leaf, expectation, json_leaf, mismatch, text_leaf

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Problem(NamedTuple):
    """One value that does not fit, and why."""

    field: str
    message: str


Reader = Callable[[Any, str, list[Problem]], Any]


class Member(NamedTuple):
    """One field of an input object."""

    name: str
    read: Reader
    required: bool


def snake_case(name: str) -> str:
    """The REST spelling of a GraphQL input field's name."""
    return _WORD_START.sub("_", name).lower()


def json_reader(kind: GraphQLInputType) -> Reader:
    """The reader of JSON values for a GraphQL type."""
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLList):
        what, read = "a list", _list_reader(json_reader(inner.of_type))
    elif isinstance(inner, GraphQLInputObjectType):
        what, read = "an object", _object_reader(inner)
    else:
        what, read = expectation(inner), _leaf_reader(json_leaf(inner))
    return _required(read, what) if isinstance(kind, GraphQLNonNull) else _nullable(read)


def text_reader(kind: GraphQLInputType) -> Reader:
    """The reader of path and query values, which are text, for a GraphQL type."""
    named = get_named_type(kind)
    if get_nullable_type(kind) is not named or isinstance(named, GraphQLInputObjectType):
        raise TypeError(f"{kind} cannot be written in a path or a query")
    return _leaf_reader(text_leaf(named))


def refuse_unknown(
    given: Iterable[str], known: Iterable[str], problems: list[Problem], prefix: str = ""
) -> None:
    """Note every key that nobody reads: a misspelt one must not be silently dropped."""
    problems.extend(
        Problem(prefix + key, "is not known") for key in dict.fromkeys(given) if key not in known
    )


def _required(read_value: Reader, what: str) -> Reader:
    def read(value: Any, field: str, problems: list[Problem]) -> Any:
        if value is None:
            problems.append(Problem(field, mismatch(what, value)))
            return None
        return read_value(value, field, problems)

    return read


def _nullable(read_value: Reader) -> Reader:
    def read(value: Any, field: str, problems: list[Problem]) -> Any:
        return None if value is None else read_value(value, field, problems)

    return read


def _leaf_reader(leaf: Leaf) -> Reader:
    def read(value: Any, field: str, problems: list[Problem]) -> Any:
        try:
            return leaf(value)
        except ValueError as error:
            problems.append(Problem(field, str(error)))
            return None

    return read


def _list_reader(read_item: Reader) -> Reader:
    def read(value: Any, field: str, problems: list[Problem]) -> Any:
        if not isinstance(value, list):
            problems.append(Problem(field, mismatch("a list", value)))
            return None
        return [read_item(item, f"{field}.{place}", problems) for place, item in enumerate(value)]

    return read


def _object_reader(kind: GraphQLInputObjectType) -> Reader:
    members: dict[str, Member] = {}

    def read(value: Any, field: str, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(Problem(field, mismatch("an object", value)))
            return None
        if not members:  # Not before it is needed: input types may contain themselves.
            members.update(_members(kind))
        prefix = f"{field}."
        refuse_unknown(value, members, problems, prefix)
        result: dict[str, Any] = {}
        for key, member in members.items():
            if key in value:
                result[member.name] = member.read(value[key], prefix + key, problems)
            elif member.required:
                problems.append(Problem(prefix + key, "is required"))
        return result

    return read


def _members(kind: GraphQLInputObjectType) -> dict[str, Member]:
    return {
        snake_case(name): Member(
            name,
            json_reader(field.type),
            isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined,
        )
        for name, field in kind.fields.items()
    }
