"""A real JupyterLab, and a notebook in it as somebody uses it through a browser."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

TOKEN = "test"
#: Seconds that JupyterLab has to start, and a cell to run.
START, RUN = 60.0, 30.0
_NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
_FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
    "HOME",
)


class Lab:
    """The server; `folder` is what it shows."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def write(self, name: str, cells: Sequence[str], outputs: Sequence[Any] = ()) -> Path:
        """A notebook of code cells."""
        made = {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "execution_count": None,
                    "metadata": {"trusted": True},
                    "outputs": list(outputs[number]) if number < len(outputs) else [],
                    "source": source,
                }
                for number, source in enumerate(cells)
            ],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = self.folder / name
        path.write_text(json.dumps(made))
        return path

    def saved(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name).read_text())
        return content

    def end_kernels(self) -> None:
        headers = {"Authorization": f"token {TOKEN}"}
        with httpx.Client(base_url=self.url, headers=headers, trust_env=False) as http:
            for session in http.get("/api/sessions").json():
                http.delete(f"/api/sessions/{session['id']}")


@contextmanager
def running(home: Path) -> Iterator[Lab]:
    folder = home / "notebooks"
    folder.mkdir(parents=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LUXX_", "JUPYTER"))}
    for number, name in enumerate(_FOLDERS):
        env[name] = str(home / f"jupyter-{number}")
    env["JUPYTER_PREFER_ENV_PATH"] = "1"
    config = home / "jupyter-0" / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text(json.dumps(_NO_NEWS))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", "--allow-root"),
        *("--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folder}"),
        "--LabApp.extension_manager=readonly",
    ]
    with (home / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    lab = Lab(f"http://127.0.0.1:{port}", folder)
    try:
        _until_up(lab, process, home / "lab.log")
        yield lab
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _until_up(lab: Lab, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{lab.url}/api/status?token={TOKEN}", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


class Notebook:
    """One notebook, open in a page."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page, self._lab, self._name = page, lab, name
        #: Where screenshots are left, to be looked at.
        self.shots = Path(os.environ.get("SCREENSHOTS", lab.folder.parent / "shots"))

    async def open(self) -> None:
        await self.page.goto(f"{self._lab.url}/lab/tree/{self._name}?token={TOKEN}&reset")
        await self.idle()

    async def idle(self, seconds: float = RUN) -> None:
        """Until the kernel is there and has nothing to do."""
        await self.page.wait_for_function(
            """() => {
              const session = window.jupyterapp?.shell.currentWidget?.sessionContext?.session;
              return session?.kernel?.status === "idle"
                && session.kernel.connectionStatus === "connected";
            }""",
            timeout=seconds * 1000,
        )

    async def begin(self, number: int) -> None:
        """Run a cell, and do not wait."""
        await self.page.evaluate(
            """number => {
              const app = window.jupyterapp;
              app.shell.currentWidget.content.activeCellIndex = number;
              void app.commands.execute("notebook:run-cell");
            }""",
            number,
        )

    async def run(self, *numbers: int, seconds: float = RUN) -> None:
        for number in numbers:
            await self.begin(number)
            await self.page.wait_for_function(
                """number => {
                  const cell = window.jupyterapp.shell.currentWidget.content.widgets[number];
                  return cell.model.executionState === "idle" && cell.model.executionCount;
                }""",
                arg=number,
                timeout=seconds * 1000,
            )
            await self.idle(seconds)

    def output(self, number: int) -> Locator:
        return (
            self.page.locator(".jp-Notebook .jp-Cell").nth(number).locator(".jp-OutputArea").first
        )

    async def command(self, name: str) -> None:
        await self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    async def expect_text(self, number: int, text: str, seconds: float = RUN) -> None:
        await expect(self.output(number)).to_contain_text(text, timeout=seconds * 1000)
