"""A job that swaps a folder for a link to a secret, while the server's file tools go through it."""

import asyncio
import contextlib
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox import jobs
from sandbox.attacks.attack import QUICK, Attack
from sandbox.attacks.scene import Scene

from luxx.errors import ToolFailed
from luxx.sandbox import beneath, process
from luxx.sandbox.base import Backend
from luxx.sandbox.files import Walk
from luxx.sandbox.workspace import Workspace

#: Times that the file is read where it should be, between the times that it is not there.
READS = 300
SECONDS = 20.0

_SWAPS = Attack(
    "swaps_a_folder_for_a_link",
    """
os.mkdir('folder')
with open('folder/secret.txt', 'w') as file: file.write('mine')
os.symlink('../other', 'bad')
while True:
    call('renameat2', -100, b'folder', -100, b'bad', 2)
""",
    bare=True,
    limits=replace(QUICK, seconds=SECONDS),
)


@pytest.mark.parametrize("opener", [beneath.openat2, beneath.walk])
@pytest.mark.parametrize("backend", jobs.WALLS[:1], indirect=True)
async def test_the_file_tools_are_not_led_out_while_a_job_swaps_folders(
    backend: Backend, opener: beneath.Opener, scene: Scene
) -> None:
    with scene.workspace() as workspace:
        job = asyncio.create_task(process.run(backend, _SWAPS.job(scene, workspace)))
        seen = await asyncio.to_thread(_read, workspace, Workspace(workspace, opener=opener))
        assert not job.done(), job.result()
        job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await job
        assert seen == {b"mine"}
        assert scene.damage() == []


def _read(workspace: Path, tools: Workspace) -> set[bytes]:
    """All that is read, and written, in the folder meanwhile."""
    seen: set[bytes] = set()
    reads, deadline = 0, time.monotonic() + SECONDS / 2
    while not os.path.lexists(workspace / "bad") and time.monotonic() < deadline:
        time.sleep(0.01)
    while reads < READS and time.monotonic() < deadline:
        with contextlib.suppress(ToolFailed):
            seen.add(tools.read("folder/secret.txt", 0, 1000)[0])
            reads += 1
        with contextlib.suppress(ToolFailed):
            tools.write("folder/new.txt", b"mine")
        with contextlib.suppress(ToolFailed):
            list(tools.walk("folder", Walk(99, 8)))
    return seen
