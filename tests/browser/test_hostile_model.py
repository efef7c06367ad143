"""A hostile model in JupyterLab: alive in a widget, and left in a cell.

The fixture of the page looks for errors, hits and requests, too.
"""

from collections import deque

from browser.conftest import Open
from browser.payloads import ALL, FORBIDDEN
from playwright.async_api import expect
from support import serve

from luxx.llm.demo import Call, Reply, ScriptedModel


async def test_nothing_that_a_model_says_runs(opened: Open) -> None:
    model = ScriptedModel()
    words = {"name": ALL[:64], "role": ALL[:1000]}
    model.script = deque(
        [
            Reply(thinking=ALL, text=ALL, tool_calls=[Call("file_list", {"path": ALL})]),
            Reply(text=ALL + "\n\nthe end"),
            Reply(thinking=ALL, text=ALL + "\n\nthe end"),
        ]
    )
    async with serve(model) as url:
        add = f'lx.providers.add("Evil", base_url="{url}/v1", api_key="k", model="m", default=True)'
        make = f'lx.room("R", task={ALL!r}, agents=[{words!r}], max_rounds=1)'
        cells = [
            f"{add}\nchat = lx.chat({ALL[:100]!r})\nchat",
            f"r = chat.send({ALL!r}, thinking=True)",
            f"room = {make}\nroom",
            "room.run()",
            "chat.to_dataframe()",
            "room.usage",
        ]
        notebook = await opened(cells)
        await notebook.run(1, 2, 3, 4, 5, 6)
    for cell in (1, 2, 3, 4):
        await expect(notebook.output(cell)).to_contain_text("the end")
        texts = notebook.output(cell).locator(".body, .luxx-transcript")
        assert await texts.locator(FORBIDDEN).count() == 0
    for link in await notebook.page.locator(".jp-OutputArea a").all():
        address = (await link.get_attribute("href")) or ""
        assert not address or address.startswith(("http://", "https://", "mailto:", "#")), address
        assert await link.get_attribute("data-commandlinker-command") is None
    assert await notebook.page.evaluate("getComputedStyle(document.body).display") != "none"
