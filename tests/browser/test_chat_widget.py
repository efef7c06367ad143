"""A conversation in JupyterLab, as somebody sees and uses it."""

from browser.conftest import Open
from playwright.async_api import expect

CHAT = 'chat = lx.chat("CRDTs", tools=[])\nchat'


async def test_try(opened: Open) -> None:
    notebook = await opened([CHAT, 'r = chat.send("count to 30", thinking=True)\nprint(r.usage)'])
    await notebook.run(1)
    await notebook.begin(2)
    await notebook.page.wait_for_timeout(1500)
    await notebook.page.screenshot(path="/tmp/b.png")
    await notebook.idle()
    await notebook.page.wait_for_timeout(500)
    box = notebook.output(1).get_by_role("textbox")
    await box.fill("Hello there")
    await box.press("Enter")
    await expect(notebook.output(1)).to_contain_text("2 words", timeout=20000)
    await notebook.page.screenshot(path="/tmp/d.png")
