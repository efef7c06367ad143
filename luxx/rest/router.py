"""Starlette routes made from the table."""

import re
from collections.abc import Callable, Iterable, Mapping

from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from luxx.errors import MethodNotAllowed
from luxx.rest.api import Api, Context, Schema
from luxx.rest.binding import Binding
from luxx.rest.endpoints import Handler, handler
from luxx.rest.replies import failure
from luxx.rest.routes import Endpoint


def build_routes(
    schema: Schema,
    types: GraphQLSchema,
    bindings: Mapping[str, Binding],
    context: Callable[[Request], Context],
    max_body: int,
    endpoints: Iterable[Endpoint],
) -> list[BaseRoute]:
    """The routes of a table over a schema."""
    api = Api(schema, types, bindings, context, max_body)
    paths: dict[str, dict[str, Handler]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = handler(api, endpoint)
    return [EitherSlash(path, _dispatcher(handlers)) for path, handlers in paths.items()]


class EitherSlash(Route):
    """A route for all methods of a path, which may end in a slash: both are the same address."""

    def __init__(self, path: str, endpoint: Handler) -> None:
        super().__init__(path, endpoint, name=path)
        self.methods = None
        self.template = path
        self.path_regex = re.compile(self.path_regex.pattern.removesuffix("$") + r"/?\Z")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        # For who counts requests: the address as the table has it, of which there are few.
        return match, {**found, "luxx.route": self.template}


def _dispatcher(handlers: Mapping[str, Handler]) -> Handler:
    by_method = dict(handlers)
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]
    allow = {"Allow": ", ".join([*by_method, "OPTIONS"])}

    async def dispatch(request: Request) -> Response:
        found = by_method.get(request.method)
        if found is not None:
            return await found(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allow)
        response = failure(MethodNotAllowed(f"This address takes only {allow['Allow']}"))
        response.headers.update(allow)
        return response

    return dispatch
