"""A job that swaps a folder for a link to a secret, while the server's file tools go through it."""

import asyncio
import contextlib

import pytest
from sandbox import jobs
from sandbox.attacks.attack import BRIEF, Attack
from sandbox.attacks.scene import Scene

from luxx.errors import ToolFailed
from luxx.sandbox import beneath, process
from luxx.sandbox.base import Backend
from luxx.sandbox.files import Walk
from luxx.sandbox.workspace import Workspace

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
    limits=BRIEF,
    stops=("time",),
)


@pytest.mark.parametrize("opener", [beneath.openat2, beneath.walk])
@pytest.mark.parametrize("backend", jobs.WALLS[:1], indirect=True)
async def test_the_file_tools_are_not_led_out_while_a_job_swaps_folders(
    backend: Backend, opener: beneath.Opener, scene: Scene
) -> None:
    with scene.workspace() as workspace:
        job = asyncio.create_task(process.run(backend, _SWAPS.job(scene, workspace)))
        tools = Workspace(workspace, opener=opener)
        reading = asyncio.create_task(asyncio.to_thread(_read_until, tools, job))
        assert _SWAPS.was_held(await job)
        seen = await reading
        assert b"mine" in seen
        assert not any(scene.canary.encode() in content for content in seen)
        assert scene.damage() == []


def _read_until(tools: Workspace, job: asyncio.Task[object]) -> set[bytes]:
    """What is read in the folder, again and again, while the job runs."""
    seen: set[bytes] = set()
    while not job.done():
        if not seen and tools.stat("bad") is None:
            continue
        with contextlib.suppress(ToolFailed):
            seen.add(tools.read("folder/secret.txt", 0, 1000)[0])
        with contextlib.suppress(ToolFailed):
            tools.write("folder/new.txt", b"mine")
        with contextlib.suppress(ToolFailed):
            seen |= {found.name.encode() for found in tools.walk("folder", Walk(100, 8))}
    return seen
