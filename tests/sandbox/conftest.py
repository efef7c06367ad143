"""A listening server, and clients that are closed when the test is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp.abc import AbstractResolver
from sandbox.loopback import Listener, MakeEgress

from luxx.sandbox.egress import Egress


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.handle, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


@pytest.fixture
async def make_egress() -> AsyncIterator[MakeEgress]:
    async with AsyncExitStack() as stack:

        def make(*allowed: str, resolver: AbstractResolver | None = None) -> Egress:
            egress = Egress(allowed, resolver=resolver)
            stack.push_async_callback(egress.close)
            return egress

        yield make
