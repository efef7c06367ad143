"""The processes of a job, found in /proc: what they use, and their end."""

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from luxx.sandbox.priority import die_first

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4_096
#: Looks after which processes that were somebody else's are looked at again: numbers recur.
_MEMORY = 20
#: Seconds that killed processes are given to be gone before they are looked for again.
_PAUSE = 0.005
#: Bytes that may wait in a socket: what the kernel lets them have if asked, twice for its records.
_SOCKET = 2 * 212_992
_SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108 - the job's
_ATTEMPTS = 1_000


@dataclass(slots=True)
class _Process:
    parent: int
    session: int
    started: int
    is_zombie: bool


class Tree:
    """A process, those that it and they started, and all of its session."""

    def __init__(self, root: int) -> None:
        self._root = root
        #: When each member started, which tells it from another one with its number.
        self._members: dict[int, int] = {}
        self._strangers: set[int] = set()
        self._looks = 0

    def resident(self, limit: int) -> int:
        """Bytes of memory, with what sockets may hold; counted exactly only above `limit`."""
        members = self._look()
        total = sum(_resident(m) + _SOCKET * _descriptors(m) for m in members)
        if total <= limit:
            return total
        sockets = set().union(*map(_sockets, members))
        return sum(map(_proportional, members)) + _SOCKET * len(sockets)

    def scratch_entries(self) -> int:
        """Files in the members' own `/tmp` and `/dev/shm`, which hold memory even when empty."""
        found: dict[int, int] = {}
        for place in _SCRATCH:
            ours = os.stat(place).st_dev  # noqa: PTH116
            for member in self._members:
                with contextlib.suppress(OSError):
                    path = f"/proc/{member}/root{place}"
                    device = os.stat(path).st_dev  # noqa: PTH116
                    if device not in {ours, *found}:
                        info = os.statvfs(path)
                        found[device] = info.f_files - info.f_ffree
        return max(found.values(), default=0)

    def unlinked(self, device: int) -> int:
        """Bytes on the device in files that are open but have no name any more."""
        files: dict[int, int] = {}
        for member in self._look():
            with contextlib.suppress(OSError), os.scandir(f"/proc/{member}/fd") as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        info = entry.stat()
                        if info.st_dev == device and not info.st_nlink:
                            files[info.st_ino] = info.st_blocks * 512
        return sum(files.values())

    def kill(self) -> None:
        """End every member, and wait until it is gone. The first one must not be waited for yet.

        The kernel kills a group as a whole, also one that forks for ever; who has left it is looked
        for.
        """
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._root, signal.SIGKILL)
            self._strangers.clear()
            members = self._look()
            if not members:
                break
            for handle in self._handles(members):
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            time.sleep(_PAUSE)
        for handle in self._handles(self._members.keys() - {self._root}):
            reap(handle)

    def _handles(self, members: Iterable[int]) -> Iterator[int]:
        """Leaves out those whose numbers have passed to other processes since the look."""
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                handle = os.pidfd_open(member)
                try:
                    found = _read(member)
                    if found is not None and found.started == self._members[member]:
                        yield handle
                finally:
                    os.close(handle)

    def _look(self) -> list[int]:
        self._looks += 1
        if self._looks % _MEMORY == 0:
            self._strangers.clear()
        numbers = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208
        self._strangers &= numbers
        found = {n: p for n in numbers - self._strangers if (p := _read(n)) is not None}
        self._members = {
            n: started
            for n, started in self._members.items()
            if n in found and found[n].started == started
        }
        self._adopt(found)
        self._strangers |= numbers - self._members.keys()
        return [n for n in self._members if not found[n].is_zombie]

    def _adopt(self, found: dict[int, _Process]) -> None:
        grown = True
        while grown:
            grown = False
            for number, process in found.items():
                if number not in self._members and self._is_ours(number, process):
                    self._members[number] = process.started
                    die_first(number)
                    grown = True

    def _is_ours(self, number: int, process: _Process) -> bool:
        return self._root in {number, process.session} or process.parent in self._members


def reap(handle: int) -> None:
    """Where orphans are inherited by this process, as by the first of a container, bury one."""
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PIDFD, handle, os.WEXITED | os.WNOHANG)


def tasks_of(user: int) -> int:
    """How many processes and threads a user has, as the kernel counts them for a limit."""
    count = 0
    with os.scandir("/proc") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and entry.stat().st_uid == user:
                    count += os.stat(f"/proc/{entry.name}/task").st_nlink - 2  # noqa: PTH116
    return count


def _read(number: int) -> _Process | None:
    try:
        with open(f"/proc/{number}/stat", "rb") as file:  # noqa: PTH123 - several times faster
            fields = file.read().rpartition(b")")[2].split()
        # The first thread of a process can end before the others.
        is_zombie = fields[0] in b"ZX" and int(fields[17]) <= 1
        return _Process(int(fields[1]), int(fields[3]), int(fields[19]), is_zombie)
    except (OSError, IndexError):
        return None


def _resident(number: int) -> int:
    if size := _size(f"/proc/{number}/statm"):
        return size
    # Its first thread has ended: another one knows.
    try:
        threads = os.listdir(f"/proc/{number}/task")  # noqa: PTH208
    except OSError:
        return 0
    return max((_size(f"/proc/{number}/task/{thread}/statm") for thread in threads), default=0)


def _size(path: str) -> int:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - several times faster
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _descriptors(number: int) -> int:
    """How many it has; since Linux 6.2 that is the size of the folder."""
    try:
        folder = f"/proc/{number}/fd"
        return os.stat(folder).st_size or len(os.listdir(folder))  # noqa: PTH116, PTH208
    except OSError:
        return 0


def _sockets(number: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError), os.scandir(f"/proc/{number}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                target = os.readlink(entry.path)  # noqa: PTH115
                if target.startswith("socket:"):
                    found.add(target)
    return found


def _proportional(number: int) -> int:
    """Costs the kernel a walk through the page tables."""
    try:
        with open(f"/proc/{number}/smaps_rollup", "rb") as file:  # noqa: PTH123
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return _resident(number)
