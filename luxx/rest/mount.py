"""The table bound to the schema."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from luxx.rest.api import Context
from luxx.rest.router import build_routes
from luxx.rest.routes import ROUTES, Endpoint
from luxx.schema import Services, rest_context, schema
from luxx.schema.context import bearer


def rest_routes(services: Services, table: Sequence[Endpoint] = ROUTES) -> list[BaseRoute]:
    """The routes of the table; all operations are validated and compiled here, once."""

    def context(request: Request) -> Context:
        token = bearer(request.headers.get("authorization"))
        return rest_context(services, token=token, ip=request.client.host if request.client else "")

    types = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
    return build_routes(schema, types, context, services.settings.max_body, table)
