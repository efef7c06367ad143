"""Chromium, and JupyterLab with a notebook; every page is checked for what must never happen."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest
from browser.lab import Lab, Notebook, running
from playwright.async_api import Browser, Page, async_playwright, expect

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
# Whatever a page is expected to show: a busy machine takes its time to draw it.
expect.set_options(timeout=20_000)
Open: TypeAlias = Callable[[Sequence[str]], Coroutine[Any, Any, Notebook]]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(
            executable_path=chromium, headless=True, args=list(FLAGS)
        )
        yield made
        await made.close()


class Watched:
    """What a page did that it must not."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def strangers(self, origin: str) -> list[str]:
        """Requests to any other place."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in {"data", "blob"}
            and urlsplit(url).netloc != urlsplit(origin).netloc
        ]


@pytest.fixture
async def page(browser: Browser, lab: Lab) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1200, "height": 900}, reduced_motion="reduce"
    )
    made = await context.new_page()
    watched = Watched(made)
    yield made
    assert await made.evaluate("window.__xss") is None
    assert watched.errors == []
    assert watched.strangers(lab.url) == []
    await context.close()


@pytest.fixture
async def opened(page: Page, lab: Lab, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens a notebook of these cells, in which `lx` is connected to a server in the kernel."""

    async def open_(cells: Sequence[str]) -> Notebook:
        name = f"{tmp_path.name}.ipynb"
        begin = f"import luxx\nlx = luxx.connect(demo=True, data_dir={str(tmp_path / 'data')!r})"
        lab.write(name, [begin, *cells])
        notebook = Notebook(page, lab, name)
        await notebook.open()
        await notebook.run(0)
        return notebook

    yield open_
    lab.end_kernels()
