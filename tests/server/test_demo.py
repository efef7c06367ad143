"""`luxx demo`: one command from nothing to a streamed conversation."""

import asyncio
import json
import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from server.conftest import Upstream
from server.running import START_SECONDS, environment
from support import until

from luxx import demo
from luxx.demo import providers
from luxx.demo.providers import Known
from luxx.demo.room import CAST
from luxx.errors import ConfigError


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


pytestmark = pytest.mark.usefixtures("_logging_as_before", "sqlite_only")


async def test_the_demo_answers_with_what_the_environment_offers(
    upstream: Upstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = [
        Known("GOOD_KEY", "Good", "openai", f"{upstream.url}/v1", ("luxx",)),
        Known("BAD_KEY", "Bad", "openai", f"{upstream.url}/v1", ()),
        Known("NO_KEY", "None", "openai", f"{upstream.url}/v1", ()),
    ]
    monkeypatch.setattr(providers, "KNOWN", known)
    monkeypatch.setattr(providers, "OLLAMA", f"{upstream.url}/ollama")
    monkeypatch.setattr(demo, "PACE", 0)
    monkeypatch.setenv("GOOD_KEY", "right")
    monkeypatch.setenv("BAD_KEY", "wrong")
    for _ in range(2):  # the second time everything is there already
        await demo.run(0, once=True, folder=tmp_path / "demo")
        shown = capsys.readouterr().out
        assert "providers: Scripted model, Good, Ollama\n" in shown
        assert f"you: {demo.QUESTION}" in shown
        assert "[thinking]" in shown
        assert "done: " in shown
        assert "words; the longest is" in shown
        assert "round 2 of 2\n" in shown
        assert all(f"\n{agent['name']}: " in shown for agent in CAST)
        assert "done after 2 rounds" in shown
        assert "Try next" not in shown  # nobody answers there any more
        assert "error" not in shown


@contextmanager
def demonstrating(folder: Path, port: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "luxx", "demo", "--port", port]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=out)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)


async def test_the_demo_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with demonstrating(tmp_path, port) as process:
            await until(lambda: "Press Ctrl-C" in shown(tmp_path), START_SECONDS)
            assert f":{port}" not in shown(tmp_path)
            announced = json.loads((tmp_path / "luxx-demo" / "server.json").read_bytes())
            for page in ("/graphql", "/api/docs", ""):
                assert f" {announced['url']}{page}\n" in shown(tmp_path)
            process.send_signal(signal.SIGINT)
            await until(lambda: process.poll() is not None)
    assert process.returncode == 0


def shown(folder: Path) -> str:
    return (folder / "out").read_text()


async def test_a_demo_that_cannot_start_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "luxx.lock").mkdir()
    with pytest.raises(ConfigError, match=r"luxx\.lock cannot be locked"):
        await asyncio.wait_for(demo.run(0, once=True, folder=folder), 10)
