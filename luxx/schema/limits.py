"""How much one operation may ask for.

Three bounds on a document (tokens, nesting, aliases), checked once and then cached with its
validation, and one on its cost with the variables given: the objects that it can return.

The bounds of a fragment are worked out once however often it is spread: fragments that spread each
other twice would otherwise double the work at every step.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    ValueNode,
    VariableNode,
    get_named_type,
    get_operation_ast,
    is_list_type,
    parse,
)
from strawberry.extensions import MaxTokensLimiter, SchemaExtension
from strawberry.extensions.validation_cache import ValidationCache

MAX_TOKENS = 2000
MAX_DEPTH = 12
MAX_ALIASES = 30
MAX_COST = 20_000
CACHED_DOCUMENTS = 512

#: Fields, inline fragments and spreads inside one another: far above what any client writes, far
#: below what would exhaust the stack.
_MAX_NESTING = 60
#: How many items are expected of a list that has no size argument.
_UNSIZED = 5
_SIZES = ("limit", "pageSize")
#: No list takes a larger size: its resolver refuses one, and says which argument it is.
_LARGEST = 1_000


class _NestedTooDeeply(Exception):
    pass


Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


@dataclass(frozen=True, slots=True)
class _Bounds:
    depth: int = 0
    aliases: int = 0


class _Measure:
    """The depth and the aliases of a selection set."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, _Bounds] = {}

    def of(self, selections: SelectionSetNode | None, nesting: int = 0) -> _Bounds:
        if nesting > _MAX_NESTING:
            raise _NestedTooDeeply
        if selections is None:
            return _Bounds()
        parts = [self._part(node, nesting + 1) for node in selections.selections]
        return _Bounds(max(part.depth for part in parts), sum(part.aliases for part in parts))

    def _part(self, node: SelectionNode, nesting: int) -> _Bounds:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, nesting)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set, nesting)
        return self._field(cast("FieldNode", node), nesting)

    def _field(self, node: FieldNode, nesting: int) -> _Bounds:
        inside = self.of(node.selection_set, nesting)
        introspection = node.name.value.startswith("__")
        deeper = 0 if introspection or node.selection_set is None else inside.depth + 1
        return _Bounds(deeper, inside.aliases + (node.alias is not None))

    def _fragment(self, name: str, nesting: int) -> _Bounds:
        if name not in self._known:
            # Known before it is looked into: one that contains itself is refused by another rule.
            self._known[name] = _Bounds()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.of(fragment.selection_set, nesting)
        return self._known[name]


class Bounded(ValidationRule):
    """Refuses a document that is nested too deeply or has too many aliases."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        measure = _Measure(fragments_of(context.document))
        try:
            bounds = [
                measure.of(node.selection_set)
                for node in context.document.definitions
                if isinstance(node, OperationDefinitionNode)
            ]
        except _NestedTooDeeply:
            bounds = [_Bounds(depth=_MAX_NESTING)]
        self._refuse("depth", max((found.depth for found in bounds), default=0), MAX_DEPTH)
        self._refuse("number of aliases", sum(found.aliases for found in bounds), MAX_ALIASES)

    def _refuse(self, what: str, found: int, allowed: int) -> None:
        if found > allowed:
            self.report_error(GraphQLError(f"The operation's {what} may be at most {allowed}"))


@dataclass(slots=True)
class _Cost:
    """How many objects an operation can return.

    The cost of a selection set is that of one object; a list multiplies it by its size argument,
    by that of the field around it (a page's), or by what is expected of a list without one.
    """

    schema: GraphQLSchema
    fragments: Fragments
    variables: Mapping[str, Any]
    _known: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode, parent: Any, size: int | None = None) -> int:
        return sum(self._part(node, parent, size) for node in selections.selections)

    def _part(self, node: SelectionNode, parent: Any, size: int | None) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, size)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inside = self.schema.get_type(condition.name.value) if condition else parent
            return self.of(node.selection_set, inside, size)
        return self._field(cast("FieldNode", node), parent, size)

    def _fragment(self, name: str, size: int | None) -> int:
        if (name, size) not in self._known:
            fragment = self.fragments[name]
            parent = self.schema.get_type(fragment.type_condition.name.value)
            self._known[name, size] = self.of(fragment.selection_set, parent, size)
        return self._known[name, size]

    def _field(self, node: FieldNode, parent: Any, size: int | None) -> int:
        if node.selection_set is None or node.name.value.startswith("__"):
            return 0
        definition: GraphQLField = parent.fields[node.name.value]
        inside = get_named_type(definition.type)
        own = self._size(node, definition)
        if not _is_list(definition):
            return 1 + self.of(node.selection_set, inside, own)
        items = own or size or _UNSIZED
        return items * (1 + self.of(node.selection_set, inside))

    def _size(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """The value of the field's size argument; None where it has none."""
        name = next((name for name in _SIZES if name in definition.args), None)
        if name is None:
            return None
        default = definition.args[name].default_value
        value: Any = default
        for argument in node.arguments or ():
            if argument.name.value == name:
                value = self._value(argument.value, default)
        return min(max(value, 1), _LARGEST + 1) if isinstance(value, int) else _UNSIZED

    def _value(self, node: ValueNode, default: Any) -> Any:
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value, default)
        return int(cast("IntValueNode", node).value)


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return is_list_type(kind.of_type if isinstance(kind, GraphQLNonNull) else kind)


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, variables: Mapping[str, Any]
) -> int:
    operation = cast("OperationDefinitionNode", get_operation_ast(document, name))
    defaults = {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
    }
    cost = _Cost(schema, fragments_of(document), {**defaults, **variables})
    return cost.of(operation.selection_set, schema.get_root_type(operation.operation))


class CostLimiter(SchemaExtension):
    """Refuses a valid operation that can return too much. Runs after the validation's cache."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        if not context.pre_execution_errors and document is not None:
            schema = context.schema._schema  # noqa: SLF001 - the only way to graphql-core's own
            cost = cost_of(schema, document, context.operation_name, context.variables or {})
            if cost > MAX_COST:
                context.pre_execution_errors = [
                    GraphQLError(
                        f"The operation may return {cost} objects and at most {MAX_COST} are "
                        "allowed: ask for smaller pages or fewer nested lists"
                    )
                ]
        yield


class Bounds(SchemaExtension):
    """Adds the rule `Bounded`: one class for all requests, for the cache's key holds it."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.validation_rules += (Bounded,)
        yield


parse_once = lru_cache(maxsize=CACHED_DOCUMENTS)(parse)


class ParserCache(SchemaExtension):
    """Parses each query text once.

    A text that does not parse is left to the schema, which reports it on every transport; an
    error raised here would break a stream off instead of answering it.
    """

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        with suppress(GraphQLError):
            context.graphql_document = parse_once(context.query, **context.parse_options)
        yield


EXTENSIONS = (
    lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
    Bounds,
    ParserCache,
    lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    CostLimiter,
)
