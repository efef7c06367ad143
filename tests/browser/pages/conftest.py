"""A server, a browser and a console that is logged in; the first two are shared by a module."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browser.console import Console, console, console_server, one_browser
from playwright.async_api import Browser
from server.running import Luxx


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with one_browser(chromium) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def luxx(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Luxx]:
    async with console_server(tmp_path_factory.mktemp("console")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def here(browser: Browser, luxx: Luxx) -> AsyncIterator[Console]:
    async with console(browser, luxx) as made:
        yield made
