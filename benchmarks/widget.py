"""A conversation's widget in JupyterLab, under load: what it costs the page and the kernel.

A model writes 200 pieces a second, which the server passes on one by one; the server is another
process, so that the kernel's time is the client's and the widget's alone. Meanwhile somebody types.
`PYTHONPATH=tests python -m benchmarks.widget [--seconds 60]` needs Chromium.

What is printed: the delay from a key to the next frame (the browser's own Event Timing; under 16 ms
is not reported by it), the tasks over 50 ms, and the kernel's share of a core. Then the same with a
reply of 20,000 characters that comes as fast as it can.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from browser.conftest import FLAGS
from browser.lab import Notebook, running
from playwright.async_api import Page, async_playwright
from server.running import ADMIN, PASSWORD, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import Reply, ScriptedModel

RATE = 200
WORDS = "A **reply** of *many* words, with `code` in it, and [a link](https://example.org). "
#: Seconds between two keys.
KEYS = 0.25
_OBSERVE = """() => {
  window.__keys = []; window.__tasks = [];
  const keep = (list, type, options) => new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) list.push(entry.duration);
  }).observe({ type, ...options });
  keep(window.__keys, "event", { durationThreshold: 16 });
  keep(window.__tasks, "longtask", {});
}"""


def _text(size: int) -> str:
    paragraph = WORDS * 6 + "\n\n"
    return (paragraph * (size // len(paragraph) + 1))[:size]


async def _type_until(page: Page, box: Any, done: asyncio.Event) -> int:
    await box.click()
    keys = 0
    while not done.is_set():
        await page.keyboard.press("x")
        keys += 1
        await asyncio.sleep(KEYS)
    return keys


async def _measure(notebook: Notebook, cell: int, reply: Reply, model: ScriptedModel) -> Any:
    model.script.append(reply)
    page = notebook.page
    kernel = psutil.Process(int(await notebook.output(0).inner_text()))
    await page.evaluate("window.__keys.length = window.__tasks.length = 0")
    before, began = sum(kernel.cpu_times()[:2]), time.monotonic()
    done = asyncio.Event()
    typing = asyncio.create_task(_type_until(page, notebook.output(1).get_by_role("textbox"), done))
    await notebook.run(cell, seconds=300)
    seconds = time.monotonic() - began
    used = sum(kernel.cpu_times()[:2]) - before
    done.set()
    keys = await typing
    slow = sorted(await page.evaluate("window.__keys"))
    tasks = sorted(await page.evaluate("window.__tasks"))
    return {
        "characters": len(reply.text),
        "seconds": round(seconds, 1),
        "keys": keys,
        "slowest key, ms": slow[-1:] or "< 16",
        "keys over 100 ms": sum(each > 100 for each in slow),
        "tasks over 50 ms": len(tasks),
        "longest task, ms": tasks[-1:],
        "kernel, % of a core": round(100 * used / seconds, 1),
    }


async def _run(seconds: int, folder: Path) -> None:
    model = ScriptedModel()
    settings = Settings(data_dir=folder / "data")
    async with (
        serve(model) as upstream,
        launch(settings, LUXX_STREAM_INTERVAL_MS="5") as luxx,
        client(luxx.url) as admin,
        async_playwright() as playwright,
    ):
        await admin.provider(upstream)
        login = f"username={ADMIN!r}, password={PASSWORD!r}"
        cells = [
            f"import luxx, os\nlx = luxx.connect({luxx.url!r}, {login})\nprint(os.getpid())",
            "chat = lx.chat('Load', tools=[])\nchat",
            "r = await chat.asend('Go')",
            "r = await chat.asend('Go')",
        ]
        with running(folder / "lab") as lab:
            lab.write("load.ipynb", cells)
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=list(FLAGS)
            )
            page = await browser.new_page(viewport={"width": 1200, "height": 900})
            notebook = Notebook(page, lab, "load.ipynb")
            await notebook.open()
            await notebook.run(0, 1)
            await page.evaluate(_OBSERVE)
            steady = Reply(text=_text(seconds * RATE * 4), chunk=4, pace=1 / RATE)
            for cell, reply in ((2, steady), (3, Reply(text=_text(20_000)))):
                print(json.dumps(await _measure(notebook, cell, reply, model), indent=2))
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(seconds, Path(folder)))


if __name__ == "__main__":
    main()
