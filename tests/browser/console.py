"""The console in a browser, against a server of its own, as somebody uses it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from browser.conftest import FLAGS, Watched
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    async_playwright,
    expect,
)
from server.running import Client, Luxx, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import ScriptedModel

#: For the `after` of a subscription that goes on where another was lost.
GONE_ON = '"after":"'

_REPORT = """
addEventListener("securitypolicyviolation",
  (event) => report(`${event.effectiveDirective} ${event.blockedURI}`));
"""
_ENTER = """
if (!sessionStorage.getItem("entered")) {
  sessionStorage.setItem("entered", "yes");
  sessionStorage.setItem("luxx-token", TOKEN);
  sessionStorage.setItem("luxx-name", "admin");
}
"""


@asynccontextmanager
async def console_server(folder: Path) -> AsyncIterator[Luxx]:
    """A server without a limit of logins, whose users may reach models on this machine."""
    more = {"LUXX_AUTH_RATE_LIMIT": "0", "LUXX_ALLOWED_PRIVATE_HOSTS": "127.0.0.1"}
    async with launch(Settings(data_dir=folder / "data"), **more) as luxx:
        yield luxx


@asynccontextmanager
async def one_browser(chromium: str) -> AsyncIterator[Browser]:
    """For a whole module: a start takes longer than most of what is tried in it."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield made
        await made.close()


@dataclass
class Console:
    page: Page
    url: str
    #: The same user over REST and GraphQL.
    client: Client
    model: ScriptedModel
    #: Where the model is.
    upstream: str
    watched: Watched
    violations: list[str]

    async def beside(self) -> "Console":
        """The same user in another tab of the same browser, which is to be checked at the end."""
        page, watched, violations = await _tab(self.page.context)
        return replace(self, page=page, watched=watched, violations=violations)

    async def enter(self, route: str = "") -> None:
        """Open a page, logged in."""
        token = json.dumps(self.client.token)
        await self.page.add_init_script(_ENTER.replace("TOKEN", token))
        await self.page.goto(f"{self.url}/{route}")
        await expect(self.page.locator("#main")).to_be_visible()

    async def visit(self, route: str) -> None:
        await self.page.evaluate("hash => { location.hash = hash }", route)

    async def log_in(self, username: str, password: str) -> None:
        await self.page.get_by_label("Username").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.keyboard.press("Enter")

    async def ask(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")

    async def provider(self, *, default: bool = True) -> int:
        return await self.client.provider(self.upstream, is_default=default)

    async def make(self, kind: str, **fields: object) -> str:
        """A conversation or a room; its route."""
        path, letter = {"conversation": ("conversations", "c"), "room": ("chat-rooms", "r")}[kind]
        made = await self.client.call("POST", f"/api/{path}/", **{"title": "Talk", **fields})
        return f"#/{letter}/{made['id']}"

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def answers(self) -> Locator:
        return self.log.locator(".assistant .md")

    async def shown(self, locator: Locator) -> str:
        """Its text, with white space as a browser leaves it."""
        return " ".join((await locator.inner_text()).split())

    async def settled(self) -> None:
        """Nothing is being written."""
        await expect(self.page.get_by_role("button", name="Stop")).to_be_hidden()

    async def fits(self) -> None:
        """Nothing is wider than the window."""
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= await self.page.evaluate("innerWidth")

    async def check(self) -> None:
        """Nothing happened that must never happen."""
        assert await self.page.evaluate("window.__xss") is None
        assert self.watched.errors == []
        assert self.violations == []
        assert self.watched.strangers(self.url) == []


async def _tab(context: BrowserContext) -> tuple[Page, Watched, list[str]]:
    """A page, and what it does that it must not."""
    page = await context.new_page()
    violations: list[str] = []

    def report(violation: str) -> None:
        violations.append(violation)

    await page.expose_function("report", report)
    await page.add_init_script(_REPORT)
    return page, Watched(page), violations


@asynccontextmanager
async def console(browser: Browser, luxx: Luxx, **options: Any) -> AsyncIterator[Console]:
    """A tab, and a model; at the end it is checked what the page did."""
    usual: dict[str, Any] = {"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce"}
    context = await browser.new_context(**(usual | options))
    page, watched, violations = await _tab(context)
    model = ScriptedModel()
    async with serve(model) as upstream, client(luxx.url) as known:
        made = Console(page, luxx.url, known, model, upstream, watched, violations)
        yield made
        await made.check()
        await context.close()


def subscriptions(bodies: Sequence[str | None]) -> list[str]:
    """Those of the requests that follow something."""
    return [body for body in bodies if body and "subscription" in body]
