"""What ends a job: output, memory, a full disk, and its time."""

import asyncio
from pathlib import Path

import pytest
from sandbox import jobs
from support import until

from luxx.sandbox.base import Backend, Limits


async def test_output_beyond_the_limit_is_dropped_and_a_flood_is_stopped(place: Path) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    source = "import sys\nprint('a' * 99 + 'ü' * 1000)\nprint('e' * 50, file=sys.stderr)"
    done = await jobs.python(backend, place, source, output=100)
    assert (done.stdout, done.stderr, done.truncated) == ("a" * 99, "e" * 50 + "\n", True)
    assert (done.exit_code, done.stopped) == (0, None)
    done = await jobs.python(
        backend, place, "while True: print('y' * 9999)", output=10, flood=500_000
    )
    assert (done.stdout, done.stopped, done.truncated) == ("y" * 10, "output", True)
    assert done.exit_code == 137


async def test_memory_of_all_processes_together_is_bounded(backend: Backend, place: Path) -> None:
    source = """
import os, time
for _ in range(4):
    if os.fork() == 0: break
x = b"x" * (60 << 20)
print("full", flush=True); time.sleep(60)
"""
    done = await jobs.python(backend, place, source, total_memory=150 << 20)
    assert (done.stopped, done.exit_code) == ("memory", 137)


async def test_memory_that_processes_share_is_counted_once(place: Path) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    source = """
import os, time
x = b"x" * (60 << 20)
for _ in range(4):
    if os.fork() == 0: break
time.sleep(0.5)
"""
    done = await jobs.python(backend, place, source, total_memory=150 << 20)
    assert (done.stopped, done.exit_code) == (None, 0)


@pytest.mark.parametrize(
    ("count", "size", "bounds"),
    [(99, 1_000_000, {"workspace": 20_000_000}), (500, 0, {"workspace_files": 300})],
)
async def test_a_full_workspace_ends_the_job(
    count: int, size: int, bounds: dict[str, float], backend: Backend, place: Path
) -> None:
    source = f"""
import time
for n in range({count}): open(str(n), "wb").write(b"x" * {size})
time.sleep(60)
"""
    done = await jobs.python(backend, place, source, **bounds)
    assert (done.stopped, done.exit_code) == ("disk", 137)


async def test_files_without_a_name_are_found(backend: Backend, place: Path) -> None:
    source = """
import os, time
kept = []
for n in range(60):
    kept.append(open("x", "wb")); kept[-1].write(b"x" * 1_000_000); kept[-1].flush(); os.unlink("x")
time.sleep(60)
"""
    done = await jobs.python(backend, place, source, workspace=20_000_000)
    assert (done.stopped, done.exit_code) == ("disk", 137)


async def test_what_others_free_meanwhile_hides_nothing(
    place: Path,
) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    others = place.with_name(f"{place.name}-others")
    others.write_bytes(b"x" * 100_000_000)
    source = """
import os, time
open("begun", "w").close()
while os.path.exists("begun"): time.sleep(0.01)
kept = open("x", "wb"); os.unlink("x")
for n in range(40): kept.write(b"x" * 1_000_000)
kept.flush(); time.sleep(60)
"""
    job = asyncio.ensure_future(jobs.python(backend, place, source, workspace=20_000_000))
    await until((place / "begun").exists)
    others.unlink()
    (place / "begun").unlink()
    done = await job
    assert (done.stopped, done.exit_code) == ("disk", 137)


async def test_who_is_over_the_quota_may_delete_but_not_add(place: Path) -> None:
    backend = jobs.make("unsafe")
    assert backend is not None
    (place / "old").write_bytes(b"x" * 3_000_000)
    limits = Limits(seconds=10, workspace=1_000_000)
    done = await jobs.run(backend, place, "sleep 0.3; rm old; sleep 0.2", limits=limits)
    assert (done.stopped, done.exit_code) == (None, 0)
    (place / "old").write_bytes(b"x" * 3_000_000)
    source = "sleep 0.3; head -c 999999 /dev/zero > new; sleep 60"
    assert (await jobs.run(backend, place, source, limits=limits)).stopped == "disk"


async def test_a_job_that_uses_up_its_processor_time_is_out_of_time(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.sandbox.programs._EXTRA_CPU", -4)
    backend = jobs.make("unsafe")
    assert backend is not None
    done = await jobs.python(backend, place, "while True: pass", seconds=5)
    assert (done.stopped, done.exit_code) == ("time", 152)


async def test_what_waits_in_sockets_counts_as_memory(backend: Backend, place: Path) -> None:
    source = """
import socket, time
kept = [socket.socketpair() for _ in range(100)]
time.sleep(60)
"""
    done = await jobs.python(backend, place, source, total_memory=50 << 20)
    assert (done.stopped, done.exit_code) == ("memory", 137)


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])  # noqa: S108 - the job's
async def test_empty_files_in_memory_are_bounded(folder: str, place: Path) -> None:
    backend = jobs.make("bubblewrap")
    if backend is None:
        pytest.skip("bubblewrap does not run here")
    source = f"import time\nfor n in range(900): open(f'{folder}/{{n}}', 'w')\ntime.sleep(60)"
    done = await jobs.python(backend, place, source, workspace_files=500)
    assert (done.stopped, done.exit_code) == ("disk", 137)


async def test_a_workspace_that_was_closed_is_opened_again(backend: Backend, place: Path) -> None:
    await asyncio.to_thread(place.chmod, 0)
    assert (await jobs.run(backend, place, "echo 1 > a; cat a")).stdout == "1\n"
