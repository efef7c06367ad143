"""The playground in Chromium: log in, ask, and see a reply while it is written."""

import asyncio
from urllib.parse import urlsplit

from browser.playground import SECONDS, playground
from playwright.async_api import Browser, WebSocketRoute, expect

from luxx.config import Settings
from luxx.llm.demo import Reply


async def test_a_newcomer_logs_in_asks_and_sees_a_reply_written(
    settings: Settings, browser: Browser
) -> None:
    go_on = asyncio.Event()
    async with playground(settings, browser) as here:
        here.model.script.append(Reply("It begins, and it ends.", hold=go_on, hold_after=4))
        await here.open()
        await here.answers("this server shows its schema to its users only")
        await here.run()
        await here.answers("UNAUTHENTICATED")
        await here.enter(password="wrong")
        refusal = here.page.locator(".luxx-header").get_by_role("alert")
        await expect(refusal).not_to_be_empty(timeout=SECONDS)
        await here.enter()
        await here.entered()
        await here.reload()
        await here.run()
        await here.answers('"text": "It begin')
        await here.answers('"state": "running"')
        assert "it ends" not in await here.response.inner_text()
        go_on.set()
        await here.answers('"text": "It begins, and it ends."')
        await here.answers('"state": "complete"')
        assert [urlsplit(url).scheme for url in here.sockets] == ["ws"]
        assert urlsplit(here.sockets[0]).netloc == urlsplit(here.luxx.url).netloc

        await here.example("Read a conversation")
        await here.run()
        await here.answers('"content": "It begins, and it ends."')
        await here.example("Follow a reply")
        await here.run()
        await here.answers('"__typename": "MessageCompleted"')
        await here.page.get_by_role("button", name="Show Documentation Explorer").click()
        await expect(here.page.locator(".graphiql-plugin")).to_contain_text(
            "ConversationPage", timeout=SECONDS
        )
        assert here.complaints == []


async def test_a_connection_that_breaks_is_told(settings: Settings, browser: Browser) -> None:
    go_on = asyncio.Event()
    sockets: list[WebSocketRoute] = []

    def relay(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    async with playground(settings, browser) as here:
        here.model.script.append(Reply("It begins, and it ends.", hold=go_on, hold_after=4))
        await here.page.route_web_socket("**/graphql", relay)
        await here.open()
        await here.enter()
        await here.entered()
        await here.run()
        await here.answers('"text": "It begin')
        await sockets[0].close(code=1012, reason="restart")
        await here.answers('"state": "lost"')
        await here.answers("The websocket was closed (code 1012, restart)")
        await here.page.route("**/graphql", lambda route: route.abort())
        await here.example("Providers")
        await here.run()
        await here.answers("The server cannot be reached")
        go_on.set()
