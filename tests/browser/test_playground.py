"""The playground in Chromium: log in, ask, and see a reply while it is written."""

import asyncio
from urllib.parse import urlsplit

from browser.playground import playground
from playwright.async_api import Browser, Request, Route, WebSocketRoute, expect

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
        await expect(refusal).not_to_be_empty()
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
        await expect(here.page.locator(".graphiql-plugin")).to_contain_text("ConversationPage")
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


LOGGED_OUT_ELSEWHERE = """
sessionStorage.clear();
dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
"""
STEP = '#> conversation: mutation { createConversation(input: {title: "Mine"}) { id } }\n'
QUERY = STEP + "query Mine($conversation: ID!) { conversation(id: $conversation) { title } }"
FOLLOW = STEP + (
    "subscription Mine($conversation: ID!) "
    "{ messageEvents(messageId: $conversation) { __typename } }"
)


async def test_steps_run_for_subscriptions_and_with_consent(
    settings: Settings, browser: Browser
) -> None:
    posted: list[str] = []

    def note(request: Request) -> None:
        posted.append(request.post_data or "")

    async with playground(settings, browser) as here:
        await here.open()
        await here.enter()
        await here.entered()
        here.page.on("request", note)
        await here.write(QUERY)
        await here.run()
        await here.answers("$conversation")
        await here.write(FOLLOW)
        asked = here.page.get_by_role("alertdialog", name="Steps")
        await here.run()
        await expect(asked).to_contain_text('createConversation(input: {title: "Mine"})')
        await asked.get_by_role("button", name="Do not run").click()
        await here.answers("were not run")
        assert not any(body.startswith('{"query":"mutation') for body in posted)
        await here.run()
        await asked.get_by_role("button", name="Run them").click()
        await expect(asked).to_have_count(0)
        await here.answers('"conversation": "conv_')
        await here.run()
        await here.answers('"conversation": "conv_')
        await expect(asked).to_have_count(0)


async def test_stop_stops_the_steps_and_what_they_make_stays_in_its_tab(
    settings: Settings, browser: Browser
) -> None:
    go_on = asyncio.Event()
    posted: list[str] = []

    async def hold(route: Route) -> None:
        body = route.request.post_data or ""
        posted.append(body)
        if "createConversation" in body:
            await go_on.wait()
        await route.continue_()

    async with playground(settings, browser) as here:
        await here.open()
        await here.enter()
        await here.entered()
        await here.page.route("**/graphql", hold)
        await here.run()
        await here.page.get_by_role("button", name="Stop query").click()
        await here.answers('"state": "stopped"')
        async with here.page.expect_response("**/graphql"):
            go_on.set()
        await here.page.wait_for_timeout(200)
        assert not any("sendMessage" in body for body in posted)
        assert here.sockets == []
        # What they made is put into the tab that was run, and into no other.
        go_on.clear()
        async with here.page.expect_request("**/graphql"):
            await here.run()
        await here.page.get_by_role("button", name="New tab").click()
        go_on.set()
        async with here.page.expect_event("websocket"):
            pass
        variables = here.page.get_by_label("Variables", exact=True).locator(".view-lines")
        await expect(variables).to_be_visible()
        assert "conv_" not in await variables.inner_text()


async def test_nothing_is_left_of_who_logs_out(settings: Settings, browser: Browser) -> None:
    async with playground(settings, browser) as here:
        for path in ("/", "/api/docs"):
            await here.page.route(f"{here.luxx.url}{path}", lambda route: route.fulfill(status=404))
        await here.open()
        links = here.page.get_by_role("navigation", name="Other pages").get_by_role("link")
        await here.enter()
        await here.entered()
        await expect(links).to_have_count(0)
        await here.write("query Secret { me { username } }")
        await here.run()
        await here.answers('"username"')
        kept = "JSON.stringify(sessionStorage)"
        await here.page.wait_for_function(f"{kept}.includes('Secret')")
        await here.page.get_by_role("button", name="Log out").click()
        await expect(here.page.get_by_label("Username")).to_be_visible()
        editor = here.page.get_by_label("Operation Editor").locator(".view-lines")
        await expect(editor).to_contain_text("StreamReply")
        await here.page.wait_for_timeout(600)  # for what GraphiQL writes late
        assert "Secret" not in await here.page.evaluate(kept)
        assert "luxx-token" not in await here.page.evaluate(kept)
        # Another page of this browser tab has logged out meanwhile.
        await here.enter()
        await here.entered()
        await here.write("query Other { me { username } }")
        async with here.page.expect_navigation():
            await here.page.evaluate(LOGGED_OUT_ELSEWHERE)
        await expect(editor).to_contain_text("StreamReply")
