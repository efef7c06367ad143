"""The console: what is asked in it, shown in it, and survives in it."""

import asyncio
from collections import deque

import pytest
from browser.console import (
    GONE_ON,
    Console,
    subscriptions,
)
from playwright.async_api import Route, expect
from relay import cable
from server.running import ADMIN, PASSWORD
from support import until

from luxx.llm.demo import Reply

WORDS = " ".join(f"word{number}" for number in range(60))
#: Pieces of it that are on the wire before the model waits: enough to be seen.
BEGUN = 40


pytestmark = pytest.mark.asyncio(loop_scope="module")


def held(here: Console) -> asyncio.Event:
    """The next reply begins and waits for this."""
    go_on = asyncio.Event()
    here.model.script = deque([Reply(text=WORDS, hold=go_on, hold_after=BEGUN)])
    return go_on


async def begun(here: Console) -> None:
    await expect(here.answers).to_contain_text("word5")
    assert "word59" not in await here.answers.inner_text()


async def whole(here: Console, route: str) -> None:
    """What is shown is what is stored, once."""
    await expect(here.answers).to_contain_text("word59")
    await here.settled()
    stored = await here.client.messages(route.rpartition("/")[2])
    assert [message["role"] for message in stored] == ["user", "assistant"]
    assert await here.shown(here.answers) == stored[-1]["content"] == WORDS
    await expect(here.log.locator("article")).to_have_count(2)


async def test_somebody_logs_in_and_talks_by_the_keyboard_alone(here: Console) -> None:
    await here.provider()
    keys = here.page.keyboard
    await here.page.goto(here.url)
    await expect(here.page.get_by_label("Username")).to_be_focused()
    await keys.type(ADMIN)
    await keys.press("Tab")
    await keys.type("wrong")
    await keys.press("Enter")
    await expect(here.page.get_by_role("alert")).to_have_text("Wrong username or password")
    await keys.press("ControlOrMeta+a")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    heading = here.page.get_by_role("heading", name="What would you like to do?")
    await expect(heading).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(here.page.get_by_label("Title (optional)")).to_be_focused()
    await keys.press("Enter")
    await expect(here.page.get_by_role("textbox", name="Message")).to_be_focused()
    here.model.script = deque([Reply(text="**Hello** there")])
    await keys.type("Greet me")
    await keys.press("Enter")
    await expect(here.answers.locator("strong")).to_have_text("Hello")
    # The server names it after its first message: the tab and the list follow.
    await expect(here.page).to_have_title("Greet me · Luxx")
    entry = here.page.get_by_role("navigation").get_by_role("link", name="Greet me")
    await expect(entry).to_have_attribute("aria-current", "page")


async def test_a_reload_in_mid_stream_loses_and_repeats_nothing(here: Console) -> None:
    await here.provider()
    route = await here.make("conversation")
    await here.enter(route)
    go_on = held(here)
    await here.ask("Begin")
    await begun(here)
    await here.page.reload()
    await begun(here)
    go_on.set()
    await whole(here, route)


async def test_a_lost_connection_is_gone_on_with_by_cursor(here: Console) -> None:
    await here.provider()
    route = await here.make("conversation")
    bodies: list[str | None] = []
    here.page.on("request", lambda request: bodies.append(request.post_data))
    lost = here.page.get_by_text("Reconnecting")
    async with cable(here.url) as (between, here.url):
        await here.enter(route)
        go_on = held(here)
        await here.ask("Begin")
        await begun(here)
        between.cut()
        await expect(lost).to_be_visible()
        between.mend()
        # That the server is there again is known before the model goes on.
        await expect(lost).to_be_hidden()
        go_on.set()
        await whole(here, route)
    first, *later = subscriptions(bodies)
    assert GONE_ON not in first
    assert later
    assert all(GONE_ON in body for body in later)


async def test_a_page_that_is_opened_without_a_connection_waits_for_it(here: Console) -> None:
    await here.provider()
    async with cable(here.url) as (between, here.url):
        await here.enter()
        between.cut()
        await here.visit("#/c/new")
        await expect(here.page.get_by_text("Reconnecting")).to_be_visible()
        between.mend()
        await expect(here.page.get_by_label("Title (optional)")).to_be_focused()
        await expect(here.page.get_by_text("Reconnecting")).to_be_hidden()


async def test_a_message_whose_answer_is_lost_is_sent_once(here: Console) -> None:
    await here.provider()
    route = await here.make("conversation")
    lost = 0

    async def lose(request: Route) -> None:
        nonlocal lost
        if lost or "BeginReply" not in (request.request.post_data or ""):
            await request.continue_()
            return
        lost += 1
        await request.fetch()
        await request.abort()

    await here.page.route("**/graphql", lose)
    await here.enter(route)
    here.model.script = deque([Reply(text=WORDS)])
    await here.ask("Once")
    await whole(here, route)
    assert lost == 1
    assert len(here.model.requests) == 1


async def test_stop_and_retry(here: Console) -> None:
    await here.provider()
    route = await here.make("conversation")
    await here.enter(route)
    held(here)
    await here.ask("Again")
    await begun(here)
    await here.page.get_by_role("button", name="Stop").click()
    await expect(here.log).to_contain_text("stopped")
    here.model.script = deque([Reply(text=WORDS)])
    await here.page.get_by_role("button", name="Retry").click()
    await whole(here, route)


async def test_a_login_that_ends_keeps_the_place_and_what_was_typed(here: Console) -> None:
    await here.provider()
    route = await here.make("conversation")
    await here.enter(route)
    await expect(here.page.get_by_role("textbox", name="Message")).to_be_focused()
    await here.client.graphql("mutation { logout }")
    await here.ask("Not lost")
    await expect(here.page.get_by_text("Your login has ended")).to_be_visible()
    await here.client.enter()
    await expect(here.page.get_by_label("Username")).to_have_value(ADMIN)
    await here.page.keyboard.type(PASSWORD)
    await here.page.keyboard.press("Enter")
    box = here.page.get_by_role("textbox", name="Message")
    await expect(box).to_have_value("Not lost")
    here.model.script = deque([Reply(text=WORDS)])
    await box.press("Enter")
    await whole(here, route)


async def test_a_newcomer_registers_and_adds_a_provider(here: Console) -> None:
    page = here.page
    await page.goto(here.url)
    await page.get_by_role("button", name="Create an account").click()
    await page.get_by_label("E-mail").fill("new@example.com")
    await here.log_in("newcomer", "a password of theirs")
    await expect(page.get_by_role("heading", name="Add a model provider")).to_be_visible()
    fields = {"Name": "Mine", "Base URL": "ftp://models.example", "API key": "k"}
    for label, value in (fields | {"Default model": "luxx-demo"}).items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name="Add provider").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Base URL")).to_be_focused()
    await page.get_by_label("Base URL").fill(f"{here.upstream}/v1")
    await page.get_by_role("button", name="Add provider").click()
    await expect(page.get_by_text("Start a conversation")).to_be_visible()


async def test_lists_show_more_and_follow_what_is_renamed_and_deleted(here: Console) -> None:
    await here.provider()
    for number in range(25):
        await here.make("conversation", title=f"Number {number}")
    page, lists = here.page, here.page.get_by_role("region", name="Conversations")
    await here.enter()
    await expect(lists.get_by_role("link", name="Number 24")).to_be_visible()
    await lists.get_by_role("button", name="Show more").click()
    await expect(lists.get_by_role("link", name="Number 0")).to_be_visible()
    await page.get_by_role("button", name="Skip to content").press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await lists.get_by_role("link", name="Number 24").click()
    await page.get_by_role("button", name="Edit conversation").click()
    await page.get_by_role("dialog").get_by_label("Title").fill("Renamed")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Renamed", level=1)).to_be_visible()
    await expect(lists.get_by_role("link", name="Renamed")).to_be_visible()
    await page.get_by_role("button", name="Delete conversation").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    await expect(lists.get_by_role("link", name="Renamed")).to_have_count(0)


async def test_the_page_is_light_and_everything_comes_from_here(here: Console) -> None:
    await here.provider()
    await here.enter(await here.make("conversation"))
    await expect(here.log).to_be_visible()
    files = await here.page.evaluate(
        """() => ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
             .map(({name, transferSize}) => [new URL(name).pathname, transferSize])"""
    )
    weight = {name: size for name, size in files if name == "/" or name.startswith("/static")}
    assert {"/", "/static/console/console.js", "/static/chat/element.js"} <= weight.keys()
    assert sum(weight.values()) < 150_000


async def test_what_the_policy_forbids_would_be_seen(here: Console) -> None:
    await here.enter()
    await here.page.evaluate("document.body.setAttribute('style', 'color: red')")
    await until(lambda: here.violations)
    assert here.violations == ["style-src-attr inline"]
    here.violations.clear()


async def test_the_chat_follows_the_theme(here: Console) -> None:
    await here.provider()
    await here.enter(await here.make("conversation"))
    chat = here.page.locator("section.luxx")
    await expect(chat).to_have_attribute("data-theme", "light")
    await here.page.emulate_media(color_scheme="dark")
    await expect(chat).to_have_attribute("data-theme", "dark")
