"""A room in JupyterLab: started in a cell or by its button, watched, stopped, gone on with."""

from browser.conftest import Open
from browser.lab import Notebook
from playwright.async_api import Locator, expect

ROOM = """room = lx.room("Cache", task="Design a cache", max_rounds=2, agents=[
    {"name": "Ada", "role": "the host", "color": "#2563eb"},
    {"name": "Ben", "role": "the critic", "color": "#d97706"},
])
room"""


def widget(notebook: Notebook, cell: int) -> Locator:
    return notebook.output(cell).locator(".luxx")


async def test_a_room_is_started_in_a_cell_and_watched(opened: Open) -> None:
    notebook = await opened([ROOM, "room.start()", "print(room.wait(60))\nroom.usage"])
    await notebook.run(1, 2)
    here = widget(notebook, 1)
    await expect(here).to_contain_text("Round 1 of 2")
    await expect(here.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "2")
    await notebook.run(3)
    await notebook.expect_text(3, "COMPLETED")
    await expect(here).to_contain_text("completed")
    await expect(here.get_by_role("article")).to_have_count(5)
    await expect(here).to_contain_text("Round 2 of 2")
    await notebook.page.screenshot(path=notebook.shots / "room.png")
    await notebook.output(1).get_by_text("Transcript: Cache").click()
    await expect(notebook.output(1).locator(".luxx-transcript")).to_contain_text("Round 2")


async def test_a_room_is_driven_by_its_buttons(opened: Open) -> None:
    notebook = await opened([ROOM, "print(room.status, len(room.messages))"])
    await notebook.run(1)
    here = widget(notebook, 1)
    await here.get_by_role("button", name="Start").click()
    await expect(here.get_by_role("article").nth(1)).to_be_visible()
    await here.get_by_role("button", name="Stop").click()
    await expect(here).to_contain_text("paused")
    await here.get_by_role("button", name="Continue").click()
    await expect(here.locator(".status")).to_have_text("completed")
    await notebook.run(2)
    await notebook.expect_text(2, "COMPLETED")


async def test_a_room_that_runs_in_a_cell_is_seen_there(opened: Open) -> None:
    notebook = await opened([ROOM.removesuffix("room"), "room.run()"])
    await notebook.run(1)
    await notebook.begin(2)
    await expect(widget(notebook, 2)).to_contain_text("Round 1")
    await notebook.idle()
    left = notebook.output(2).locator(".luxx-transcript")
    await expect(left).to_contain_text("Round 2")


async def test_many_talks_in_one_notebook_share_one_front_end(opened: Open) -> None:
    many = "from IPython.display import display\nfor n in range(8): display(lx.chat(f'Chat {n}'))"
    count = (
        "from luxx.jupyter.widget import Runtime\nimport ipywidgets.widgets.widget as w\n"
        "print(sum(isinstance(each, Runtime) for each in w._instances.values()))"
    )
    notebook = await opened([many, count])
    await notebook.run(1)
    await expect(widget(notebook, 1)).to_have_count(8)
    await notebook.run(2)
    await notebook.expect_text(2, "1")
