"""What an operation costs with the variables given: the objects that it can return.

A field that has others do something for it names its own cost (`fields.field`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
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
    ValueNode,
    VariableNode,
    get_named_type,
    get_operation_ast,
    is_list_type,
)
from strawberry.extensions import SchemaExtension

from luxx.schema.fields import cost_of_field
from luxx.schema.limits.bounds import Fragments, fragments_of

MAX_COST = 20_000
#: How many items are expected of a list that has no size argument.
_UNSIZED = 5
_SIZES = ("limit", "pageSize")
#: No list takes a larger size: its resolver refuses one, and says which argument it is.
_LARGEST = 1_000


@dataclass(slots=True)
class _Cost:
    """How many objects an operation can return.

    The cost of a selection set is that of one object; a list multiplies it by its size argument,
    by that of the field around it (a page's), or by what is expected of a list without one.
    """

    schema: GraphQLSchema
    fragments: Fragments
    variables: Mapping[str, Any]
    defaults: Mapping[str, ValueNode | None]
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
        if node.name.value.startswith("__"):
            return 0
        definition: GraphQLField = parent.fields[node.name.value]
        own = cost_of_field(definition)
        if node.selection_set is None:
            return own
        inside = get_named_type(definition.type)
        given = self._size(node, definition)
        if not _is_list(definition):
            return own + 1 + self.of(node.selection_set, inside, given)
        items = given or size or _UNSIZED
        return own + items * (1 + self.of(node.selection_set, inside))

    def _size(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """The value of the field's size argument; None where it has none."""
        name = next((name for name in _SIZES if name in definition.args), None)
        if name is None:
            return None
        value: Any = definition.args[name].default_value
        for argument in node.arguments or ():
            if argument.name.value == name:
                value = self._value(argument.value, value)
        return _size_of(value)

    def _value(self, node: ValueNode | None, default: Any) -> Any:
        """What the argument is; `default` where that is a variable without a value."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name in self.variables:
                return self.variables[name]
            written = self.defaults.get(name)
            return default if written is None else self._value(written, default)
        # An Int has at most ten digits: no other has come through the validation.
        return int(node.value) if isinstance(node, IntValueNode) else None


def _size_of(value: Any) -> int:
    """As GraphQL's Int reads it: 10.0 is 10. What it refuses, or is null, is the largest."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return _LARGEST + 1
    return min(max(value, 1), _LARGEST + 1)


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return is_list_type(kind.of_type if isinstance(kind, GraphQLNonNull) else kind)


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, variables: Mapping[str, Any]
) -> int:
    operation = cast("OperationDefinitionNode", get_operation_ast(document, name))
    defaults = {
        definition.variable.name.value: definition.default_value
        for definition in operation.variable_definitions or ()
    }
    cost = _Cost(schema, fragments_of(document), variables, defaults)
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
