"""What a tool is given to work with."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from luxx.tools.base import ToolContext

WAIT = 10.0


@pytest.fixture
async def narrow(context: ToolContext) -> AsyncIterator[ToolContext]:
    with ThreadPoolExecutor(1) as threads:
        yield replace(context, threads=threads)


async def test_a_thread_that_was_given_up_is_busy_until_it_is_done(narrow: ToolContext) -> None:
    began, end = threading.Event(), threading.Event()

    def block() -> None:
        began.set()
        end.wait(WAIT)

    try:
        given_up = asyncio.create_task(narrow.in_thread(block))
        assert await asyncio.to_thread(began.wait, WAIT)
        given_up.cancel()
        await asyncio.wait({given_up}, timeout=WAIT)
        assert given_up.cancelled()
        following = asyncio.create_task(narrow.in_thread(end.is_set))
        await asyncio.wait({following}, timeout=0.05)
        assert not following.done()
    finally:
        end.set()
    async with asyncio.timeout(WAIT):
        assert await following
