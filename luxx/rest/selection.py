"""What a selection set asks of a type, with its fragments resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
)

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Selected(NamedTuple):
    """One response key: the field's name and definition, and what is selected below it."""

    name: str
    field: GraphQLField
    below: Sequence[SelectionSetNode]


@dataclass(frozen=True, slots=True)
class Scope:
    """A schema and the fragments of a document."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def runtime_types(self, kind: Composite) -> Sequence[GraphQLObjectType]:
        """The object types that a value of this type may have."""
        if isinstance(kind, GraphQLObjectType):
            return (kind,)
        return self.schema.get_possible_types(kind)

    def select(
        self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> dict[str, Selected]:
        """What is asked of one object type, by response key, in the order of the answer."""
        nodes: dict[str, list[FieldNode]] = {}
        for selections in sets:
            for node in selections.selections:
                self._gather(kind, node, nodes)
        return {key: self._selected(kind, found) for key, found in nodes.items()}

    def _gather(
        self, kind: GraphQLObjectType, node: SelectionNode, nodes: dict[str, list[FieldNode]]
    ) -> None:
        if node.directives:
            raise TypeError("a stored operation selects unconditionally: it has no directives")
        if isinstance(node, FieldNode):
            nodes.setdefault((node.alias or node.name).value, []).append(node)
            return
        if isinstance(node, FragmentSpreadNode):
            fragment: InlineFragmentNode | FragmentDefinitionNode = self.fragments[node.name.value]
        elif isinstance(node, InlineFragmentNode):
            fragment = node
        else:
            raise TypeError(f"no selection: {node}")
        if self._applies(fragment.type_condition, kind):
            for selection in fragment.selection_set.selections:
                self._gather(kind, selection, nodes)

    def _applies(self, condition: NamedTypeNode | None, kind: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == kind.name:
            return True
        target = self.schema.type_map[condition.name.value]
        return isinstance(
            target, (GraphQLInterfaceType, GraphQLUnionType)
        ) and self.schema.is_sub_type(target, kind)

    def _selected(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Selected:
        name = nodes[0].name.value
        field = self.schema.get_field(kind, name)
        if field is None:
            raise TypeError(f"{kind.name} has no field {name}")
        return Selected(name, field, [node.selection_set for node in nodes if node.selection_set])
