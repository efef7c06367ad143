"""JSON Schemas of what is sent and answered, drawn from the GraphQL types as REST shows them."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    SelectionSetNode,
    Undefined,
    get_named_type,
)

from luxx.openapi.facts import FACTS, Schema, fact
from luxx.rest.inputs import snake_case
from luxx.rest.leaves import rest_values
from luxx.rest.selection import Composite, Scope, Selected
from luxx.schema.words import subject

_LEAVES: dict[str, Schema] = {
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time"},
    "JSON": {},
}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def described(
    schema: Schema, owner: str, name: str, about: str | None, *, sent: bool = False
) -> Schema:
    """With what is known of the field; its bounds hold for what is sent."""
    known = fact(owner, name)
    said: Schema = {**schema, **(known.bounds if sent else {})}
    if about:
        said["description"] = about
    if known.example is not ...:
        said["examples"] = [known.example]
    return said


def nullable(schema: Schema) -> Schema:
    if "$ref" in schema or "anyOf" in schema or "const" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema


class Schemas:
    """Draws schemas; those that have names are collected in `named`."""

    def __init__(self, scope: Scope) -> None:
        self.named: dict[str, Schema] = {}
        self._scope = scope

    def sent(self, kind: GraphQLInputType) -> Schema:
        """What a variable takes."""
        if isinstance(kind, GraphQLNonNull):
            return self._sent(kind.of_type)
        return nullable(self._sent(kind))

    def _sent(self, kind: Any) -> Schema:
        if isinstance(kind, GraphQLList):
            return {"type": "array", "items": self.sent(kind.of_type)}
        if not isinstance(kind, GraphQLInputObjectType):
            return self._leaf(kind)
        if kind.name not in self.named:
            self.named[kind.name] = {}
            self.named[kind.name] = self._members(kind)
        return ref(kind.name)

    def _members(self, kind: GraphQLInputObjectType) -> Schema:
        fields = {snake_case(name): field for name, field in kind.fields.items()}
        required = [
            name
            for name, field in fields.items()
            if isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined
        ]
        return {
            "type": "object",
            "properties": {
                name: described(
                    self.sent(field.type), subject(kind.name), name, field.description, sent=True
                )
                for name, field in fields.items()
            },
            "additionalProperties": False,
        } | ({"required": required} if required else {})

    def _leaf(self, kind: GraphQLNamedType) -> Schema:
        if not isinstance(kind, GraphQLEnumType):
            return dict(_LEAVES[kind.name])
        values = list(rest_values(kind).values())
        shown = "integer" if isinstance(values[0], int) else "string"
        self.named[kind.name] = {"type": shown, "enum": values} | (
            {"description": kind.description} if kind.description else {}
        )
        return ref(kind.name)

    def answered(self, kind: GraphQLOutputType, sets: Sequence[SelectionSetNode]) -> Schema:
        """What a field gives."""
        if isinstance(kind, GraphQLNonNull):
            return self._answered(kind.of_type, sets)
        return nullable(self._answered(kind, sets))

    def _answered(self, kind: Any, sets: Sequence[SelectionSetNode]) -> Schema:
        if isinstance(kind, GraphQLList):
            return {"type": "array", "items": self.answered(kind.of_type, sets)}
        if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
            return self._leaf(get_named_type(kind))
        name = _fragment(sets)
        if name is None:
            return self._composite(kind, sets)
        if name not in self.named:
            self.named[name] = {}
            self.named[name] = self._composite(kind, sets)
        return ref(name)

    def _composite(self, kind: Composite, sets: Sequence[SelectionSetNode]) -> Schema:
        if isinstance(kind, GraphQLObjectType):
            return self.object(kind, sets)
        return {"oneOf": [self._variant(each, sets) for each in self._scope.runtime_types(kind)]}

    def _variant(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Schema:
        """One of an interface's types, which says in `type` which of them it is."""
        schema = self.object(kind, sets)
        interface = kind.interfaces[0].name if kind.interfaces else ""
        tag = {"type": "string", "const": snake_case(kind.name.removesuffix(interface))}
        about = kind.fields["type"].description
        schema["properties"]["type"] = described(tag, interface, "type", about)
        return schema | {"title": kind.name}

    def object(
        self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode], typename: str = ""
    ) -> Schema:
        """An object with all that is selected of it."""
        return object_of(
            {
                key: self._property(kind, key, selected, typename)
                for key, selected in self._scope.select(kind, sets).items()
            }
        )

    def _property(
        self, kind: GraphQLObjectType, key: str, selected: Selected, typename: str
    ) -> Schema:
        if selected.name == "__typename":
            return {"type": "string", "const": typename or kind.name}
        schema = self.answered(selected.field.type, selected.below)
        if kind not in (self._scope.schema.query_type, self._scope.schema.mutation_type):
            return described(schema, owner_of(kind, key), key, selected.field.description)
        # The keys of a result are no fields: only an example that is meant for one of them fits it.
        owner = selected.name if f"{selected.name}.{key}" in FACTS else ""
        return described(schema, owner, key if owner else "", selected.field.description)


def object_of(properties: Schema, optional: Sequence[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def owner_of(kind: GraphQLObjectType, key: str) -> str:
    """The type whose word it is: what all of an interface's types have is the interface's."""
    shared = [each for each in kind.interfaces if key in {snake_case(name) for name in each.fields}]
    return shared[0].name if shared else kind.name


def _fragment(sets: Sequence[SelectionSetNode]) -> str | None:
    """The name of what is selected, where it is one fragment."""
    nodes = [node for each in sets for node in each.selections]
    (*others, last) = nodes
    return last.name.value if not others and isinstance(last, FragmentSpreadNode) else None
