"""A world over each wire format."""

from collections.abc import AsyncIterator

import pytest
from world import World, world

from luxx.core.assembly import make_services
from luxx.config import Settings
from luxx.core.services import Services
from luxx.sandbox.egress import Egress


@pytest.fixture
async def services(settings: Settings, database: None) -> AsyncIterator[Services]:
    """What core works with, not started: nothing runs."""
    egress = Egress(())
    yield make_services(settings, egress)
    await egress.close()


@pytest.fixture
async def here(settings: Settings, database: None) -> AsyncIterator[World]:
    async with world(settings) as built:
        yield built


@pytest.fixture(params=["openai", "anthropic"])
async def each_wire(
    request: pytest.FixtureRequest, settings: Settings, database: None
) -> AsyncIterator[World]:
    async with world(settings, wire=request.param) as built:
        yield built
