"""The group commit that all writers of a process share.

A run's first delta is written at once, later ones at the ticks of a clock that all runs share, so
that one transaction serves them all; the tick stretches while the event loop lags.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from luxx.db import INFRASTRUCTURE, losses, transaction
from luxx.eventlog.table import Batch, insert, unfenced
from luxx.eventlog.writer import RunWriter

logger = logging.getLogger("luxx.eventlog")

Deliver = Callable[[Sequence[Batch]], Awaitable[None]]

#: A tick later than this, or a loop that works more of the time than this, is a loop that is short
#: of time; then the interval grows up to the maximum.
LAG = 0.010
BUSY = 0.7
MAX_INTERVAL = 0.200
#: Seconds over which that is judged: work comes in bursts, one a tick.
JUDGED = 0.200
#: Seconds that a reader rests where no more runs than this wait for a tick.
MOMENT, FEW = 0.004, 4
#: Seconds between the tries of a batch that the database would not take.
RETRIES = (0.1, 0.5, 2.0)


class Flusher:
    """Writes the pending events of all runs of the process, one transaction a tick."""

    def __init__(self, deliver: Deliver, interval: float) -> None:
        self.deliver = deliver
        self._base = self._interval = interval
        self._urgent: set[RunWriter] = set()
        self._ticking: set[RunWriter] = set()
        self._tick_at: float | None = None
        self._late = 0.0
        #: The loop's own CPU time, and the time, at the last adaptation of the interval.
        self._worked = 0.0
        self._adapted = 0.0
        self._wake = asyncio.Event()
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def rest(self) -> float | None:
        """Seconds that a reader rests at the most; None: until the next tick."""
        return MOMENT if len(self._ticking) <= FEW else None

    def start(self) -> None:
        self._keep(asyncio.create_task(self._run(), name="luxx-flusher"))

    async def close(self) -> None:
        """Write what is left and stop."""
        self._closing = True
        self._wake.set()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.write([*self._urgent, *self._ticking])

    def spawn_write(self, writer: RunWriter) -> asyncio.Task[None]:
        return self._keep(asyncio.create_task(self.write([writer])))

    def _keep(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def schedule(self, writer: RunWriter) -> None:
        writer.scheduled = True
        if asyncio.get_running_loop().time() - writer.last_flush >= self._interval:
            self._urgent.add(writer)
            self._wake.set()
        else:
            self._at_next_tick(writer)

    def _at_next_tick(self, writer: RunWriter) -> None:
        self._ticking.add(writer)
        if self._tick_at is None:
            loop = asyncio.get_running_loop()
            # A grid, not a delay: all runs meet in the same transaction.
            self._tick_at = (loop.time() // self._interval + 1) * self._interval
            loop.call_at(self._tick_at, self._tick, self._tick_at)

    def _tick(self, due: float) -> None:
        # How late the loop is, and not how long the last batch took.
        self._late = asyncio.get_running_loop().time() - due
        self._wake.set()

    async def _run(self) -> None:
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            await self.write(self._due())

    def _due(self) -> list[RunWriter]:
        now = asyncio.get_running_loop().time()
        due, self._urgent = list(self._urgent), set()
        if self._tick_at is not None and now >= self._tick_at - 0.001:
            self._adapt(now)
            self._tick_at = None
            due += self._ticking
            self._ticking = set()
        return [writer for writer in due if self._is_free(writer)]

    def _is_free(self, writer: RunWriter) -> bool:
        """One that is being written already would keep the others waiting: it has the next tick."""
        if writer.writing.locked():
            self._at_next_tick(writer)
            return False
        return True

    def _adapt(self, now: float) -> None:
        """Fewer, larger batches while the loop is busy or late; back to the base when it is not."""
        late, self._late = self._late, 0.0
        worked, since = time.thread_time() - self._worked, now - self._adapted
        if late <= LAG and since < JUDGED:
            return
        self._worked, self._adapted = self._worked + worked, now
        is_busy = late > LAG or worked > BUSY * since
        grown = self._interval * (1.5 if is_busy else 0.75)
        self._interval = min(max(grown, self._base), max(MAX_INTERVAL, self._base))

    async def write(self, writers: Iterable[RunWriter]) -> None:
        """Make the pending events of `writers` durable, then deliver them.

        Never raises: a writer whose events could not be written fails on its next call.
        """
        # A fixed order: two groups that share writers cannot wait for each other.
        ordered = sorted(set(writers), key=lambda writer: writer.run_id)
        async with contextlib.AsyncExitStack() as stack:
            for writer in ordered:
                await stack.enter_async_context(writer.writing)
            now = asyncio.get_running_loop().time()
            batches: list[Batch] = []
            for writer in ordered:
                writer.scheduled = False
                writer.last_flush = now
                if events := writer.take():
                    batches.append((writer, events))
            self._urgent.difference_update(ordered)
            self._ticking.difference_update(ordered)
            if batches:
                batches = await self._insert(batches)
        if batches:
            await self.deliver(batches)

    async def _insert(self, batches: list[Batch]) -> list[Batch]:
        """Insert with bounded retries; answers with what was written.

        That is also what a crash had undone: a reader may have come while it was not there.
        """
        for delay in (*RETRIES, None):
            try:
                async with transaction() as db:
                    if db.capabilities.dialect == "postgres":
                        # A server crash may cost the last deltas of a reply, never a checkpoint.
                        await db.execute_script("SET LOCAL synchronous_commit = off")
                    current = await unfenced(batches)
                    seen = losses()
                    told = [(each, [*each.recent.lost(seen), *new]) for each, new in current]
                    await insert(told)
            except Exception as error:  # noqa: BLE001 - whatever it is, the writers learn it
                if len(batches) > 1 and not isinstance(error, INFRASTRUCTURE):
                    # One event that cannot be stored must not cost other runs theirs.
                    return [each for batch in batches for each in await self._insert([batch])]
                logger.warning("events were not written: %r", error)
                if delay is None:
                    for writer, _ in batches:
                        writer.fail(error)
                    return []
                await asyncio.sleep(delay)
            else:
                for writer, events in current:
                    writer.recent.add(seen, events)
                return told
        return []
