"""Projections: an event of a subscription becomes REST data without executing GraphQL.

Executing an operation for every event of every viewer would cost some 260 µs each. The event types
are plain dataclasses whose fields have no resolvers, so what execution would give can be compiled,
once, from the selection set. Whatever a projection could not give is refused when it is compiled.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLUnionType,
    SelectionSetNode,
    get_nullable_type,
)

from luxx.rest.leaves import rest_values
from luxx.rest.selection import Composite, Scope, Selected

Project = Callable[[Any], Any]

#: Where the schema keeps the Python definition that a GraphQL type or field was made from.
DEFINITION = "strawberry-definition"

#: Their Python values are their JSON values.
_PLAIN = frozenset({"String", "Int", "Float", "Boolean"})


def projection(
    scope: Scope,
    kind: Composite,
    sets: Sequence[SelectionSetNode],
    typenames: Mapping[str, str],
) -> Project:
    """Compile a selection set; `typenames` says how REST calls a type in `__typename`."""
    by_class = {
        _python_class(runtime_type): _object_projection(scope, runtime_type, sets, typenames)
        for runtime_type in scope.runtime_types(kind)
    }
    if isinstance(kind, GraphQLObjectType):
        return by_class[_python_class(kind)]

    def project(value: Any) -> Any:
        return by_class[type(value)](value)

    return project


def class_names(scope: Scope, kind: Composite) -> dict[type, str]:
    """The GraphQL name of each Python class that a value of this type may have."""
    return {_python_class(each): each.name for each in scope.runtime_types(kind)}


def _object_projection(
    scope: Scope,
    kind: GraphQLObjectType,
    sets: Sequence[SelectionSetNode],
    typenames: Mapping[str, str],
) -> Project:
    template: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    changes: list[tuple[str, Project]] = []
    for key, selected in scope.select(kind, sets).items():
        template[key] = None
        if selected.name == "__typename":
            template[key] = typenames.get(kind.name, kind.name)
            continue
        attributes[key] = _attribute(kind, selected)
        change = _change(scope, selected.field.type, selected.below, typenames)
        if change is not None:
            changes.append((key, change))
    return _assemble(template, attributes, tuple(changes))


def _assemble(
    template: dict[str, Any], attributes: dict[str, str], changes: tuple[tuple[str, Project], ...]
) -> Project:
    """Read all attributes with one C call and change only those that need it."""
    if not attributes:
        return lambda _value: template.copy()
    keys = tuple(attributes)
    # A getter of one attribute gives the bare value: read a second one, which zip leaves out.
    names = (*attributes.values(), next(iter(attributes.values())))
    read = attrgetter(*names)

    def project(value: Any) -> dict[str, Any]:
        result = template.copy()
        result.update(zip(keys, read(value), strict=False))
        for key, change in changes:
            result[key] = change(result[key])
        return result

    return project


def _change(
    scope: Scope,
    kind: GraphQLOutputType,
    below: Sequence[SelectionSetNode],
    typenames: Mapping[str, str],
) -> Project | None:
    inner = get_nullable_type(kind)
    change: Project | None
    if isinstance(inner, GraphQLList):
        change = _list_change(_change(scope, inner.of_type, below, typenames))
    elif isinstance(inner, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
        change = projection(scope, inner, below, typenames)
    elif isinstance(inner, GraphQLEnumType):
        change = _enum_change(inner)
    elif isinstance(inner, GraphQLScalarType):
        change = _scalar_change(inner)
    else:
        raise TypeError(f"{kind} is no output")
    return None if change is None else _unless_null(change)


def _unless_null(change: Project) -> Project:
    def convert(value: Any) -> Any:
        return None if value is None else change(value)

    return convert


def _list_change(change: Project | None) -> Project:
    if change is None:
        return list

    def convert(value: Any) -> Any:
        return [change(item) for item in value]

    return convert


def _enum_change(kind: GraphQLEnumType) -> Project:
    """By the value that Python code holds, which may be a member of the enum or its value."""
    shown = rest_values(kind)
    by_value: dict[Any, str | int] = {}
    wrapped = getattr(kind, "wrapped_cls", None)
    for name, definition in kind.values.items():
        by_value[definition.value] = shown[name]
        if wrapped is not None:
            by_value[wrapped(definition.value)] = shown[name]
    return by_value.__getitem__


def _scalar_change(kind: GraphQLScalarType) -> Project | None:
    if kind.name in _PLAIN:
        return None
    return str if kind.name == "ID" else kind.coerce_output_value


def _attribute(kind: GraphQLObjectType, selected: Selected) -> str:
    """The attribute that holds a field's value; refuses fields that are computed."""
    definition = selected.field.extensions.get(DEFINITION)
    if definition is None or not definition.is_basic_field:
        raise TypeError(f"{kind.name}.{selected.name} has a resolver: no event may select it")
    return str(definition.python_name)


def _python_class(kind: GraphQLObjectType) -> type:
    definition = kind.extensions.get(DEFINITION)
    if definition is None:
        raise TypeError(f"{kind.name} is made from no Python class")
    origin: type = definition.origin
    return origin
