"""The server in a process of its user's: found, shared with a neighbour, gone with the process."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from server.running import environment

import luxx
from luxx.app import Server
from luxx.client import embedded
from luxx.client.embedded import Embedded, close_all
from luxx.config import Settings
from luxx.errors import ConfigError

START = """
import luxx, sys
lx = luxx.connect(demo=True)
print(lx.url, flush=True)
"""
ASK = (
    START
    + """
print(lx.chat(tools=[]).send("count to 3").text.split()[-1], flush=True)
"""
)


def run(source: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source],
        cwd=folder,
        env=environment(None, **variables),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@contextmanager
def holding(folder: Path, command: list[str], **variables: str) -> Iterator[tuple[str, int]]:
    """A process that serves; its address, as it prints it, and its id."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=environment(None, **variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1], process.pid
    finally:
        process.communicate("", timeout=20)


def test_a_script_has_a_server_that_ends_with_it(in_folder: Path) -> None:
    first = run(ASK, in_folder)
    assert first.stdout.split()[-1] == "3", first.stderr
    assert first.stderr == ""
    folder = in_folder / "luxx-demo"
    assert not (folder / embedded.TOKEN).exists()
    assert not (folder / "server.json").exists()
    again = run(ASK.replace("send", "stream").replace(".text.split()[-1]", ""), in_folder)
    assert again.returncode == 0, again.stderr
    count = START + "print(len(lx.chats()))"
    assert run(count, in_folder).stdout.split()[-1] == "2"


@pytest.mark.parametrize("given", ["demo=True", "data_dir='mine'", "data_dir='mine', demo=True"])
def test_an_exported_notebook_has_the_server_of_the_same_folder(
    in_folder: Path, given: str
) -> None:
    elsewhere = in_folder if given == "demo=True" else in_folder / "notes"
    elsewhere.mkdir(exist_ok=True)
    made = run(
        f"import luxx\nluxx.connect({given}).chat('Here').export(r'{elsewhere}/talk.ipynb')",
        in_folder,
    )
    assert made.returncode == 0, made.stderr
    cells = json.loads((elsewhere / "talk.ipynb").read_text())["cells"]
    source = "\n".join([*(cell["source"] for cell in cells), "print(len(lx.chats()))"])
    assert run(source, elsewhere).stdout.split() == ["2"]


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="there is no bubblewrap to slow down")
def test_a_script_may_end_while_its_server_tries_the_sandbox(in_folder: Path) -> None:
    slow = in_folder / "bin" / "bwrap"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\ntouch tried\nsleep 1\nexec {shutil.which("bwrap")} "$@"\n')
    slow.chmod(0o755)
    path = f"{slow.parent}:{os.environ['PATH']}"
    wait = "import pathlib, time\nwhile not pathlib.Path('tried').exists(): time.sleep(0.01)"
    ended = run(START + wait, in_folder, PATH=path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list((in_folder / "luxx-demo").glob("sandbox-*")) == []


def test_a_neighbour_shares_the_server_of_the_folder(in_folder: Path) -> None:
    with holding(in_folder, ["-c", START + "sys.stdin.read()"]) as (url, _):
        token = in_folder / "luxx-demo" / embedded.TOKEN
        assert token.stat().st_mode & 0o777 == 0o600
        shared = run(ASK, in_folder)
        assert shared.stdout.split() == [url, "3"], shared.stderr
        assert token.exists()
    assert run(ASK, in_folder).stdout.split()[-1] == "3"


def test_a_killed_process_leaves_nothing_in_the_way(in_folder: Path) -> None:
    with holding(in_folder, ["-c", START + "sys.stdin.read()"]) as (_, pid):
        os.kill(pid, signal.SIGKILL)
    done = run(ASK, in_folder)
    assert done.stdout.split()[-1] == "3", done.stderr


def test_a_server_that_lets_nobody_in_says_where_it_is(in_folder: Path) -> None:
    command = ["-m", "luxx", "serve", "--port", "0"]
    password = "a password for the tests"
    with holding(in_folder, command, LUXX_ADMIN_PASSWORD=password) as (url, pid):
        try:
            there = re.escape(f"connect there with luxx.connect('{url}', token=…)")
            with pytest.raises(ConfigError, match=f"in use by another Luxx server.*{there}$"):
                luxx.connect()
            luxx.connect(url, username="admin", password=password).close()
        finally:
            os.kill(pid, signal.SIGTERM)


def test_a_folder_of_ones_own_keeps_its_password_to_itself(
    in_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lx = luxx.connect(data_dir="mine")
    assert lx.portal.run(lx.client.me()).username == "admin"
    other = luxx.connect(data_dir=in_folder / "mine")
    assert other.url == lx.url
    for each in (lx, other):
        each.close()
    close_all()
    out, err = capfd.readouterr()
    assert out == err == ""


def test_a_setting_that_does_not_work_is_said(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (in_folder / "file").write_text("")
    with pytest.raises(ConfigError, match="LUXX_DATA_DIR"):
        luxx.connect(data_dir=in_folder / "file")
    monkeypatch.setenv("LUXX_MAX_RUNS", "none")
    with pytest.raises(ConfigError, match="LUXX_MAX_RUNS"):
        luxx.connect(data_dir=in_folder / "data")


def test_a_start_that_hangs_is_given_up(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "START", 0.05)

    async def hang(*_: object, **__: object) -> None:
        await asyncio.sleep(0.5)

    monkeypatch.setattr("luxx.client.embedded.serving.serve", hang)
    server = Embedded(Server(Settings(data_dir=in_folder / "data")), "admin")
    with pytest.raises(ConfigError, match="did not start within"):
        server.start()
    server.stop()


def test_a_process_serves_one_folder_and_says_so(in_folder: Path) -> None:
    first = luxx.connect(data_dir=in_folder / "first")
    with pytest.raises(ConfigError, match=r"serves .*first already"):
        luxx.connect(data_dir=in_folder / "second")
    assert len(first.chats()) == 0
    first.close()
    close_all()
    second = luxx.connect(data_dir=in_folder / "second")
    assert len(second.chats()) == 0
    second.close()
    close_all()


def test_the_neighbours_token_goes_with_its_server(in_folder: Path) -> None:
    lx = luxx.connect(demo=True)
    token = in_folder / "luxx-demo" / embedded.TOKEN
    stale = in_folder / "stale"
    stale.mkdir()
    find = embedded._neighbour(lx.url, stale)
    with pytest.raises(ConfigError, match="connect again"):
        lx.portal.run(find)
    assert lx.portal.run(embedded._neighbour(lx.url, token.parent)).token == token.read_text()
    lx.close()
    close_all()
