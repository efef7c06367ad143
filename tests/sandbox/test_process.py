"""How a job is watched, and that nothing of it is left."""

import asyncio
import os
import sys
import time
from pathlib import Path
from unittest.mock import Mock
from uuid import uuid4

import psutil
import pytest
from sandbox import jobs

from luxx.errors import Unavailable
from luxx.sandbox import priority, process
from luxx.sandbox.base import Backend, Job, Limits


@pytest.fixture
def mark() -> str:
    """A word in the command lines of processes by which they are found."""
    return f"mark-{uuid4().hex}"


def running(mark: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def children() -> list[int]:
    return [child.pid for child in psutil.Process().children()]


async def until_running(mark: str, count: int) -> None:
    async with asyncio.timeout(10):
        while len(await asyncio.to_thread(running, mark)) < count:
            await asyncio.sleep(0.01)


#: Sleeps in the foreground and in the background, in a session of its own as well as can be, with
#: all its descriptors closed and its parent gone.
LINGER = """
import os, sys, time
def sleep(mark):
    os.execvp("python3", ["python3", "-I", "-S", "-c", "import time; time.sleep(60)", mark])
if os.fork() == 0:
    if os.fork() == 0:
        os.closerange(0, 3)
        sleep(MARK)
    os._exit(0)
os.wait()
print("begun")
"""


async def test_what_was_printed_before_the_time_was_up_is_kept(
    backend: Backend, place: Path
) -> None:
    source = "import sys, time\nprint('first')\nprint('half', end='')\ntime.sleep(60)"
    began = time.monotonic()
    done = await jobs.python(backend, place, source, seconds=1.5)
    assert (done.stdout, done.stopped, done.exit_code) == ("first\nhalf", "time", 137)
    assert 1.5 <= done.duration < 6
    assert time.monotonic() - began < 6


async def test_a_job_that_ignores_everything_is_ended(backend: Backend, place: Path) -> None:
    source = (
        "import signal\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: pass"
    )
    done = await jobs.python(backend, place, source, seconds=0.6)
    assert (done.stopped, done.exit_code) == ("time", 137)


@pytest.mark.parametrize("tail", ["", "time.sleep(60)"])
async def test_nothing_is_left_when_it_ends_or_is_stopped(
    tail: str, backend: Backend, place: Path, mark: str
) -> None:
    source = LINGER.replace("MARK", repr(mark)) + tail
    done = await jobs.python(backend, place, source, seconds=1.2 if tail else 10)
    assert done.stdout == "begun\n", done.stderr
    assert done.stopped == ("time" if tail else None)
    assert running(mark) == []


async def test_nothing_is_left_when_the_caller_is_cancelled(
    backend: Backend, place: Path, mark: str
) -> None:
    source = LINGER.replace("MARK", repr(mark)) + "sleep(MARK)".replace("MARK", repr(mark))
    task = asyncio.create_task(jobs.python(backend, place, source))
    await until_running(mark, 2)
    began = time.monotonic()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # as a server in a hurry does
    with pytest.raises(asyncio.CancelledError):
        await task
    assert running(mark) == []
    assert time.monotonic() - began < 5


async def test_it_can_be_cancelled_at_any_moment(backend: Backend, place: Path, mark: str) -> None:
    for milliseconds in range(0, 40, 4):
        task = asyncio.create_task(jobs.run(backend, place, f"python3 -c 1 {mark}; sleep 60"))
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert running(mark) == []


async def test_descriptors_and_children_are_back_where_they_were(
    backend: Backend, place: Path
) -> None:
    await jobs.run(backend, place, "true")
    before = descriptors()
    for limits in (Limits(seconds=5), Limits(seconds=0.2)):
        await asyncio.gather(
            *(jobs.run(backend, place, "echo; sleep 0.4", limits=limits) for _ in range(4))
        )
    async with asyncio.timeout(5):
        while descriptors() > before:  # a walk through the files may go on
            await asyncio.sleep(0.01)
    assert children() == []


async def test_the_loop_is_free_while_a_job_runs(backend: Backend, place: Path) -> None:
    task = asyncio.create_task(jobs.python(backend, place, "print('x' * 5_000_000)"))
    longest = 0.0
    while not task.done():
        began = time.monotonic()
        await asyncio.sleep(0.001)
        longest = max(longest, time.monotonic() - began)
    assert task.result().truncated
    assert longest < 0.5


async def test_a_process_whose_first_thread_has_ended_is_seen(
    backend: Backend, place: Path, mark: str
) -> None:
    source = """
import ctypes, platform, threading, time
def fill():
    time.sleep(0.2)
    kept = b"x" * (200 << 20)
    time.sleep(60)
threading.Thread(target=fill).start()
ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
"""
    done = await jobs.python(backend, place, source, total_memory=150 << 20)
    assert (done.stopped, done.exit_code) == ("memory", 137)


SERVER = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from sandbox import jobs
backends = [jobs.make(name) for name in jobs.WALLS]
source = f"exec python3 -I -S -c 'import time; time.sleep(60)' {sys.argv[4]}"
async def main():
    await asyncio.gather(*(jobs.run(b, Path(sys.argv[3]), source) for b in backends if b))
asyncio.run(main())
"""


def inside(place: Path) -> dict[str, str]:
    """An environment in which what a killed server leaves is tidied up with the place."""
    return {**os.environ, "TMPDIR": str(place)}


async def test_a_job_ends_with_its_server(place: Path, mark: str) -> None:
    tests = Path(__file__).parents[1]
    words = (sys.executable, "-c", SERVER, str(tests), str(tests.parent), str(place), mark)
    server = await asyncio.create_subprocess_exec(*words, env=inside(place))
    try:
        await until_running(mark, 1 + sum(1 for name in jobs.WALLS if jobs.make(name)))
    finally:
        server.kill()
        await server.wait()
    async with asyncio.timeout(5):
        while running(mark):
            await asyncio.sleep(0.01)


ORPHANAGE = """
import asyncio, ctypes, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import psutil
from sandbox import jobs
from luxx.sandbox.base import Limits
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
async def main():
    for name in jobs.NAMES:
        if backend := jobs.make(name):
            for source in ("true", "(sleep 60 &) ; (true &)", "(sleep 60 &) ; sleep 60"):
                await jobs.run(backend, Path(sys.argv[3]), source, limits=Limits(seconds=0.3))
asyncio.run(main())
print([child.name() for child in psutil.Process().children()])
"""


async def test_orphans_are_buried_where_the_server_inherits_them(place: Path) -> None:
    """As the first process of a container does."""
    tests = Path(__file__).parents[1]
    words = (sys.executable, "-c", ORPHANAGE, str(tests), str(tests.parent), str(place))
    server = await asyncio.create_subprocess_exec(
        *words, env=inside(place), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        said, _ = await server.communicate()
    assert said == b"[]\n"


async def test_a_job_is_the_first_to_go_when_memory_runs_out(place: Path) -> None:
    for name in ("bubblewrap", "unsafe"):
        if backend := jobs.make(name):
            done = await jobs.run(backend, place, "sleep 0.5; cat /proc/self/oom_score_adj")
            assert done.stdout == "1000\n"


def test_the_kernel_is_asked_again_where_it_wants_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert priority.step_behind(2**22 + 1)
    monkeypatch.setattr(Path, "write_text", Mock(side_effect=BlockingIOError))
    assert not priority.step_behind(1)


async def test_output_is_harmless_text(place: Path) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    source = r"printf 'a\033[31mb\033[0m\r\nc\rd\te\x00\x07\xff\033]0;title\007f\n'"
    assert (await jobs.run(backend, place, source)).stdout == "ab\nc\nd\te\ufffd\ufffd\ufffdf\n"


async def test_a_job_that_cannot_be_started_is_unavailable(place: Path) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    with pytest.raises(Unavailable, match="Code cannot be run right now"):
        await process.run(backend, Job("shell", "true", place / "nowhere"))
