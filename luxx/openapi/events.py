"""The events of a stream: the frame and the payload of each, with an example."""

import json

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType, get_nullable_type

from luxx.openapi.examples import example
from luxx.openapi.facts import Schema
from luxx.openapi.schemas import Schemas, object_of, ref
from luxx.rest.binding import Binding
from luxx.rest.routes import Stream
from luxx.rest.streams import CURSOR

ABOUT = (
    "Server-sent events; this describes each of them, whose `data` is JSON. Lines that begin with"
    " `:` keep the connection alive. An `error` without an `id` means that following broke: come"
    " back with the last id."
)
_FIRST_ID = 4294967297


class Events:
    """The events of one stream; their payloads become named schemas."""

    def __init__(self, stream: Stream, whole: Binding, deltas: Binding, schemas: Schemas) -> None:
        self._stream = stream
        self._schemas = schemas
        self._prefix = whole.operation.name.removeprefix("Follow")
        self._whole = self._payloads(whole)
        self._deltas = self._payloads(deltas)

    def content(self) -> Schema:
        """The media type of the stream's response."""
        schema = {"description": ABOUT, "oneOf": [self._event(name) for name in self._whole]}
        examples = {name: self._example(place, name) for place, name in enumerate(self._whole)}
        return {"schema": schema, "examples": examples}

    def _payloads(self, binding: Binding) -> dict[str, Schema]:
        """The payload of each event, by the event's name."""
        kind = get_nullable_type(binding.root.field.type)
        if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
            raise TypeError(f"{binding.operation.name} sends no objects")
        return {
            self._stream.events[each.name]: self._payload(each, binding)
            for each in binding.scope.runtime_types(kind)
        }

    def _payload(self, kind: GraphQLObjectType, binding: Binding) -> Schema:
        name = self._stream.events[kind.name]
        schema = self._schemas.object(kind, binding.root.below, typename=name)
        properties = dict(schema["properties"])
        del properties[CURSOR]
        lifted = self._stream.lifted.get(kind.name)
        if lifted is not None:
            inner = self._schemas.named[properties.pop(lifted)["$ref"].rpartition("/")[2]]
            properties |= inner["properties"]
        return object_of(properties)

    def _event(self, name: str) -> Schema:
        """An event as its frame has it."""
        payload = self._name(name, self._whole[name])
        if self._deltas[name] != self._whole[name]:
            payload = {"anyOf": [payload, self._name(f"{name}_delta", self._deltas[name])]}
        data = {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": payload,
        }
        properties = {
            "id": {"type": "string", "description": "Where to go on from."},
            "event": {"type": "string", "const": name},
            "data": {**data, "description": "JSON."},
            "retry": {"type": "integer", "description": "Milliseconds to wait before coming back."},
        }
        return {**object_of(properties, optional=("id", "retry")), "title": name}

    def _name(self, name: str, payload: Schema) -> Schema:
        title = f"{self._prefix}Event_{name}"
        self._schemas.named[title] = payload
        return ref(title)

    def _example(self, place: int, name: str) -> Schema:
        data = example(self._whole[name], self._schemas.named)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        event = {"id": str(_FIRST_ID + place), "event": name, "data": text}
        return {"value": event}
