"""The schema over HTTP, server-sent events and websockets.

One POST carries one operation. Whatever cannot be read as one is answered as GraphQL answers: an
`errors` list with a code, never a traceback.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData
from strawberry.http.parse_content_type import parse_content_type
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from luxx.config import Settings
from luxx.core.services import Services
from luxx.errors import (
    BadInput,
    LuxxError,
    MalformedRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    Unauthenticated,
    UnsupportedMedia,
)
from luxx.schema.context import Context, bearer
from luxx.schema.errors import extensions_of
from luxx.schema.limits.documents import check_text
from luxx.schema.line import Streamed
from luxx.schema.root import schema
from luxx.schema.streaming import EventStream, encoded, is_meant, is_subscription

CONNECTION_INIT_TIMEOUT = timedelta(seconds=10)
MAX_SUBSCRIPTIONS = 100
NEEDS_A_STREAM = (
    "A subscription needs Accept: text/event-stream, or a websocket (graphql-transport-ws)"
)
Body = GraphQLRequestData | list[GraphQLRequestData]


class WebSocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Checks the shape of what a client sends, and gives every operation a context of its own."""

    async def handle_message(self, message: Any) -> None:
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        try:
            check_text(operation.query)
        except PayloadTooLarge as error:
            refusal = GraphQLError(error.message, extensions=extensions_of(error))
            await operation.send_initial_errors([refusal])
            return
        self.context = self.context.for_operation()
        await super().run_operation(operation)


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    if message.get("type") != "subscribe":
        return isinstance(message.get("type"), str)
    payload = message.get("payload")
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


def _bounded(receive: Receive, limit: int) -> Receive:
    """Refuse a body over `limit` bytes while it is read, whatever its announced length."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise PayloadTooLarge(
                f"The request body is too large: at most {limit:,} bytes are taken"
            )
        return message

    return bounded


class Endpoint(GraphQL[Context, None]):
    graphql_transport_ws_handler_class = WebSocketHandler
    stream_transport_classes_by_protocol: Mapping[str, type[HTTPStreamTransport]] = (
        MappingProxyType({GRAPHQL_SSE_PROTOCOL: EventStream})
    )

    def __init__(self, services: Services, settings: Settings) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=CONNECTION_INIT_TIMEOUT,
            multipart_uploads_enabled=False,
            max_subscriptions_per_connection=MAX_SUBSCRIPTIONS,
            allowed_origins=settings.cors_origins,
        )
        self._services = services
        self._max_body = settings.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowed("Send operations with POST")
            response = await self.run(Request(scope, _bounded(receive, self._max_body)))
        except LuxxError as error:
            response = self._refusal(error.message, error.status, extensions_of(error))
        except HTTPException as error:
            code = MalformedRequest.code
            response = self._refusal(error.reason, error.status_code, {"code": code})
        except ClientDisconnect:
            return  # in the middle of its request: nobody is there to read an answer
        await response(scope, receive, send)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002
    ) -> Context:
        token = bearer(request.headers.get("authorization"))
        context = Context(self._services, token, request.client.host if request.client else "")
        request.state.context = context
        return context

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,  # noqa: ARG002 - it has nothing that a stream's headers lack
        headers: Mapping[str, str],
    ) -> Response:
        return Streamed(encoded(stream()), headers, request.state.context.has_ended)

    async def on_ws_connect(self, context: Context) -> dict[str, object]:
        """A socket needs a valid login; every operation on it is checked again."""
        try:
            await context.session()
        except Unauthenticated as error:
            raise ConnectionRejectionError from error
        return {}

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> Body:
        content_type, _ = parse_content_type(request.content_type or "")
        if content_type != "application/json":
            raise UnsupportedMedia
        body = await super().parse_http_body(request)
        if not isinstance(body, GraphQLRequestData):
            return body
        check_text(body.query)
        if body.protocol == "sse":
            accept = request.headers.get("accept", "")
            return body if is_meant(accept, body) else replace(body, protocol="http")
        if is_subscription(body):
            raise BadInput(NEEDS_A_STREAM)
        return body

    def parse_json(self, data: str | bytes) -> Any:
        try:
            body = self.decode_json(data)
        except ValueError as error:
            raise MalformedRequest from error
        if not isinstance(body, dict):
            raise MalformedRequest("The request body must be a JSON object: one operation")
        return body

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """Text, because a websocket's frames must be; a tool may return numbers of any length."""
        try:
            return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS).decode()
        except TypeError:
            return json.dumps(data, separators=(",", ":"))

    def _refusal(self, message: str, status: int, extensions: dict[str, Any]) -> Response:
        body = self.encode_json({"errors": [{"message": message, "extensions": extensions}]})
        headers = {"allow": "POST"} if status == MethodNotAllowed.status else None
        return Response(body, status, headers, media_type="application/json")


def graphql_app(services: Services, settings: Settings) -> Endpoint:
    """The ASGI application of the endpoint."""
    return Endpoint(services, settings)


def rest_context(services: Services, *, token: str | None, ip: str) -> Context:
    """The context of a request that a facade makes to the schema."""
    return Context(services, token, ip)
