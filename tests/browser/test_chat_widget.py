"""A conversation in JupyterLab, as somebody sees and uses it."""

from browser.conftest import Open
from browser.lab import Notebook
from playwright.async_api import Locator, Page, expect

CHAT = 'chat = lx.chat("CRDTs", tools=[])\nchat'


def widget(notebook: Notebook, cell: int) -> Locator:
    return notebook.output(cell).locator(".luxx")


async def ask(notebook: Notebook, cell: int, text: str) -> None:
    box = notebook.output(cell).get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def settled(where: Locator) -> None:
    """Nothing is being written there."""
    await expect(where.get_by_role("button", name="Stop")).to_be_hidden()


async def test_a_question_is_asked_and_answered_in_the_browser(opened: Open) -> None:
    notebook = await opened([CHAT, "print(len(chat.messages), chat.usage.total_tokens > 0)"])
    await notebook.run(1)
    await expect(widget(notebook, 1)).to_contain_text("Nothing has been said yet")
    await ask(notebook, 1, "count to 30")
    await expect(widget(notebook, 1)).to_contain_text("writing")
    await expect(widget(notebook, 1)).to_contain_text("28 29 30")
    await settled(widget(notebook, 1))
    await notebook.run(2)
    await notebook.expect_text(2, "2 True")
    # The copy that is kept in the file follows.
    await notebook.output(1).get_by_text("Transcript: CRDTs").click()
    await expect(notebook.output(1).locator(".luxx-transcript")).to_contain_text("28 29 30")


async def test_a_cell_streams_while_it_runs_and_leaves_html(opened: Open) -> None:
    send = 'r = chat.send("count to 80", thinking=True)\nprint(r.status)'
    notebook = await opened([CHAT, send])
    await notebook.run(1)
    await notebook.begin(2)
    live = widget(notebook, 2)
    await expect(live).to_contain_text("1 2 3")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    await expect(live.get_by_role("textbox")).to_have_count(0)
    assert "79 80" not in (await live.inner_text())
    await notebook.idle()
    await notebook.expect_text(2, "COMPLETED")
    await expect(widget(notebook, 2)).to_have_count(0)
    left = notebook.output(2).locator(".luxx-transcript")
    await expect(left).to_contain_text("79 80")
    await expect(left.locator("details summary")).to_have_text("Thought")
    await notebook.page.screenshot(path=notebook.shots / "chat-light.png")


async def test_stop_and_retry(opened: Open) -> None:
    notebook = await opened([CHAT])
    await notebook.run(1)
    await ask(notebook, 1, "count to 200")
    here = widget(notebook, 1)
    await expect(here).to_contain_text("1 2 3")
    await here.get_by_role("button", name="Stop").click()
    await expect(here).to_contain_text("stopped")
    assert "199 200" not in await here.inner_text()
    await here.get_by_role("button", name="Retry").click()
    await expect(here).to_contain_text("199 200")
    await expect(here.get_by_text("count to 200")).to_have_count(1)


async def test_an_interrupt_of_the_kernel_stops_the_reply(opened: Open) -> None:
    notebook = await opened([CHAT, 'chat.send("count to 400")', "print(chat.messages[-1].status)"])
    await notebook.run(1)
    await notebook.begin(2)
    await expect(widget(notebook, 2)).to_contain_text("1 2 3")
    await notebook.command("notebook:interrupt-kernel")
    await notebook.idle()
    await notebook.expect_text(2, "KeyboardInterrupt")
    await notebook.run(3)
    await notebook.expect_text(3, "CANCELLED")
    await expect(notebook.output(2).locator(".luxx-transcript")).to_contain_text("cancelled")


async def test_a_failed_reply_is_said_without_a_traceback(opened: Open) -> None:
    notebook = await opened(
        ['chat = lx.chat("Bad", model="missing-model")\nchat', 'chat.send("Hi")']
    )
    await notebook.run(1)
    await notebook.begin(2)
    await notebook.expect_text(2, "Upstream: ")
    assert "Traceback" not in await notebook.output(2).inner_text()
    await expect(widget(notebook, 1)).to_contain_text("missing-model")


async def test_a_reload_in_mid_stream_loses_nothing(opened: Open) -> None:
    notebook = await opened([CHAT, "print(chat.messages[-1].content)"])
    await notebook.run(1)
    await notebook.command("docmanager:save")
    await ask(notebook, 1, "count to 500")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    assert "499 500" not in await widget(notebook, 1).inner_text()
    await notebook.page.reload()
    await expect(widget(notebook, 1)).to_contain_text("499 500")
    await settled(widget(notebook, 1))
    shown = " ".join((await widget(notebook, 1).inner_text()).split())
    await notebook.idle()
    await notebook.run(2)
    stored = " ".join((await notebook.output(2).inner_text()).split())
    assert stored in shown


async def test_two_views_and_text_that_is_typed_meanwhile(opened: Open) -> None:
    notebook = await opened([CHAT, "chat"])
    await notebook.run(1, 2)
    await ask(notebook, 1, "count to 60")
    await expect(widget(notebook, 2)).to_contain_text("1 2 3")
    box = notebook.output(2).get_by_role("textbox")
    await box.fill("And then?")
    await expect(widget(notebook, 2)).to_contain_text("59 60")
    await settled(widget(notebook, 2))
    assert await box.input_value() == "And then?"
    await box.press("Shift+Enter")
    await box.press_sequentially("dd")
    assert await box.input_value() == "And then?\ndd"
    assert (
        await notebook.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length")
        == 3
    )


async def test_input_while_a_cell_runs_waits_for_the_kernel(opened: Open) -> None:
    notebook = await opened([CHAT, "import time\ntime.sleep(6)"])
    await notebook.run(1)
    await ask(notebook, 1, "count to 3")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    await settled(widget(notebook, 1))
    await notebook.begin(2)
    await ask(notebook, 1, "count to 4")
    # What the kernel's version allows: at once, or a word that it is busy and then the answer.
    await expect(widget(notebook, 1)).to_contain_text("1 2 3 4")
    await notebook.idle()


async def test_a_restarted_kernel_leaves_the_view_and_says_so(opened: Open) -> None:
    notebook = await opened([CHAT])
    await notebook.run(1)
    await ask(notebook, 1, "count to 3")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    await settled(widget(notebook, 1))
    await notebook.page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    await notebook.idle()
    await notebook.run(0, 1)
    await ask(notebook, 1, "count to 5")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3 4 5")


async def test_the_theme_is_followed(opened: Open) -> None:
    notebook = await opened([CHAT])
    await notebook.run(1)
    await ask(notebook, 1, "count to 3")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    await settled(widget(notebook, 1))
    await _theme(notebook.page, "Light")
    light = await _background(notebook.page)
    await _theme(notebook.page, "Dark")
    await expect(widget(notebook, 1)).to_contain_text("1 2 3")
    await notebook.page.screenshot(path=notebook.shots / "chat-dark.png")
    dark = await _background(notebook.page)
    await _theme(notebook.page, "Light")
    assert light > 200
    assert dark < 80


async def _theme(page: Page, name: str) -> None:
    """Change it, and wait until the view has followed."""
    await page.evaluate(
        "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
        f"JupyterLab {name}",
    )
    await expect(page.locator(".luxx").first).to_have_attribute("data-theme", name.lower())
    # JupyterLab stumbles over its own curtain where the next change comes before it is gone.
    await expect(page.locator("#jupyterlab-splash")).to_have_count(0)


async def _background(page: Page) -> float:
    """The lightness behind the text that is shown, from 0 to 255."""
    return float(
        await page.evaluate(
            """() => {
              let node = document.querySelector(".luxx-chat-host").shadowRoot
                .querySelector(".log");
              for (;;) {
                const [r, g, b, a = 1] = getComputedStyle(node).backgroundColor
                  .match(/[\\d.]+/g).map(Number);
                if (a > 0) return (r + g + b) / 3;
                node = node.parentElement ?? node.getRootNode().host ?? document.body;
              }
            }"""
        )
    )
