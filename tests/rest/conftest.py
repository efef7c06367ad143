"""The facade over a small schema of its own."""

from collections.abc import AsyncIterator

import httpx
import pytest
import shelf
from starlette.applications import Starlette

from luxx.rest.replies import exception_handlers
from luxx.rest.router import build_routes

MAX_BODY = 1000


@pytest.fixture
def world() -> shelf.World:
    return shelf.World()


@pytest.fixture
def app(world: shelf.World) -> Starlette:
    routes = build_routes(
        shelf.schema,
        shelf.types,
        shelf.context_of(world),
        MAX_BODY,
        shelf.ENDPOINTS,
        shelf.library,
    )
    return Starlette(routes=routes, exception_handlers=exception_handlers())


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Without a network: for everything that is not a stream."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://luxx") as each:
        yield each
