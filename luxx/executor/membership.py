"""A process among others: how it says that it lives, and how it finds who does not.

`Alone` is for the one process of an embedded server, whose data folder is locked. `Member` is one
of any number on PostgreSQL.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from typing import Protocol

from luxx.db import INFRASTRUCTURE, plain
from luxx.executor.pulse import BEAT, LEASE, Pulse
from luxx.executor.queue import release, release_orphans
from luxx.models import Process, new_id

logger = logging.getLogger("luxx.executor")

_BEAT = "UPDATE process SET beats = beats + 1 WHERE id = ?"
_ALL = "SELECT id, beats FROM process"
#: Seconds after which what was seen says nothing of now.
STALE = LEASE
_BURY = "DELETE FROM process WHERE id = ? AND beats = ?"


class Membership(Protocol):
    @property
    def id(self) -> str:
        """Who this process is: the owner of what it takes."""
        ...

    async def join(self, freed: Callable[[], None], lost: Callable[[], None]) -> None:
        """Begin to be there.

        `freed()` is called when runs of a dead process can be taken, `lost()` when others took this
        one for dead: its runs are theirs now, and it has a new id.
        """
        ...

    async def leave(self) -> None:
        """Give back what is owned and be gone."""
        ...


class Alone:
    """The only process: whatever is owned by anybody else was left by one that is dead."""

    def __init__(self) -> None:
        self.id = new_id("proc")

    async def join(self, freed: Callable[[], None], lost: Callable[[], None]) -> None:
        del lost
        await release_orphans()
        freed()

    async def leave(self) -> None:
        await release(self.id)


class Observer:
    """Sees who lives, and frees what the dead had. While the database is away nobody is dead."""

    def __init__(self) -> None:
        self._pulse = Pulse()
        self._watching: asyncio.Task[None] | None = None
        self._freed: Callable[[], None] = lambda: None
        self._alive = 0
        self._looked = float("-inf")

    @property
    def alive(self) -> int:
        """How many processes execute runs; 0 where the database has not said so lately."""
        is_fresh = asyncio.get_running_loop().time() - self._looked < STALE
        return self._alive if is_fresh else 0

    async def watch(self, freed: Callable[[], None]) -> None:
        """Begin to look; `freed()` is called when runs of a dead process can be taken."""
        self._freed = freed
        await self._look()
        self._watching = asyncio.create_task(self._watch(), name="luxx-beat")

    async def end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self._look()
            except INFRASTRUCTURE as error:
                logger.warning("nobody can be seen to live: %r", error)
            except Exception:
                logger.exception("nobody can be seen to live")

    async def _look(self) -> None:
        _, rows = await plain(_ALL)
        now = asyncio.get_running_loop().time()
        beats = {row["id"]: row["beats"] for row in rows}
        dead = self._pulse.dead(beats, now)
        for id_ in dead:
            buried, _ = await plain(_BURY, id_, beats[id_])
            if buried:
                logger.warning("process %s is dead: its runs are free", id_)
        self._alive, self._looked = len(beats) - len(dead), now
        if await release_orphans():
            self._freed()


class Member(Observer):
    """One of many, seen by the others to live by its beats."""

    def __init__(self) -> None:
        super().__init__()
        self.id = new_id("proc")
        self._lost: Callable[[], None] = lambda: None

    async def join(self, freed: Callable[[], None], lost: Callable[[], None]) -> None:
        self._lost = lost
        await self._enter()
        await self.watch(freed)

    async def leave(self) -> None:
        await self.end()
        await release(self.id)
        await Process.filter(id=self.id).delete()

    async def _enter(self) -> None:
        await Process.create(id=self.id, host=socket.gethostname()[:255], pid=os.getpid())

    async def _look(self) -> None:
        is_known, _ = await plain(_BEAT, self.id)
        if not is_known:
            logger.warning("this process was taken for dead: others have its runs")
            self.id = new_id("proc")
            await self._enter()
            self._lost()
        await super()._look()
