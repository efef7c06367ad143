"""What attacks leave behind: in files, in other processes, and among our own."""

import contextlib
import hashlib
import os
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

#: Where something could be left behind on any machine.
COMMON = [Path(each) for each in ("/tmp", "/var/tmp", "/dev/shm", "/etc", "/run", "/")]  # noqa: S108
LEAVE_SECONDS = 2.0

Snapshot = dict[str, tuple[object, ...]]


def snapshot(folder: Path, *, without: str) -> Snapshot:
    """Everything below a folder, but what is named `without…`."""
    found: Snapshot = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(without)]
        for path in (Path(place, name) for name in [*folders, *files]):
            found[str(path.relative_to(folder))] = _look(path)
    return found


def _look(path: Path) -> tuple[object, ...]:
    info = path.lstat()
    look = (oct(info.st_mode), info.st_uid, info.st_gid)
    if not stat.S_ISREG(info.st_mode) or not os.access(path, os.R_OK):
        return look
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return *look, info.st_nlink, info.st_mtime_ns, os.listxattr(path), digest


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [f"{name} is different" for name in names if before.get(name) != after.get(name)]


def left_in_common(mark: str) -> list[str]:
    """Files with the mark outside; they are removed, so that one attack does not blame another."""
    folders = [*COMMON, Path.home()]
    found = [path for folder in folders if os.path.lexists(path := folder / mark)]
    for path in found:
        path.unlink()
    return [f"{path} was made" for path in found]


def settings_of(pid: int) -> dict[str, object]:
    """What another process can change about a process."""
    process = psutil.Process(pid)
    return {
        "priority": process.nice(),
        "io priority": process.ionice(),
        "processors": process.cpu_affinity(),
        "policy": os.sched_getscheduler(pid),
        "limits": Path(f"/proc/{pid}/limits").read_text(),
        "oom score": Path(f"/proc/{pid}/oom_score_adj").read_text(),
    }


def descriptors() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def are_closed(most: int) -> bool:
    """Whether no more than `most` descriptors are open, at the latest a while after a call."""
    deadline = time.monotonic() + LEAVE_SECONDS
    while descriptors() > most and time.monotonic() < deadline:
        time.sleep(0.01)
    return descriptors() <= most


def children() -> set[psutil.Process]:
    """Descendants, orphans included: this process is their reaper (see `Scene`)."""
    return set(psutil.Process().children(recursive=True))


def remaining(known: Iterable[psutil.Process]) -> list[str]:
    """Who is still there a while after a call, although it was not before; they are ended."""
    known, deadline = set(known), time.monotonic() + LEAVE_SECONDS
    while (rest := _alive(children() - known)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in rest:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return [f"{process} was left" for process in rest]


def _alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """An orphan that has ended is buried here, as init would do it."""
    alive = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            if process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
            elif process.ppid() == os.getpid():
                os.waitpid(process.pid, os.WNOHANG)
    return alive


class Peak:
    """The most memory that jobs had together, and how many processes."""

    memory = 0
    processes = 0

    @contextlib.contextmanager
    def watching(self, known: Iterable[psutil.Process]) -> Iterator[None]:
        end = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(set(known), end))
        watcher.start()
        try:
            yield
        finally:
            end.set()
            watcher.join()

    def _watch(self, known: set[psutil.Process], end: threading.Event) -> None:
        while not end.wait(0.05):
            memory = [_memory(process) for process in children() - known]
            self.memory = max(self.memory, sum(memory))
            self.processes = max(self.processes, len(memory))


def _memory(process: psutil.Process) -> int:
    """What it has for itself, and its part of what it shares."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
