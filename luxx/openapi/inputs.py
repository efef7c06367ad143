"""What a request to an endpoint carries: its parameters and its body."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    visit,
)

from luxx.openapi.examples import example
from luxx.openapi.facts import Schema
from luxx.openapi.schemas import Schemas, described
from luxx.rest.binding import Binding, Variable
from luxx.rest.endpoints import AFTER, DELTA, HEADERS
from luxx.rest.routes import Endpoint
from luxx.schema.words import subject

#: A browser that has seen no event sends none.
_CURSOR: Schema = {"type": "string", "pattern": "^[0-9]{0,19}$"}


@dataclass
class _Uses(Visitor):
    """Where an operation uses each variable: of what it is a field, and what it is by default."""

    types: TypeInfo
    owners: dict[str, str] = field(default_factory=dict)
    about: dict[str, str | None] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    _fields: list[str] = field(default_factory=list)
    _member: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def enter_variable_definition(self, *_: Any) -> bool:
        return False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self._fields.append(node.name.value)

    def leave_field(self, *_: Any) -> None:
        self._fields.pop()

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        self._member = node.name.value

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        name = node.name.value
        around = get_named_type(self.types.get_parent_input_type())
        if isinstance(around, GraphQLInputObjectType):
            self.owners[name] = subject(around.name)
            self.about[name] = around.fields[self._member].description
        elif (argument := self.types.get_argument()) is not None:
            self.owners[name] = self._fields[-1]
            self.about[name] = argument.description
        default = self.types.get_default_value()
        if default is not Undefined and default is not None:
            self.defaults[name] = default


class Inputs:
    """The inputs of one endpoint, given the operation that reads them."""

    def __init__(self, endpoint: Endpoint, binding: Binding, schemas: Schemas) -> None:
        self._endpoint = endpoint
        self._variables = binding.variables
        self._schemas = schemas
        types = TypeInfo(binding.scope.schema)
        self._uses = _Uses(types)
        visit(binding.operation.definition, TypeInfoVisitor(types, self._uses))

    def parameters(self) -> list[Schema]:
        found = [
            self._parameter(variable) for variable in self._variables if self._is_one(variable)
        ]
        return [*found, *self._stream_parameters()]

    def _is_one(self, variable: Variable) -> bool:
        return (
            variable.name in self._endpoint.path_names
            or variable.name in HEADERS
            or not self._endpoint.has_body
        )

    def _parameter(self, variable: Variable) -> Schema:
        name, place = variable.name, "query"
        if name in self._endpoint.path_names:
            place = "path"
        elif name in HEADERS:
            place = "header"
        schema = self._schema(variable, as_text=True)
        return _parameter(
            HEADERS[name].title() if place == "header" else name,
            place,
            schema,
            required=variable.required,
        )

    def _schema(self, variable: Variable, *, as_text: bool = False) -> Schema:
        kind: Any = variable.kind
        if as_text:
            kind = GraphQLNonNull(get_nullable_type(kind))
        name = variable.name
        uses = self._uses
        schema = described(
            self._schemas.sent(kind), uses.owners[name], name, uses.about[name], sent=True
        )
        if name in self._uses.defaults and not variable.required:
            schema["default"] = self._uses.defaults[name]
        return schema

    def _stream_parameters(self) -> Iterator[Schema]:
        if self._endpoint.stream is None:
            return
        about = "Send what is new, in place of all the text so far."
        yield _parameter(
            DELTA, "query", {"type": "boolean", "default": False, "description": about}
        )
        about = f"Goes on after the event with this id, as `{AFTER}` does; wins over it."
        yield _parameter("Last-Event-ID", "header", {**_CURSOR, "description": about})

    def body(self) -> Schema | None:
        if not self._endpoint.has_body:
            return None
        variables = [each for each in self._variables if not self._is_one(each)]
        if not variables:
            return None
        if self._endpoint.whole_body is not None:
            schema = {**self._schema(variables[0]), "type": "object"}
        else:
            schema = {
                "type": "object",
                "properties": {each.name: self._schema(each) for each in variables},
                "additionalProperties": False,
            }
        required = [each.name for each in variables if each.required]
        if required and self._endpoint.whole_body is None:
            schema["required"] = required
        shown = {"schema": schema, "example": example(schema, self._schemas.named)}
        return {"required": bool(required), "content": {"application/json": shown}}


def _parameter(name: str, place: str, schema: Schema, *, required: bool = False) -> Schema:
    shown = dict(schema)
    parameter = {"name": name, "in": place, "description": shown.pop("description", "")}
    examples = shown.pop("examples", None)
    if examples and required:
        # An optional one is left out unless somebody wants it: a page of tools to try it fills in
        # every example that it finds.
        parameter["example"] = examples[0]
    return parameter | {"schema": shown} | ({"required": True} if required else {})
