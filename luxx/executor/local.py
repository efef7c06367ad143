"""Runs are tasks of this process, as many at once as it may have."""

import asyncio
import logging
from functools import partial
from itertools import chain, repeat

from luxx.db import INFRASTRUCTURE
from luxx.executor.base import Execute, Limits, Tell
from luxx.executor.membership import Membership
from luxx.executor.queue import owned, take

logger = logging.getLogger("luxx.executor")

#: Seconds before a run is tried again after the database failed; the last again and again.
RETRIES = (0.5, 2.0, 5.0)
#: Seconds between two looks for runs that nobody told of: a signal or an answer was lost.
LOOK = 5.0


class LocalExecutor:
    def __init__(
        self, execute: Execute, tell: Tell, membership: Membership, limits: Limits
    ) -> None:
        self._execute = execute
        self._tell = tell
        self._membership = membership
        self._limits = limits
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._taking: asyncio.Task[None] | None = None
        self._closing = False
        #: Runs wait that could not be taken.
        self._left = False
        self._looked = float("-inf")

    async def start(self) -> None:
        await self._membership.join(self.wake, self._lost)
        self._looked = asyncio.get_running_loop().time()
        self._taking = asyncio.create_task(self._take_all(), name="luxx-take")
        self._wake.set()

    async def submit(self, run_id: str) -> None:
        self._wake.set()
        if self._free <= 0 or self._closing:
            await self._tell(run_id)

    @property
    def is_ready(self) -> bool:
        since = asyncio.get_running_loop().time() - self._looked
        return since < 2 * LOOK and not self._closing

    def wake(self) -> None:
        self._wake.set()

    async def close(self, *, drain: float, grace: float) -> None:
        if self._closing:
            return
        self._closing = True
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.wait([self._taking])
        if self._tasks and drain:
            await asyncio.wait(list(self._tasks.values()), timeout=drain)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        try:
            await self._membership.leave()
        except INFRASTRUCTURE as error:
            logger.warning("what ran here is free only when others see that it does not: %r", error)
        await self._tell("")

    @property
    def running(self) -> int:
        return len(self._tasks)

    @property
    def _free(self) -> int:
        return self._limits.process - len(self._tasks)

    def _lost(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._wake.set()

    async def _take_all(self) -> None:
        while True:
            told = await _set_within(self._wake, LOOK)
            self._wake.clear()
            try:
                if not told:
                    # An answer that was lost may have been that these were taken.
                    self._begin(await owned(self._membership.id))
                owner = self._membership.id
                taken = await take(owner, self._free, self._limits)
            except INFRASTRUCTURE as error:
                logger.warning("no run could be taken: %r", error)
                await asyncio.sleep(RETRIES[0])
                continue
            except Exception:
                logger.exception("no run could be taken")
                await asyncio.sleep(RETRIES[0])
                continue
            self._looked = asyncio.get_running_loop().time()
            self._begin(taken.ids)
            self._left = taken.left
            if taken.again and self._free > 0:
                self._wake.set()

    def _begin(self, run_ids: list[str]) -> None:
        for run_id in run_ids:
            if run_id not in self._tasks:
                task = asyncio.create_task(self._run(run_id), name=f"luxx-{run_id}")
                self._tasks[run_id] = task
                task.add_done_callback(partial(self._ended, run_id))

    def _ended(self, run_id: str, _: "asyncio.Task[None]") -> None:
        del self._tasks[run_id]
        if self._left:
            self._wake.set()

    async def _run(self, run_id: str) -> None:
        owner = self._membership.id
        for delay in chain(RETRIES, repeat(RETRIES[-1])):
            try:
                await self._execute(run_id, owner)
            except INFRASTRUCTURE as error:
                logger.warning("run %s was interrupted by the database: %r", run_id, error)
                await asyncio.sleep(delay)
            except Exception:
                logger.exception("run %s failed", run_id)
                return
            else:
                return


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
