"""The writing end of a run's log, and the group commit that all writers of a process share.

Deltas are coalesced where they are emitted: within one batch a step has at most one delta event.
A run's first delta is written at once, later ones at the ticks of a clock that all runs share, so
that one transaction serves them all; the tick stretches while the event loop lags.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

from luxx.db import INFRASTRUCTURE, losses, plain, transaction
from luxx.errors import Fenced
from luxx.eventlog.events import DELTA, Event, first_id
from luxx.eventlog.recent import Recent
from luxx.eventlog.table import insert, unfenced

logger = logging.getLogger("luxx.eventlog")

Batch = tuple["RunWriter", list[Event]]
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

_FENCE = "UPDATE run SET attempt = attempt WHERE id = ? AND attempt = ?"


class RunWriter:
    """Writes one attempt of one run. Raises Fenced once a later attempt owns the run."""

    def __init__(self, run_id: str, attempt: int, flusher: "Flusher") -> None:
        self.run_id = run_id
        self.attempt = attempt
        self.scheduled = False
        self.last_flush = float("-inf")
        self._flusher = flusher
        self._last_id = first_id(attempt)
        self._pending: list[Event] = []
        self._open: tuple[str, int, list[str]] | None = None
        self._writing = asyncio.Lock()
        self._error: Exception | None = None
        self.recent = Recent()
        self._taken: asyncio.Future[None] | None = None

    def emit(self, type_: str, **data: Any) -> None:
        """Append an event; it becomes durable with the next `post`, `flush` or `commit`."""
        self._open = None
        self._last_id += 1
        self._pending.append(Event(self._last_id, type_, data))

    def delta(self, message_id: str, index: int, kind: str, text: str) -> None:
        """Append text to a step and have it written soon."""
        open_ = self._open
        if open_ is not None and open_[1] == index and open_[0] == message_id:
            open_[2].append(text)
            return
        pieces = [text]
        self.emit(DELTA, m=message_id, i=index, t=kind, d=pieces)
        self._open = (message_id, index, pieces)
        self.post()

    def post(self) -> None:
        """Have what is pending written soon, in order, without waiting."""
        if not self.scheduled:
            self._flusher.schedule(self)

    async def rest(self) -> None:
        """Wait until what was posted has been taken, which is until the next tick at the latest.

        Whoever reads a stream rests between two reads: what comes meanwhile is read in one go, for
        a fraction of the work, and could not have been written any sooner. Only the end of a stream
        could be: where few runs share the clock, readers rest for a moment at a time.
        """
        if self.scheduled:
            if self._taken is None:
                self._taken = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._taken], timeout=self._flusher.rest)

    async def flush(self) -> None:
        """Wait until everything emitted so far is durable.

        Raises Fenced, or the database's error if it did not take the events.
        """
        # Shielded: a caller that is cancelled must not lose what was already taken from the buffer.
        await asyncio.shield(self._flusher.spawn_write(self))
        self.check()

    @contextlib.asynccontextmanager
    async def commit(self) -> AsyncIterator[None]:
        """One transaction for the caller's rows and all events pending at its end.

        Raises Fenced before the body runs if the run has a newer attempt; then nothing is written.
        """
        async with self._writing:
            self.check()
            before = list(self._pending)
            try:
                async with transaction():
                    await self._fence()
                    yield
                    seen = losses()
                    events = [*self.recent.lost(seen), *self.take()]
                    await insert([(self, events)])
            except BaseException:
                # None of it happened: what was pending before is all there is to write.
                self._pending, self._open = before, None
                raise
        self.recent.safe(seen)
        self.last_flush = float("-inf")  # what is said next is something new: it is written at once
        await self._flusher.deliver([(self, events)])

    async def _fence(self) -> None:
        # A write, not a read: it locks the row against a claim until the transaction ends.
        changed, _ = await plain(_FENCE, self.run_id, self.attempt)
        if not changed:
            self.fail(Fenced())
            self.check()

    def take(self) -> list[Event]:
        """Hand over what is pending, deltas joined; after a failure nothing: it left a gap."""
        events, self._pending, self._open = self._pending, [], None
        taken, self._taken = self._taken, None
        if taken is not None:
            taken.set_result(None)
        if self._error is not None:
            return []
        for event in events:
            if event.type == DELTA:
                event.data["d"] = "".join(event.data["d"])
        return events

    def fail(self, error: Exception) -> None:
        """Refuse everything from now on: the next call raises `error`."""
        self._error = error
        self._pending, self._open = [], None

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    @property
    def writing(self) -> asyncio.Lock:
        """Held while events of this writer are on their way: batches never overtake each other."""
        return self._writing


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
        loop = asyncio.get_running_loop()
        now = loop.time()
        writer.scheduled = True
        if now - writer.last_flush >= self._interval:
            self._urgent.add(writer)
            self._wake.set()
            return
        self._ticking.add(writer)
        if self._tick_at is None:
            # A grid, not a delay: all runs meet in the same transaction.
            self._tick_at = (now // self._interval + 1) * self._interval
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
        return due

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
