"""Who is at the console: what waits for them, and what is gone with them."""

import asyncio
import json
from collections import deque

import pytest
from browser.console import Console
from playwright.async_api import Route, expect
from server.running import ADMIN, PASSWORD

from luxx.llm.demo import Reply

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: As the browser does with a page that it kept.
SHOWN_AGAIN = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
SEEN = "document.dispatchEvent(new Event('visibilitychange'))"


async def hold(here: Console, name: str) -> asyncio.Event:
    """Requests of this operation wait for the event."""
    go_on = asyncio.Event()

    async def wait(request: Route) -> None:
        if name in (request.request.post_data or ""):
            await go_on.wait()
        await request.continue_()

    await here.page.route("**/graphql", wait)
    return go_on


async def answer(here: Console, name: str, body: object) -> None:
    """Requests of this operation are answered with this."""

    async def fulfil(request: Route) -> None:
        if name in (request.request.post_data or ""):
            await request.fulfill(json=body)
        else:
            await request.continue_()

    await here.page.route("**/graphql", fulfil)


async def refuse(here: Console, name: str) -> None:
    error = {"message": "Broken for now", "extensions": {"code": "INTERNAL"}}
    await answer(here, name, {"data": None, "errors": [error]})


async def end_login(here: Console) -> None:
    """As another page of the same login does, or the time that it is for."""
    token = await here.page.evaluate("sessionStorage.getItem('luxx-token')")
    headers = {"Authorization": f"Bearer {token}"}
    done = await here.page.request.post(f"{here.url}/api/auth/logout", headers=headers)
    assert done.ok


async def log_in_again(here: Console) -> None:
    await expect(here.page.get_by_text("Your login has ended")).to_be_visible()
    await here.client.enter()
    await expect(here.page.get_by_label("Username")).to_have_value(ADMIN)
    await here.page.keyboard.type(PASSWORD)
    await here.page.keyboard.press("Enter")


async def test_who_logs_out_leaves_nothing_and_waits_for_nobody(here: Console) -> None:
    await here.enter()
    await here.page.evaluate("sessionStorage.setItem('graphiql:queries', 'a secret')")
    go_on = await hold(here, "Logout")
    await here.page.get_by_role("button", name="Log out").click()
    await expect(here.page.get_by_label("Username")).to_be_focused()
    kept = await here.page.evaluate("Object.keys(sessionStorage)")
    assert kept == ["entered"]
    go_on.set()


async def test_a_page_that_was_kept_is_its_owners_alone(here: Console) -> None:
    page, lists = here.page, here.page.get_by_role("navigation")
    await here.enter("#/providers")
    token = json.dumps(here.client.token)
    await page.evaluate("sessionStorage.removeItem('luxx-token')")
    await page.evaluate(SHOWN_AGAIN)
    await expect(page.get_by_label("Username")).to_have_value("")
    await expect(lists).to_have_count(0)
    await page.evaluate(f"sessionStorage.setItem('luxx-token', {token})")
    await page.evaluate("sessionStorage.setItem('luxx-name', 'somebody')")
    await page.evaluate(SHOWN_AGAIN)
    await expect(lists).to_contain_text("somebody")
    await expect(page.get_by_label("Username")).to_have_count(0)


async def test_what_is_in_a_form_waits_for_a_new_login(here: Console) -> None:
    page = here.page
    await here.provider()
    await here.enter("#/r/new")
    await page.get_by_label("Title").fill("Plans")
    await page.get_by_label("Task").fill("Make a plan.")
    await page.get_by_label("Name").first.fill("Ada")
    await end_login(here)
    await page.get_by_role("button", name="Create room").click()
    await log_in_again(here)
    await expect(page.get_by_label("Task")).to_have_value("Make a plan.")
    await page.get_by_role("button", name="Create room").click()
    await page.get_by_role("button", name="Edit room").click()
    title = page.get_by_role("dialog").get_by_label("Title")
    await title.fill("Other plans")
    await end_login(here)
    await title.press("Enter")
    await log_in_again(here)
    await expect(title).to_have_value("Other plans")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_count(0)
    await title.press("Enter")
    heading = page.get_by_role("heading", name="Other plans", level=1)
    await expect(heading).to_be_visible()


async def test_a_dialog_goes_with_its_page_and_comes_once(here: Console) -> None:
    page, dialogs = here.page, here.page.locator("dialog")
    await here.enter(await here.make("conversation"))
    go_on = await hold(here, "Providers")
    edit = page.get_by_role("button", name="Edit conversation")
    await edit.dblclick()
    go_on.set()
    await expect(dialogs).to_be_visible()
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    await expect(dialogs).to_have_count(1)
    await here.visit("#/c/new")
    await expect(dialogs).to_have_count(0)
    await page.go_back()
    go_on.clear()
    async with page.expect_request(lambda request: "Providers" in (request.post_data or "")):
        await edit.click()
    await here.visit("#/r/new")
    go_on.set()
    await expect(page.get_by_label("Task")).to_be_visible()
    await expect(dialogs).to_have_count(0)


async def test_a_page_that_could_not_be_read_is_read_when_it_is_seen(here: Console) -> None:
    page = here.page
    route = await here.make("conversation")
    await refuse(here, "ConversationMessages")
    await here.enter(route)
    await expect(page.get_by_text("Broken for now")).to_be_visible()
    await page.unroute("**/graphql")
    await page.evaluate(SEEN)
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    await expect(page.get_by_text("Broken for now")).to_be_hidden()


async def test_a_question_that_is_not_taken_again_is_in_the_box(here: Console) -> None:
    await here.provider()
    await here.enter(await here.make("conversation"))
    here.model.script = deque([Reply(status=400, error="no")])
    await here.ask("Once more")
    retry = here.page.get_by_role("button", name="Retry")
    await expect(retry).to_be_visible()
    await refuse(here, "BeginReply")
    await retry.click()
    box = here.page.get_by_role("textbox", name="Message")
    await expect(box).to_have_value("Once more")
    await expect(here.page.get_by_text("Broken for now")).to_be_visible()
    await here.page.unroute("**/graphql")
    await here.page.evaluate(SEEN)
    await expect(here.page.get_by_text("Broken for now")).to_be_hidden()
    await expect(box).to_have_value("Once more")


async def test_who_leaves_what_is_being_written_is_not_cut_off(here: Console) -> None:
    await here.provider()
    go_on = asyncio.Event()
    here.model.script = deque([Reply(text="It begins, and it ends.", hold=go_on, hold_after=4)])
    await here.enter(await here.make("conversation"))
    await here.ask("Begin")
    await expect(here.answers).to_contain_text("It begin")
    bodies: list[str] = []
    here.page.on("request", lambda request: bodies.append(request.post_data or ""))
    for route in ("#/providers", "#/c/new"):
        await here.visit(route)
        await expect(here.page.locator("h1")).to_be_visible()
    await expect(here.page.get_by_label("Title (optional)")).to_be_visible()
    assert [body for body in bodies if "query Conversations" in body] == []
    go_on.set()


@pytest.mark.parametrize("is_open", [True, False])
async def test_an_account_is_offered_where_strangers_may_register(
    here: Console, *, is_open: bool
) -> None:
    await answer(here, "registration", {"data": {"health": {"registration": is_open}}})
    offer = here.page.get_by_role("button", name="Create an account")
    async with here.page.expect_response("**/graphql"):
        await here.page.goto(here.url)
    await expect(offer).to_be_visible(visible=is_open)


async def test_a_cleared_model_is_sent(here: Console) -> None:
    await here.provider()
    await here.enter(await here.make("conversation", model="another"))
    await here.page.get_by_role("button", name="Edit conversation").click()
    await here.page.get_by_label("Model (optional)").fill("")

    def saves(body: str | None) -> bool:
        return "UpdateConversation" in (body or "")

    async with here.page.expect_request(lambda request: saves(request.post_data)) as sent:
        await here.page.keyboard.press("Enter")
    body = json.loads((await sent.value).post_data or "")
    assert body["variables"]["model"] == ""
