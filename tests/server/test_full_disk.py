"""A disk that is full: what is written is refused, reading goes on, and space is all it takes."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, client, launch

from luxx.config import Settings

SIZE = 12 << 20


@pytest.fixture
def small(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings whose data folder has a small file system to itself."""
    if not settings.is_sqlite:
        pytest.skip("the disk of PostgreSQL is another's")
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a file system")
    shutil.copy(settings.sqlite_file, folder)
    yield replace(settings, data_dir=folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
async def luxx(small: Settings) -> AsyncIterator[Luxx]:
    async with launch(small) as running:
        yield running


async def test_a_full_disk_refuses_what_is_written_and_nothing_else(
    luxx: Luxx, upstream: Upstream, small: Settings
) -> None:
    async with client(luxx.url) as here:
        await here.provider(upstream.url)
        conversation = await here.conversation()
        body = {"conversation_id": conversation, "content": "Hello"}
        kept = await here.call("POST", "/api/messages", **body)
        filler = small.data_dir / "filler"
        _fill(filler)
        refused = await _refused(here, conversation)
        assert refused == {"message": refused["message"], "success": False, "code": "OUT_OF_SPACE"}
        assert "no room" in refused["message"]
        read = await here.messages(conversation)
        assert read[1]["content"] == kept["assistant_message"]["content"]
        assert len(read) == 2
        filler.unlink()
        again = await here.call("POST", "/api/messages", **body)
        assert again["assistant_message"]["status"] == "completed"
        assert (await here.http.get("/api/health")).json()["status"] == "ok"
    assert "Traceback" not in luxx.logged


def _fill(file: Path) -> None:
    """To the last byte."""
    with file.open("wb", buffering=0) as open_file:
        try:
            while True:
                open_file.write(b"x" * 4096)
        except OSError:
            pass


async def _refused(here: Client, conversation: str) -> dict[str, Any]:
    """The write-ahead log may have some room left: it is used up first."""
    prompt = {"system_prompt": "x" * 20_000}
    for _ in range(300):
        answer = await here.http.put(f"/api/conversations/{conversation}", json=prompt)
        if answer.status_code != 200:
            assert answer.status_code == 507, answer.text
            found: dict[str, Any] = answer.json()
            return found
    raise AssertionError("the disk is not full")
