"""A server of raw bytes and the client under test, for each test anew."""

from collections.abc import AsyncIterator

import pytest
from rawserver import RawServer, model_client, raw_server

from luxx.llm.client import ModelClient


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with raw_server() as made:
        yield made


@pytest.fixture
async def client() -> AsyncIterator[ModelClient]:
    async with model_client() as made:
        yield made
