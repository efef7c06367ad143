"""Whether a running job fills its workspace, found out at a cost that the job does not set."""

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from luxx.sandbox import beneath
from luxx.sandbox.base import Limits
from luxx.sandbox.tree import Tree
from luxx.sandbox.usage import Usage, measure

#: Seconds, and times as long as a walk through the files took, that the next one is waited for.
_PAUSE, _REST = 0.05, 10.0
#: Seconds between two looks for files without a name where no space seems to have vanished.
_HIDDEN_PAUSE = 1.0
_WALKERS = ThreadPoolExecutor(32, thread_name_prefix="luxx-disk")


class Disk:
    """Walks through the folders again and again, at once when the disk has lost what is left.

    What was there before counts, but a job that starts beyond the quota may go on, to delete
    something, as long as it does not add to it.
    """

    def __init__(self, stack: ExitStack, limits: Limits, folders: tuple[Path, ...]) -> None:
        self._folders = [os.open(folder, beneath.FOLDER) for folder in folders]
        for folder in self._folders:
            stack.callback(os.close, folder)
        self._size = limits.workspace
        self._entries = limits.workspace_files
        self._walks: list[Future[tuple[Usage, float]]] = []
        self._due = 0.0
        self._hidden_due = time.monotonic() + _HIDDEN_PAUSE
        self._first: Usage | None = None
        self._last = Usage()
        #: Bytes and files that were free before the job began, and when the last walk did.
        self._free_first = self._free = _free(self._folders[0])

    def is_full(self, tree: Tree) -> bool:
        """Called every moment while the job runs; True once it has to end."""
        full = False
        for walk in [walk for walk in self._walks if walk.done()]:
            self._walks.remove(walk)
            full |= self._judge(*walk.result(), tree)
        if not full and self._wants_another():
            self._begin()
        return full

    def _wants_another(self) -> bool:
        if not self._walks:
            return time.monotonic() >= self._due or self._has_lost()
        # One that was overtaken goes on, and another one beside it counts at once what has come
        # since. The first one says what was there before the job, and is waited for.
        return self._first is not None and len(self._walks) == 1 and self._has_lost()

    def _judge(self, usage: Usage, seconds: float, tree: Tree) -> bool:
        self._due = time.monotonic() + max(_PAUSE, _REST * seconds)
        if self._first is None:
            self._first = usage
            self._size = max(self._size, usage.size)
            self._entries = max(self._entries, usage.entries)
        self._last = usage
        return self._exceeds(usage) or self._is_hidden(usage, tree)

    def _has_lost(self) -> bool:
        """Whether the disk has lost more since the last walk began than was left."""
        free = _free(self._folders[0])
        return (
            self._free.size - free.size > self._size - self._last.size
            or self._free.entries - free.entries > self._entries - self._last.entries
        )

    def _begin(self) -> None:
        self._free = _free(self._folders[0])
        copies = [os.dup(folder) for folder in self._folders]
        self._walks.append(_WALKERS.submit(_measure, copies, self._entries + 1))

    def _exceeds(self, usage: Usage) -> bool:
        assert self._first is not None  # noqa: S101 - set just before
        return (
            usage.size > self._size
            or usage.entries > self._entries
            or (usage.unfinished and not self._first.unfinished)
        )

    def _is_hidden(self, usage: Usage, tree: Tree) -> bool:
        """Files without a name fill the disk as well.

        Looked for at once when space has vanished, and now and then in any case: what others free
        meanwhile covers it up.
        """
        assert self._first is not None  # noqa: S101 - set just before
        began = time.monotonic()
        lost = self._free_first.size - _free(self._folders[0]).size
        if lost <= self._size - self._first.size and began < self._hidden_due:
            return False
        hidden = tree.unlinked(os.fstat(self._folders[0]).st_dev)
        ended = time.monotonic()
        self._hidden_due = ended + max(_HIDDEN_PAUSE, _REST * (ended - began))
        return hidden > self._size - usage.size


def _free(folder: int) -> Usage:
    info = os.fstatvfs(folder)
    return Usage(info.f_bfree * info.f_frsize, info.f_ffree)


def _measure(folders: list[int], most: int) -> tuple[Usage, float]:
    began = time.monotonic()
    total = Usage()
    for folder in folders:
        try:
            usage = measure(folder, most)
        except OSError:
            usage = Usage(unfinished=True)
        finally:
            os.close(folder)
        total.size += usage.size
        total.entries += usage.entries
        total.unfinished |= usage.unfinished
    return total, time.monotonic() - began
