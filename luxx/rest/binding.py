"""Bindings: a stored operation made ready, once, to be asked over REST.

A `Binding` knows an operation's variables and how its result or its events look on REST; a `Binder`
turns what a request carries in its path, query, body and headers into those variables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from graphql import (
    FragmentDefinitionNode,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    TypeInfo,
    ValidationContext,
    get_nullable_type,
    is_input_type,
    type_from_ast,
    validate,
)

from luxx.operations import Library, Operation
from luxx.rest.inputs import Problem, Reader, json_reader, refuse_unknown, text_reader
from luxx.rest.outputs import Convert, converter
from luxx.rest.projection import Project, class_names, projection
from luxx.rest.selection import Composite, Scope, Selected

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Variable:
    """One input: its type where it is used, and whether it must be given."""

    name: str
    kind: GraphQLInputType
    required: bool


class Values(NamedTuple):
    """What a request carries, by the place where it was."""

    path: Mapping[str, str] = _EMPTY
    query: Sequence[tuple[str, str]] = ()
    body: Mapping[str, Any] = _EMPTY
    headers: Mapping[str, str] = _EMPTY


class Binder:
    """Reads an operation's variables from where a route says they are.

    What is neither in the path nor in a header is in the query, or in the body where the route has
    one; `whole_body` names the variable that is the body itself.
    """

    def __init__(
        self,
        variables: Sequence[Variable],
        *,
        path: Sequence[str] = (),
        headers: Sequence[str] = (),
        has_body: bool = False,
        whole_body: str | None = None,
    ) -> None:
        self._required = [variable.name for variable in variables if variable.required]
        self._path: dict[str, Reader] = {}
        self._query: dict[str, Reader] = {}
        self._body: dict[str, Reader] = {}
        self._headers: dict[str, Reader] = {}
        self._whole_body = whole_body
        for variable in variables:
            if variable.name in path:
                self._path[variable.name] = text_reader(variable.kind)
            elif variable.name in headers:
                self._headers[variable.name] = text_reader(variable.kind)
            elif has_body:
                self._body[variable.name] = json_reader(variable.kind)
            else:
                self._query[variable.name] = text_reader(variable.kind)
        unread = set(path) - self._path.keys()
        if unread:
            raise TypeError(f"the operation has no variable for {', '.join(sorted(unread))}")

    def bind(self, values: Values) -> tuple[dict[str, Any], list[Problem]]:
        """The variables, and everything that does not fit."""
        problems: list[Problem] = []
        variables: dict[str, Any] = {}
        for key, read in self._path.items():
            variables[key] = read(values.path[key], key, problems)
        for key, read in self._headers.items():
            if key in values.headers:
                variables[key] = read(values.headers[key], key, problems)
        self._bind_query(values.query, variables, problems)
        self._bind_body(values.body, variables, problems)
        problems.extend(
            Problem(name, "is required") for name in self._required if name not in variables
        )
        return variables, problems

    def _bind_query(
        self,
        query: Sequence[tuple[str, str]],
        variables: dict[str, Any],
        problems: list[Problem],
    ) -> None:
        refuse_unknown((key for key, _ in query), self._query, problems)
        for key, value in query:
            if key in self._query and key in variables:
                problems.append(Problem(key, "is given more than once"))
            elif key in self._query:
                variables[key] = self._query[key](value, key, problems)

    def _bind_body(
        self, body: Mapping[str, Any], variables: dict[str, Any], problems: list[Problem]
    ) -> None:
        if self._whole_body is not None:
            key = self._whole_body
            variables[key] = self._body[key](body, key, problems)
            return
        refuse_unknown(body, self._body, problems)
        for key, read in self._body.items():
            if key in body:
                variables[key] = read(body[key], key, problems)


@dataclass(frozen=True, slots=True)
class Binding:
    """An operation that is valid against the schema."""

    operation: Operation
    variables: tuple[Variable, ...]
    root: Selected
    scope: Scope
    parent: GraphQLObjectType

    def converter(self) -> Convert | None:
        """How the result of execution becomes REST data."""
        return converter(self.scope, self.parent, [self.operation.definition.selection_set])

    def projection(self, typenames: Mapping[str, str] = _EMPTY) -> Project:
        """How an event of the source stream becomes REST data."""
        return projection(self.scope, _event_type(self.root), self.root.below, typenames)

    def event_classes(self) -> dict[type, str]:
        """The GraphQL name of each Python class of event."""
        return class_names(self.scope, _event_type(self.root))


def bind_all(schema: GraphQLSchema, library: Library) -> dict[str, Binding]:
    """Validate every operation and make it ready; raises TypeError with all that is wrong."""
    errors = validate(schema, library.document)
    if errors:
        raise TypeError("\n".join(str(error) for error in errors))
    fragments = {
        node.name.value: node
        for node in library.document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    scope = Scope(schema, fragments)
    context = ValidationContext(schema, library.document, TypeInfo(schema), lambda _error: None)
    return {
        name: _bind(scope, context, operation) for name, operation in library.operations.items()
    }


def _bind(scope: Scope, context: ValidationContext, operation: Operation) -> Binding:
    definition = operation.definition
    parent = scope.schema.get_root_type(definition.operation)
    if parent is None:
        raise TypeError(f"the schema has no {definition.operation.value}")
    roots = scope.select(parent, [definition.selection_set])
    return Binding(
        operation=operation,
        variables=tuple(_variables(context, definition)),
        root=next(iter(roots.values())),
        scope=scope,
        parent=parent,
    )


def _variables(
    context: ValidationContext, operation: OperationDefinitionNode
) -> Iterator[Variable]:
    """A variable may be left out where the place that uses it has a default, yet not be null."""
    never_null = {
        usage.node.name.value
        for usage in context.get_recursive_variable_usages(operation)
        if isinstance(usage.type, GraphQLNonNull)
    }
    for node in operation.variable_definitions or ():
        name = node.variable.name.value
        kind = type_from_ast(context.schema, node.type)
        if not is_input_type(kind):
            raise TypeError(f"${name} has no input type")
        required = isinstance(kind, GraphQLNonNull) and node.default_value is None
        if name in never_null and not isinstance(kind, GraphQLNonNull):
            kind = GraphQLNonNull(kind)
        yield Variable(name, kind, required)


def _event_type(root: Selected) -> Composite:
    kind = get_nullable_type(root.field.type)
    if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
        return kind
    raise TypeError(f"{root.name} does not send objects")
