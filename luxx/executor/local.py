"""Runs are tasks of this process."""

import asyncio
import logging
from itertools import chain, repeat

from luxx.db import INFRASTRUCTURE
from luxx.executor.base import Execute, Pending

logger = logging.getLogger("luxx.executor")

#: Seconds before a run is tried again after the database failed; the last again and again: nobody
#: else would end the run.
RETRIES = (0.5, 2.0, 8.0, 30.0)


class LocalExecutor:
    def __init__(self, execute: Execute, pending: Pending) -> None:
        self._execute = execute
        self._pending = pending
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing = False

    async def start(self) -> None:
        for run_id in await self._pending():
            await self.submit(run_id)

    async def submit(self, run_id: str) -> None:
        if run_id in self._tasks or self._closing:
            return
        task = asyncio.create_task(self._run(run_id), name=f"luxx-{run_id}")
        self._tasks[run_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(run_id, None))

    async def close(self, grace: float) -> None:
        self._closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace)

    @property
    def running(self) -> int:
        return len(self._tasks)

    async def _run(self, run_id: str) -> None:
        for delay in chain(RETRIES, repeat(RETRIES[-1])):
            try:
                await self._execute(run_id)
            except INFRASTRUCTURE:
                logger.exception("run %s was interrupted by the database", run_id)
                await asyncio.sleep(delay)
            except Exception:
                logger.exception("run %s failed", run_id)
                return
            else:
                return
