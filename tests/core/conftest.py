"""A world over each wire format."""

from collections.abc import AsyncIterator

import pytest
from world import World, make_user, world

from luxx.config import Settings
from luxx.core.assembly import make_services
from luxx.core.services import Services
from luxx.models import Role, User
from luxx.sandbox.egress import Egress
from luxx.security import passwords


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


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture
def ended(services: Services) -> list[str]:
    """The sessions that were said to have ended."""
    signals: list[str] = []
    services.signals.listen("session", signals.append)
    return signals


@pytest.fixture
async def user(services: Services) -> User:
    return await make_user("alice", role=Role.USER)


@pytest.fixture
async def admin(services: Services) -> User:
    return await make_user("root")
