"""The playground, as somebody uses it through a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from browser.conftest import Watched
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect
from server.running import ADMIN, PASSWORD, Luxx, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import ScriptedModel


@dataclass
class Playground:
    """One page; `sockets` has the addresses of those that it opened."""

    page: Page
    luxx: Luxx
    model: ScriptedModel
    sockets: list[str] = field(default_factory=list)
    #: What Chromium said of it; also what its policy forbade.
    complaints: list[str] = field(default_factory=list)

    @property
    def response(self) -> Locator:
        return self.page.locator(".graphiql-response .view-lines")

    def listen(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)

    async def open(self) -> None:
        await self.page.goto(f"{self.luxx.url}/graphql")
        editor = self.page.get_by_label("Operation Editor").locator(".view-lines")
        await expect(editor).to_contain_text("StreamReply")

    async def reload(self) -> None:
        """A page begins again with what was written in it, and with its login."""
        await self.page.reload()
        variables = self.page.get_by_label("Variables", exact=True).locator(".view-lines")
        await expect(variables).to_contain_text("content")
        await self.entered()

    async def enter(self, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Username").fill(ADMIN)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    async def entered(self) -> None:
        await expect(self.page.locator(".luxx-who")).to_contain_text(ADMIN)

    async def example(self, title: str) -> None:
        await self.page.get_by_role("button", name=title, exact=True).click()

    async def write(self, operation: str) -> None:
        """In place of the text in the editor."""
        await self.page.get_by_label("Operation Editor").locator(".view-lines").click()
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.insert_text(operation)

    async def run(self) -> None:
        await self.page.get_by_role("button", name="Execute query").click()

    async def answers(self, text: str) -> None:
        """Monaco writes blanks as no-break spaces; the matcher takes them for blanks."""
        await expect(self.response).to_contain_text(text)


@asynccontextmanager
async def playground(settings: Settings, browser: Browser) -> AsyncIterator[Playground]:
    """A page at a server whose schema needs a login; what it must not do is checked at the end."""
    model = ScriptedModel()
    async with serve(model) as url, launch(settings, LUXX_INTROSPECTION="users") as luxx:
        async with client(luxx.url) as admin:
            await admin.provider(url, is_default=True)
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        page = await context.new_page()
        watched = Watched(page)
        made = Playground(page, luxx, model)
        page.on("websocket", lambda socket: made.sockets.append(socket.url))
        page.on("console", made.listen)
        yield made
        assert not any("Content Security Policy" in said for said in made.complaints)
        assert watched.errors == [], watched.errors
        assert watched.strangers(luxx.url) == []
        await context.close()
