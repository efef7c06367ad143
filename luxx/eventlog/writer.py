"""The writing end of a run's log.

Deltas are coalesced where they are emitted: within one batch a step has at most one delta event.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from luxx.db import losses, plain, transaction
from luxx.errors import Fenced
from luxx.eventlog.events import DELTA, Event, first_id
from luxx.eventlog.recent import Recent
from luxx.eventlog.table import insert

if TYPE_CHECKING:
    from luxx.eventlog.flusher import Flusher

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
