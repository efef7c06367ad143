"""The reference of the REST API: drawn from the server's own document, and tried in a browser."""

from browser.conftest import Watched
from playwright.async_api import Browser, Locator, Page, expect
from server.running import PASSWORD, launch

from luxx.config import Settings


def operation(page: Page, path: str, method: str) -> Locator:
    return page.locator(f'.opblock-{method}:has([data-path="{path}"])')


async def try_out(block: Locator, body: str | None = None) -> Locator:
    await block.locator(".opblock-summary-control").click()
    if body is not None:
        await block.locator("textarea.body-param__text").fill(body)
    await block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table .response")


async def test_an_endpoint_is_found_and_tried(settings: Settings, browser: Browser) -> None:
    async with launch(settings) as luxx:
        page = await browser.new_page(color_scheme="dark")
        watched = Watched(page)
        broken: list[str] = []
        page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
        await page.goto(f"{luxx.url}/api/docs")
        await expect(page.locator(".opblock")).to_have_count(49, timeout=20_000)
        await expect(page.locator("#who")).to_have_text("Not logged in")
        login = operation(page, "/api/auth/login", "post")
        answer = await try_out(login, f'{{"username": "admin", "password": "{PASSWORD}"}}')
        await expect(answer).to_contain_text("Login successful", timeout=10_000)
        await expect(page.locator("#who")).to_have_text("Logged in as admin")
        # A reload keeps the login, as the console does.
        links = page.get_by_role("navigation", name="Other pages").get_by_role("link")
        await expect(links).to_have_count(3)
        assert broken == []
        await page.route(f"{luxx.url}/graphql", lambda route: route.fulfill(status=404))
        await page.reload()
        await expect(page.locator("#who")).to_have_text("Logged in as admin", timeout=20_000)
        answer = await try_out(operation(page, "/api/auth/me", "get"))
        await expect(answer).to_contain_text('"username": "admin"', timeout=10_000)
        await expect(links).to_have_text(["Console", "openapi.json"])
        # What goes on in another page is known once this one is shown again; a login ends anywhere.
        await page.evaluate("sessionStorage.setItem('luxx-name', 'another')")
        await page.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        )
        await expect(page.locator("#who")).to_have_text("Logged in as another")
        token = await page.evaluate("sessionStorage.getItem('luxx-token')")
        headers = {"Authorization": f"Bearer {token}"}
        await page.request.post(f"{luxx.url}/api/auth/logout", headers=headers)
        # The browser itself tells of an answer 404, and of one 401.
        assert len(broken) == 1
        me = operation(page, "/api/auth/me", "get")
        await me.get_by_role("button", name="Execute").click()
        await expect(page.locator("#who")).to_have_text("Not logged in", timeout=10_000)
        assert await page.evaluate("sessionStorage.getItem('luxx-token')") is None
        assert watched.errors == []
        assert watched.strangers(luxx.url) == []
        assert len(broken) == 2
