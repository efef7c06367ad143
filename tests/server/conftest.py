"""A running server, and a model server in this process that it can reach."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from server.running import Client, Luxx, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import ScriptedModel


@dataclass
class Upstream:
    model: ScriptedModel
    url: str


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    model = ScriptedModel()
    async with serve(model) as url:
        yield Upstream(model, url)


@pytest.fixture
async def luxx(settings: Settings) -> AsyncIterator[Luxx]:
    async with launch(settings) as running:
        yield running


@pytest.fixture
async def admin(luxx: Luxx) -> AsyncIterator[Client]:
    async with client(luxx.url) as entered:
        yield entered


@pytest.fixture
def sqlite_only(settings: Settings) -> None:
    if not settings.is_sqlite:
        pytest.skip("this is about the data folder with its SQLite file")


@pytest.fixture(autouse=True)
def _no_blocked_loop() -> None:
    """What serves is another process here; a command may block its own loop while it starts."""
