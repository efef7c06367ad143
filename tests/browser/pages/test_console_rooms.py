"""Rooms in the console; and what it is on a phone, and in hostile hands."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browser.console import Console, console
from browser.payloads import ALL, FORBIDDEN, PAYLOADS
from playwright.async_api import Browser, expect
from server.running import Luxx

from luxx.llm.demo import Call, Reply

AGENTS = [{"name": "Ada", "role": "the host", "color": "#2563eb"}, {"name": "Ben"}]
WIDE = (
    "x" * 300
    + "\n\n```\n"
    + "y" * 300
    + "\n```\n\n|"
    + "wide|" * 20
    + "\n|"
    + "-|" * 20
    + "\n\nthe end"
)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, luxx: Luxx) -> AsyncIterator[Console]:
    size = {"width": 360, "height": 740}
    async with console(browser, luxx, viewport=size, is_mobile=True, has_touch=True) as made:
        yield made


async def test_a_room_is_made_and_runs_to_its_end(here: Console) -> None:
    await here.provider()
    await here.enter("#/r/new")
    page = here.page
    await page.get_by_label("Title").fill("Plans")
    await page.get_by_label("Task").fill("Make a plan.")
    await page.get_by_label("Rounds").fill("2")
    await page.get_by_label("Name").first.fill("Ada")
    await page.get_by_label("Role (optional)").first.fill("the host")
    await page.get_by_label("Name").last.fill("Ben")
    await page.get_by_role("button", name="Create room").click()
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator(".state")).to_have_text("completed")
    # What is said is drawn a frame after the state, or some frames on a busy machine.
    await expect(here.log.locator(".who")).to_have_text(["admin", *["Ada", "Ben"] * 2])
    assert len(here.model.requests) == 4
    answers = await here.answers.all_inner_texts()
    await page.reload()
    await expect(here.answers).to_have_text(answers)


async def test_a_room_is_stopped_reloaded_gone_on_with_and_reset(here: Console) -> None:
    await here.provider()
    page, state = here.page, here.page.locator(".state")
    await here.enter(await here.make("room", task="T", max_rounds=1, agents=AGENTS))
    go_on = asyncio.Event()
    here.model.script = deque([Reply(text="First."), Reply(text="Second one.", hold=go_on)])
    await page.get_by_role("button", name="Start").click()
    await expect(here.answers.nth(1)).to_have_text("Seco")
    await page.reload()
    await expect(here.answers.nth(1)).to_have_text("Seco")
    await expect(here.answers).to_have_text(["First.", "Seco"])
    await page.get_by_role("button", name="Stop").click()
    await expect(state).to_have_text("paused")
    here.model.script = deque([Reply(thinking="Hm.", text="Second, anew.")])
    await page.get_by_role("button", name="Continue").click()
    await expect(state).to_have_text("completed")
    await expect(here.answers).to_have_text(["First.", "Seco", "Second, anew."])
    await page.get_by_role("button", name="Reset room").click()
    await page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    await expect(state).to_have_text("not started")
    await expect(here.answers).to_have_count(0)


async def test_a_phone_shows_one_thing_at_a_time(phone: Console) -> None:
    await phone.provider()
    page = phone.page
    route = await phone.make("conversation", title="A long title " * 8)
    await phone.enter(route)
    phone.model.script = deque([Reply(text=WIDE)])
    await phone.ask(WIDE)
    await expect(phone.answers).to_contain_text("the end")
    await phone.fits()
    menu = page.get_by_role("button", name="Menu", exact=True)
    await expect(page.get_by_role("link", name="New room")).to_have_count(0)
    await menu.click()
    await expect(page.get_by_role("link", name="Luxx", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    await menu.click()
    await page.get_by_role("link", name="New room").click()
    await expect(page.get_by_role("link", name="New room")).to_have_count(0)
    await expect(page.get_by_label("Task")).to_be_visible()
    await phone.fits()
    room = await phone.make("room", title="R" * 90, task=WIDE, agents=AGENTS)
    for hash_ in ("#/providers", "#/c/new", "#/", room):
        await phone.visit(hash_)
        await expect(page.locator("main h1").first).to_be_visible()
        await phone.fits()


async def test_nothing_that_anybody_says_runs(here: Console) -> None:
    page = here.page
    evil = await here.client.provider(here.upstream, name=ALL[:64], is_default=True)
    await here.client.call("POST", "/api/agents/", name=ALL[:64], role=ALL[:1000], color="#2563eb")
    say = Reply(thinking=ALL, text=ALL + "\n\nthe end")
    bad = Reply(status=400, error=ALL[:500])
    call = Reply(thinking=ALL, text=ALL, tool_calls=[Call("file_list", {"path": ALL})])
    talk = await here.make(
        "conversation", title=ALL[:200], system_prompt=ALL, thinking_enabled=True
    )
    seat = {"name": ALL[:64], "role": ALL[:1000], "system_prompt": ALL}
    room = await here.make("room", title=ALL[:200], task=ALL, max_rounds=1, agents=[seat, seat])
    await here.enter(talk)
    here.model.script = deque([call, say])
    await here.ask(ALL)
    await expect(here.log.get_by_text("the end")).to_be_visible()
    await here.settled()
    await _harmless(here)
    await page.get_by_role("button", name="Edit conversation").click()
    title = ALL[:200].replace("\n", "")
    await expect(page.get_by_role("dialog").get_by_label("Title")).to_have_value(title)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Delete conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text(PAYLOADS[0])
    await page.keyboard.press("Escape")
    here.model.script = deque([bad])
    await here.ask("fail")
    await expect(page.get_by_role("button", name="Retry")).to_be_visible()
    await here.visit(room)
    here.model.script = deque([say, bad])
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator(".state")).to_have_text("completed")
    await _harmless(here)
    for hash_, text in (("#/providers", "Make"), ("#/c/new", "Model"), ("#/r/new", "Task")):
        await here.visit(hash_)
        await expect(page.get_by_text(text).first).to_be_attached()
        await _harmless(here)
    await here.client.call("DELETE", f"/api/providers/{evil}")


async def _harmless(here: Console) -> None:
    """What the texts became, in the page and in the chat's own tree."""
    assert await here.log.locator(f"article :is({FORBIDDEN})").count() == 0
    assert await here.page.locator("#app :is(script, iframe, img, style, link, base)").count() == 0
    for link in await here.page.locator("#app a").all():
        address = (await link.get_attribute("href")) or "#"
        assert address.startswith(("http://", "https://", "mailto:", "#", "/graphql", "/api"))
    assert await here.page.evaluate("getComputedStyle(document.body).display") != "none"
    await here.check()
