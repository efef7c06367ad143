"""The table bound to the schema."""

from collections.abc import Mapping, Sequence
from functools import cache

from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.routing import BaseRoute

from luxx import operations
from luxx.rest.api import Context
from luxx.rest.binding import Binding, bind_all
from luxx.rest.router import build_routes
from luxx.rest.routes import ROUTES, Endpoint
from luxx.schema import Services, rest_context, schema
from luxx.schema.context import bearer


def types() -> GraphQLSchema:
    return schema._schema  # noqa: SLF001 - Strawberry has no public name for it


@cache
def bound() -> Mapping[str, Binding]:
    """The stored operations, validated and made ready: once for all servers of a process."""
    return bind_all(types(), operations.load())


def rest_routes(services: Services, table: Sequence[Endpoint] = ROUTES) -> list[BaseRoute]:
    """The routes of the table."""

    def context(request: Request) -> Context:
        token = bearer(request.headers.get("authorization"))
        return rest_context(services, token=token, ip=request.client.host if request.client else "")

    return build_routes(schema, types(), bound(), context, services.settings.max_body, table)
