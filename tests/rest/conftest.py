"""The facade over a small schema of its own, and the whole server as its users see it."""

import dataclasses
from collections.abc import AsyncIterator

import described
import httpx
import pytest
import shelf
import shelf_operations
from consumer import SECONDS, Luxx
from envelope import MAX_BODY
from rest.roomstream import make
from starlette.applications import Starlette
from support import serve
from visitor import Visitor

from luxx.config import Settings
from luxx.core.assembly import make_services, running
from luxx.llm.demo import ScriptedModel
from luxx.rest import rest_routes
from luxx.rest.binding import bind_all
from luxx.rest.replies import exception_handlers
from luxx.rest.router import build_routes
from luxx.sandbox.egress import Egress


@pytest.fixture
def world() -> shelf.World:
    return shelf.World()


@pytest.fixture
def app(world: shelf.World) -> Starlette:
    routes = build_routes(
        shelf.schema,
        shelf.types,
        bind_all(shelf.types, shelf_operations.library),
        shelf.context_of(world),
        MAX_BODY,
        shelf_operations.ENDPOINTS,
    )
    return Starlette(routes=routes, exception_handlers=exception_handlers())


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Without a network: for everything that is not a stream."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://luxx") as each:
        yield each


@pytest.fixture
async def luxx(database: Settings) -> AsyncIterator[Luxx]:
    """The whole server and the model that it can reach."""
    settings = dataclasses.replace(
        database, auth_rate_limit=0, allowed_private_hosts=("127.0.0.0/8",), stream_interval_ms=5
    )
    egress = Egress(settings.allowed_private_hosts)
    services = make_services(settings, egress)
    model = ScriptedModel()
    app = Starlette(routes=rest_routes(services), exception_handlers=exception_handlers())
    async with (
        serve(model) as model_url,
        running(services),
        serve(app) as url,
        httpx.AsyncClient(
            base_url=url, timeout=SECONDS, event_hooks={"response": [described.check]}
        ) as http,
    ):
        yield Luxx(http, model, f"{model_url}/v1", services)
    await egress.close()


@pytest.fixture
async def ann(luxx: Luxx) -> Luxx:
    """Ann is logged in."""
    await luxx.enter("ann")
    return luxx


@pytest.fixture
def visitor(luxx: Luxx) -> Visitor:
    """Nobody yet."""
    return Visitor(luxx.http, luxx.model, luxx.model_url)


@pytest.fixture
async def member(visitor: Visitor) -> Visitor:
    """A user who is logged in, with a provider."""
    await visitor.enter("ann")
    await visitor.provide()
    return visitor


@pytest.fixture
async def room(ann: Luxx) -> str:
    """Ada and Bob, who have two rounds."""
    await ann.provide("ann")
    return await make(ann)
