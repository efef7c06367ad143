"""Converters: the result of an operation becomes REST data.

Aliases have already named the fields, so only enum leaves are left to change; a converter visits
nothing else. It changes the result in place: nobody else holds it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    SelectionSetNode,
    get_nullable_type,
)

from luxx.rest.leaves import rest_values
from luxx.rest.selection import Composite, Scope

Convert = Callable[[Any], Any]


def converter(scope: Scope, kind: Composite, sets: Sequence[SelectionSetNode]) -> Convert | None:
    """The converter of an object's result; None where there is nothing to change.

    A valid document gives one key the same shape whatever the runtime type is, so the types of an
    interface or a union need not be told apart here.
    """
    changes: dict[str, Convert] = {}
    for runtime_type in scope.runtime_types(kind):
        for key, selected in scope.select(runtime_type, sets).items():
            change = _change(scope, selected.field.type, selected.below)
            if change is not None:
                changes[key] = change
    return _object_change(changes) if changes else None


def _change(
    scope: Scope, kind: GraphQLOutputType, below: Sequence[SelectionSetNode]
) -> Convert | None:
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLList):
        change = _change(scope, inner.of_type, below)
        return None if change is None else _list_change(change)
    if isinstance(inner, GraphQLEnumType):
        return rest_values(inner).get
    if isinstance(inner, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
        return converter(scope, inner, below)
    return None


def _object_change(changes: dict[str, Convert]) -> Convert:
    items = tuple(changes.items())

    def convert(value: Any) -> Any:
        if value is not None:
            for key, change in items:
                if key in value:
                    value[key] = change(value[key])
        return value

    return convert


def _list_change(change: Convert) -> Convert:
    def convert(value: Any) -> Any:
        return None if value is None else [change(item) for item in value]

    return convert
