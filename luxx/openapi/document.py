"""The OpenAPI document: every row of the table, as it is bound to the schema.

OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html), whose schemas are JSON Schema 2020-12.
"""

import json
from collections.abc import Iterator
from typing import Any

from luxx import __version__
from luxx.errors import (
    BadInput,
    LuxxError,
    MalformedRequest,
    NotFound,
    OutOfSpace,
    PayloadTooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from luxx.openapi.envelopes import ENVELOPES, ERROR_SCHEMA, error_example
from luxx.openapi.events import Events
from luxx.openapi.examples import example
from luxx.openapi.facts import Schema
from luxx.openapi.inputs import Inputs
from luxx.openapi.schemas import Schemas, object_of, ref
from luxx.rest import bound
from luxx.rest.routes import ROUTES, Endpoint, Stream

ERROR = "Error"
VERSION = "3.1.1"
ABOUT = (
    "AI conversations, agents and rooms. Everything is served from one GraphQL schema at"
    " `/graphql`: an endpoint is a stored operation. `/api/x` and `/api/x/` are the same address."
    " Log in with `POST /api/auth/login` and send the token as `Authorization: Bearer <token>`."
)
TAGS = {
    "auth": ("Accounts", "Users and their sessions."),
    "conversations": ("Conversations", "Conversations with a model."),
    "messages": ("Messages", "What is said in a conversation, and the stream of a reply."),
    "providers": ("Providers", "Where the models are."),
    "tools": ("Tools", "What a model, or you, may use."),
    "agents": ("Agents", "Personas to be seated in rooms."),
    "chat-rooms": ("Rooms", "Several agents discuss a task in rounds."),
    "": ("Server", "What the server is, and how."),
}


class _Document:
    def __init__(self) -> None:
        self._bindings = bound()
        self._schemas = Schemas(next(iter(self._bindings.values())).scope)
        self._schemas.named[ERROR] = ERROR_SCHEMA

    def paths(self) -> dict[str, dict[str, Schema]]:
        paths: dict[str, dict[str, Schema]] = {}
        for endpoint in ROUTES:
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = self._operation(endpoint)
        return paths

    def schemas(self, paths: object) -> dict[str, Schema]:
        """Those that are referred to: what a payload takes in whole is not."""
        text = json.dumps([paths, self._schemas.named])
        return {
            name: schema
            for name, schema in sorted(self._schemas.named.items())
            if json.dumps(ref(name)["$ref"]) in text or name == ERROR
        }

    def _operation(self, endpoint: Endpoint) -> Schema:
        shown: Schema = {
            "operationId": endpoint.operation or "Server",
            "tags": [_tag(endpoint.path)],
            "summary": endpoint.about,
            "description": f"{endpoint.about}.",
        }
        if endpoint.operation is not None:
            inputs = Inputs(endpoint, self._bindings[endpoint.operation], self._schemas)
            shown["description"] += f" Executes the stored operation `{endpoint.operation}`."
            shown["parameters"] = inputs.parameters()
            if (body := inputs.body()) is not None:
                shown["requestBody"] = body
        shown["responses"] = {"200": self._success(endpoint)} | {
            str(error.status): {"$ref": f"#/components/responses/{error.__name__}"}
            for error in failures(endpoint)
        }
        if endpoint.stream is not None and endpoint.stream.ends:
            shown["responses"]["204"] = {"description": "Nothing follows the cursor."}
        return shown | ({"security": []} if endpoint.public else {})

    def _success(self, endpoint: Endpoint) -> Schema:
        if endpoint.stream is not None:
            return self._stream(endpoint.stream)
        if endpoint.fixed is not None:
            schema = object_of(
                {name: {"type": "string", "description": f"Its {name}."} for name in endpoint.fixed}
            )
            shown: Any = dict(endpoint.fixed)
        else:
            binding = self._bindings[endpoint.operation or ""]
            definition = binding.operation.definition
            result = self._schemas.object(binding.parent, [definition.selection_set])
            schema = ENVELOPES[endpoint.shape](result, endpoint.message)
            shown = example(schema, self._schemas.named)
        content = {"application/json": {"schema": schema, "example": shown}}
        return {"description": "It is done.", "content": content}

    def _stream(self, stream: Stream) -> Schema:
        whole, deltas = self._bindings[stream.follow], self._bindings[stream.deltas]
        content = Events(stream, whole, deltas, self._schemas).content()
        location = {
            "description": "The address to come back to.",
            "schema": {"type": "string", "examples": [stream.location.format("...")]},
        }
        return {
            "description": "The events, to the last one of the run.",
            "headers": {"Content-Location": location},
            "content": {"text/event-stream": content},
        }


def document() -> Schema:
    """The whole document, as JSON values."""
    made = _Document()
    paths = made.paths()
    return {
        "openapi": VERSION,
        "info": {
            "title": "Luxx",
            "version": __version__,
            "summary": "AI chat server",
            "description": ABOUT,
            "contact": {"name": "The operator of this server"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "This server"}],
        "security": [{"login": []}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.values()],
        "paths": paths,
        "components": {
            "schemas": made.schemas(paths),
            "responses": _responses(),
            "securitySchemes": {
                "login": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The `access_token` of `POST /api/auth/login`.",
                }
            },
        },
    }


def _tag(path: str) -> str:
    _, _, rest = path.partition("/api/")
    return TAGS.get(rest.partition("/")[0], TAGS[""])[0]


def failures(endpoint: Endpoint) -> list[type[LuxxError]]:
    """What the endpoint's form implies, and what the table adds, by status; one for each."""
    by_status = {error.status: error for error in (*_implied(endpoint), *endpoint.fails)}
    return [error for _, error in sorted(by_status.items())]


def _implied(endpoint: Endpoint) -> Iterator[type[LuxxError]]:
    if endpoint.fixed is not None:
        return
    yield from (BadInput, Unavailable, LuxxError)
    if not endpoint.public:
        yield Unauthenticated
    if endpoint.path_names:
        yield NotFound
    if endpoint.has_body:
        yield from (MalformedRequest, PayloadTooLarge, UnsupportedMedia)
    if endpoint.method != "GET":
        yield OutOfSpace


def _responses() -> dict[str, Schema]:
    errors = {error for endpoint in ROUTES for error in failures(endpoint)}
    return {error.__name__: _failure(error) for error in sorted(errors, key=_by_status)}


def _by_status(error: type[LuxxError]) -> int:
    return error.status


def _failure(error: type[LuxxError]) -> Schema:
    content = {"schema": ref(ERROR), "example": error_example(error)}
    about = f"`{error.code}`: {(error.__doc__ or '').strip()}"
    return {"description": about, "content": {"application/json": content}}
