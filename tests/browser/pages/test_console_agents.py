"""Agents in the console; and two tabs of it, side by side."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browser.console import Console, console, subscriptions
from browser.payloads import ALL
from playwright.async_api import Browser, Locator, expect
from server.running import ADMIN, PASSWORD, Luxx

from luxx.llm.demo import Reply

WORDS = " ".join(f"word{number}" for number in range(60))
#: Pieces of it that are on the wire before the model waits.
BEGUN = 40
#: Whatever is said on the channel of the admin's tabs, also to a tab of somebody else.
LISTEN = """() => {
  const { dataset } = document.documentElement;
  window.ear = new BroadcastChannel("luxx admin");
  window.ear.onmessage = ({ data }) => { dataset.said = `${dataset.said ?? ""}${data} `; };
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def other(here: Console) -> AsyncIterator[Console]:
    made = await here.beside()
    yield made
    await made.check()


async def nobody_yet(here: Console) -> None:
    for agent in await agents(here):
        await here.client.call("DELETE", f"/api/agents/{agent['id']}")


async def agents(here: Console) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await here.client.call("GET", "/api/agents/")
    return found


def card(here: Console, name: str) -> Locator:
    return here.page.get_by_role("listitem").filter(
        has=here.page.get_by_text(name, exact=True), has_not=here.page.get_by_role("link")
    )


def entry(here: Console, title: str) -> Locator:
    return here.page.get_by_role("navigation").get_by_role("link", name=title)


def box(here: Console) -> Locator:
    return here.page.get_by_role("textbox", name="Message")


async def press(here: Console, name: str) -> None:
    await here.page.get_by_role("button", name=name).click()


async def confirm(here: Console, name: str) -> None:
    await here.page.get_by_role("dialog").get_by_role("button", name=name).click()


def sent(here: Console) -> list[str | None]:
    """The bodies of what a tab sends from now on."""
    bodies: list[str | None] = []
    here.page.on("request", lambda request: bodies.append(request.post_data))
    return bodies


async def test_an_agent_is_made_changed_and_deleted(here: Console) -> None:
    await here.provider()
    await nobody_yet(here)
    page, dialog = here.page, here.page.get_by_role("dialog")
    await here.enter()
    await page.get_by_role("link", name="Agents", exact=True).click()
    await expect(page.get_by_role("heading", name="Agents")).to_be_focused()
    await expect(page.get_by_text("An agent is somebody for a room")).to_be_visible()
    make = page.get_by_role("button", name="New agent")
    await make.press("Enter")
    await expect(dialog.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("Ada")
    await dialog.get_by_label("Role").fill("the host")
    await dialog.get_by_label("System prompt").fill("Be brief.")
    await dialog.get_by_label("file_read").check()
    await dialog.get_by_label("Model").press("Enter")
    await expect(card(here, "Ada")).to_contain_text("the host · luxx-demo")
    await expect(make).to_be_focused()
    (ada,) = await agents(here)
    assert (ada["provider_id"], ada["model"]) == (None, "")
    assert (ada["system_prompt"], ada["enabled_tools"]) == ("Be brief.", ["file_read"])
    assert ada["color"] not in {"", "#808080"}
    edit = page.get_by_role("button", name="Edit Ada")
    await edit.click()
    await expect(dialog.get_by_label("System prompt")).to_have_value("Be brief.")
    await dialog.get_by_label("Role").fill("the judge")
    await dialog.get_by_label("Model").fill("another")
    await dialog.get_by_label("Colour").fill("#123456")
    await dialog.get_by_role("button", name="Save").press("Enter")
    await expect(card(here, "Ada")).to_contain_text("the judge · another")
    await expect(edit).to_be_focused()
    (changed,) = await agents(here)
    new = {"role": "the judge", "model": "another", "color": "#123456"}
    assert changed == ada | new | {"updated_at": changed["updated_at"]}
    await press(here, "Delete Ada")
    await confirm(here, "Delete")
    await expect(card(here, "Ada")).to_have_count(0)
    await expect(page.get_by_text("An agent is somebody for a room")).to_be_visible()
    await expect(page.get_by_role("heading", name="Agents")).to_be_focused()
    assert await agents(here) == []


async def test_what_is_refused_is_said_at_its_field_and_what_is_pressed_twice_is_once(
    here: Console,
) -> None:
    await nobody_yet(here)
    page, dialog = here.page, here.page.get_by_role("dialog")
    await here.enter("#/agents")
    await press(here, "New agent")
    name = dialog.get_by_label("Name")
    too_long = "name must have at most 100 characters"
    for text, why in ((" ", "name must not be empty"), ("x" * 101, too_long)):
        await name.fill(text)
        await name.press("Enter")
        await expect(dialog.get_by_role("alert")).to_have_text(why)
        await expect(name).to_be_focused()
        await expect(name).to_have_attribute("aria-invalid", "true")
    await name.fill("Once")
    bodies = sent(here)
    await dialog.get_by_role("button", name="Create agent").dblclick()
    await expect(card(here, "Once")).to_be_visible()
    assert len([body for body in bodies if "CreateAgent" in (body or "")]) == 1
    assert len(await agents(here)) == 1
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_an_agent_is_seated_in_a_room_and_speaks(here: Console) -> None:
    await here.provider()
    await nobody_yet(here)
    page = here.page
    await here.enter("#/agents")
    await press(here, "New agent")
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_label("Role").fill("the host")
    await page.get_by_label("System prompt").fill("Speak in verse.")
    await page.get_by_label("Name").press("Enter")
    await expect(card(here, "Ada")).to_be_visible()
    await page.get_by_role("link", name="New room").click()
    await page.get_by_label("Ada, the host").check()
    await page.get_by_label("Title").fill("Plans")
    await page.get_by_label("Task").fill("Make a plan.")
    await page.get_by_label("Rounds").fill("1")
    await press(here, "Create room")
    await press(here, "Start")
    await expect(page.locator(".state")).to_have_text("completed")
    await expect(here.log.locator(".who")).to_have_text(["admin", "Ada"])
    (request,) = here.model.requests
    assert b"Speak in verse." in request.body


async def test_a_name_that_would_run_is_text_and_the_page_fits_a_phone(
    browser: Browser, luxx: Luxx
) -> None:
    size = {"width": 360, "height": 740}
    async with console(browser, luxx, viewport=size, is_mobile=True, has_touch=True) as phone:
        await nobody_yet(phone)
        fields = {"role": ALL[:1000], "model": "y" * 200, "system_prompt": ALL}
        await phone.client.call("POST", "/api/agents/", name=ALL[:100], **fields)
        page = phone.page
        await phone.enter("#/agents")
        name = page.locator(".cards strong")
        await expect(name).to_have_text(ALL[:100])
        assert await name.locator("*").count() == 0
        await phone.fits()
        await page.get_by_role("button", name="Edit").click()
        await expect(page.get_by_role("dialog").get_by_label("System prompt")).to_have_value(ALL)
        await phone.fits()
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Delete").click()
        await expect(page.get_by_role("dialog")).to_contain_text(ALL[:100].split("\n")[0])
        await page.keyboard.press("Escape")
        await phone.visit("#/r/new")
        await expect(page.get_by_role("checkbox")).to_have_count(1)
        await phone.fits()


async def test_what_is_sent_in_one_tab_is_written_in_the_other(
    here: Console, other: Console
) -> None:
    await here.provider()
    route = await here.make("conversation")
    await here.enter(route)
    await other.enter(route)
    await box(other).fill("A draft")
    bodies = sent(other)
    go_on = asyncio.Event()
    here.model.script = deque([Reply(text=WORDS, hold=go_on, hold_after=BEGUN)])
    await here.ask("Begin")
    await expect(other.answers).to_contain_text("word5")
    assert "word59" not in await other.answers.inner_text()
    await press(here, "Edit conversation")
    await here.page.get_by_role("dialog").get_by_label("Title").fill("Renamed")
    await here.page.keyboard.press("Enter")
    await expect(other.page).to_have_title("Renamed · Luxx")
    await expect(entry(other, "Renamed")).to_be_visible()
    await expect(other.answers).to_contain_text("word5")
    go_on.set()
    for tab in (here, other):
        await expect(tab.answers).to_have_text(WORDS)
        await tab.settled()
    await expect(box(other)).to_have_value("A draft")
    # What was followed already was not begun anew.
    assert len(subscriptions(bodies)) == 1


async def test_a_room_is_driven_in_one_tab_and_watched_in_the_other(
    here: Console, other: Console
) -> None:
    await here.provider()
    room = await here.make("room", task="T", max_rounds=1, agents=[{"name": "Ada"}])
    await here.enter(room)
    await other.enter(room)
    state = other.page.locator(".state")
    await expect(state).to_have_text("not started")
    held = Reply(text=WORDS, hold=asyncio.Event(), hold_after=BEGUN)
    here.model.script = deque([held, held])
    await press(here, "Start")
    await expect(state).to_have_text("running")
    await expect(other.answers).to_contain_text("word5")
    await press(here, "Stop")
    await expect(state).to_have_text("paused")
    await press(here, "Continue")
    await expect(other.answers).to_have_count(2)
    await expect(other.answers.last).to_contain_text("word5")
    await press(here, "Reset room")
    await confirm(here, "Reset")
    await expect(state).to_have_text("not started")
    await expect(other.answers).to_have_count(0)


@pytest.mark.parametrize("is_running", [False, True])
async def test_what_is_deleted_in_one_tab_is_gone_in_the_other(
    here: Console, other: Console, *, is_running: bool
) -> None:
    await here.provider()
    route = await here.make("conversation", title="Soon gone")
    await here.enter(route)
    await other.enter(route)
    await box(other).fill("A draft")
    await expect(entry(other, "Soon gone")).to_be_visible()
    if is_running:
        here.model.script = deque([Reply(text=WORDS, hold=asyncio.Event(), hold_after=BEGUN)])
        await here.ask("Begin")
        await expect(other.answers).to_contain_text("word5")
    await press(here, "Delete conversation")
    await confirm(here, "Delete")
    await expect(entry(other, "Soon gone")).to_have_count(0)
    said = other.page.get_by_text("This conversation does not exist any more.")
    await expect(said).to_be_visible()
    await expect(box(other)).to_have_value("A draft")
    await expect(box(other)).to_be_disabled()
    await expect(other.page.get_by_role("button", name="Delete conversation")).to_be_hidden()


async def test_an_agent_that_is_made_in_one_tab_can_be_seated_in_the_other(
    here: Console, other: Console
) -> None:
    await nobody_yet(here)
    await here.client.call("POST", "/api/agents/", name="Ada")
    await here.enter("#/agents")
    await other.enter("#/r/new")
    await other.page.get_by_label("Ada").check()
    await other.page.get_by_label("Task").fill("Make a plan.")
    await press(here, "New agent")
    await here.page.get_by_label("Name").fill("Ben")
    await here.page.keyboard.press("Enter")
    await expect(other.page.get_by_label("Ben")).not_to_be_checked()
    await expect(other.page.get_by_label("Ada")).to_be_checked()
    await expect(other.page.get_by_label("Task")).to_have_value("Make a plan.")
    await other.visit("#/agents")
    await expect(card(other, "Ben")).to_be_visible()
    await press(here, "Delete Ben")
    await confirm(here, "Delete")
    await expect(card(other, "Ben")).to_have_count(0)


async def test_a_change_is_told_once(here: Console, other: Console) -> None:
    route = await here.make("conversation", title="Before")
    await here.enter(route)
    await other.enter(route)
    await expect(box(other)).to_be_visible()
    await other.page.evaluate(LISTEN)
    for name in ("Between", "After"):
        await press(here, "Edit conversation")
        await here.page.get_by_role("dialog").get_by_label("Title").fill(name)
        await here.page.keyboard.press("Enter")
        await expect(entry(other, name)).to_be_visible()
        await expect(other.page).to_have_title(f"{name} · Luxx")
    # Were a reading told as well, the first one's would be among these.
    said = other.page.locator("html")
    await expect(said).to_have_attribute("data-said", f"{route.rpartition('/')[2]} " * 2)


async def test_what_somebody_does_is_nothing_to_somebody_else(
    here: Console, other: Console
) -> None:
    account = {"username": "neighbour", "email": "neighbour@example.com", "password": "a password"}
    await here.client.call("POST", "/api/auth/register", **account)
    route = await here.make("conversation", title="Private")
    await here.enter(route)
    await other.page.goto(other.url)
    await other.log_in("neighbour", "a password")
    await expect(other.page.get_by_role("heading", level=1)).to_be_visible()
    await other.page.evaluate(LISTEN)
    await other.page.wait_for_load_state("networkidle")
    bodies = sent(other)
    await press(here, "Delete conversation")
    await confirm(here, "Delete")
    await expect(other.page.locator("html")).to_have_attribute(
        "data-said", f"{route.rpartition('/')[2]} "
    )
    await other.visit("#/agents")
    await expect(other.page.get_by_role("button", name="New agent")).to_be_visible()
    assert [body for body in bodies if "query Conversations" in (body or "")] == []
    # Who logs in there next is heard.
    await press(other, "Log out")
    await other.log_in(ADMIN, PASSWORD)
    await expect(other.page.get_by_role("navigation")).to_contain_text("admin")
    await here.visit("#/c/new")
    await here.page.get_by_label("Title (optional)").fill("Seen")
    await here.page.keyboard.press("Enter")
    await expect(entry(other, "Seen")).to_be_visible()
