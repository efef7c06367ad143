"""Reading a run's log: replay from the table, then live, each event once and in order.

An event reaches a reader only after it is committed. A reader that falls behind is sent back to the
table, so what is held in memory is bounded and nothing is lost.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

from luxx.db import INFRASTRUCTURE
from luxx.errors import LuxxError, Unavailable
from luxx.eventlog import replay
from luxx.eventlog.events import END, IDLE, Event
from luxx.eventlog.flusher import Flusher
from luxx.eventlog.inbox import Abort, Inbox
from luxx.eventlog.remote import Remote
from luxx.eventlog.signals import Signals
from luxx.eventlog.table import Batch
from luxx.eventlog.writer import RunWriter

#: Seconds between the tries of a reader whose database does not answer: a restart is waited for.
PATIENCE = (0.2, 1.0, 2.0, 4.0, 8.0)
#: Readers that are woken before others have their turn.
CROWD = 50


class EventLog:
    """The log of all runs. `start` it inside the event loop that uses it, `close` it at the end."""

    def __init__(
        self,
        signals: Signals,
        *,
        interval: float = 0.040,
        is_shared: bool = False,
        on_end: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`is_shared`: other processes write to the log too.

        `on_end` is told the status of each run whose end is written here.
        """
        self._signals = signals
        self._on_end = on_end
        self._flusher = Flusher(self._deliver, interval)
        self._inboxes: defaultdict[str, set[Inbox]] = defaultdict(set)
        self._error: LuxxError | None = None
        self._remote = Remote(self._inboxes) if is_shared else None
        self._fetching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._remote is not None:
            self._signals.listen("events", self._on_signal)
            self._fetching = asyncio.create_task(self._remote.fetch_all(), name="luxx-fetch")
        self._flusher.start()

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        await self._flusher.close()

    def writer(self, run_id: str, attempt: int) -> RunWriter:
        return RunWriter(run_id, attempt, self._flusher)

    @property
    def readers(self) -> int:
        """How many readings are under way."""
        return sum(len(inboxes) for inboxes in self._inboxes.values())

    async def read(
        self,
        run_id: str,
        after: int = 0,
        *,
        abort: Abort | None = None,
        idle: Callable[[], float | None] = lambda: None,
    ) -> AsyncGenerator[Event]:
        """Yield the run's events with an id above `after`, then live ones, up to its `end`.

        After `idle()` seconds without an event an `IDLE` one is yielded, once, with the last id; it
        is asked each time that there is nothing, and a reader who has no use for it says None.
        Raises NotFound if there is no such run, the error that `abort` is set to, and Unavailable
        where this process stops before the run has ended, or the database does not come back.
        """
        inbox = Inbox(self._error)
        abort = abort or Abort()
        abort.bind(inbox.wake.set)
        self._inboxes[run_id].add(inbox)
        try:
            while True:
                abort.check()
                for event in await self._ready(run_id, inbox, after):
                    if event.id > after:
                        after = event.id
                        yield event
                    # Also for who came with a cursor from beyond it.
                    if event.type == END:
                        return
                if inbox.lagging or inbox.waiting:
                    continue
                if not inbox.live:
                    return
                if inbox.error is not None:
                    raise inbox.error
                if await inbox.wait(idle()):
                    yield Event(after, IDLE, {})
        finally:
            self._unsubscribe(run_id, inbox)

    async def _ready(self, run_id: str, inbox: Inbox, after: int) -> Sequence[Event]:
        """What is there: of the table while the inbox has gaps, then of the inbox."""
        if not inbox.lagging:
            return inbox.take()
        for delay in PATIENCE:
            try:
                return await self._replayed(run_id, inbox, after)
            except INFRASTRUCTURE:
                inbox.lagging = True
                if inbox.error is not None:
                    raise inbox.error from None
                await asyncio.sleep(delay)
        raise Unavailable("The database cannot be reached: come back with the last cursor")

    @staticmethod
    async def _replayed(run_id: str, inbox: Inbox, after: int) -> Sequence[Event]:
        # What arrives meanwhile waits in the inbox; if too much does, it lags again.
        inbox.lagging = False
        page = await replay.page(run_id, after)
        inbox.live, inbox.attempt = page.live, page.attempt
        inbox.lagging |= len(page.events) == replay.PAGE
        return page.events

    def _unsubscribe(self, run_id: str, inbox: Inbox) -> None:
        self._inboxes[run_id].discard(inbox)
        if not self._inboxes[run_id]:
            del self._inboxes[run_id]

    @staticmethod
    async def replay(run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Yield what is in the table now. Raises NotFound if there is no such run."""
        while True:
            events = (await replay.page(run_id, after)).events
            for event in events:
                after = event.id
                yield event
            if len(events) < replay.PAGE:
                return

    @staticmethod
    async def before_newest(run_id: str, kind: str, upto: int | None = None) -> int:
        """After what to read to begin with the newest event of a kind, up to an id; 0: with all."""
        return (await replay.newest(run_id, kind, upto) or 1) - 1

    @staticmethod
    async def has_passed(run_id: str, kind: str, after: int) -> bool:
        """Whether whoever has come to `after` has had the newest event of a kind."""
        found = await replay.newest(run_id, kind)
        return found is not None and found <= after

    async def _deliver(self, batches: Sequence[Batch]) -> None:
        # All have it before anything else can be written: what a run says comes in its order.
        filled: list[Inbox] = []
        for writer, events in batches:
            for inbox in self._inboxes.get(writer.run_id, ()):
                inbox.put_written(writer.attempt, events)
                filled.append(inbox)
            if events and events[-1].type == END:
                self._on_end(events[-1].data["status"])
            if self._remote is not None and events:
                self._remote.delivered(writer.run_id, events[-1].id)
        await _wake(filled)
        await self._signals.publish("events", *(writer.run_id for writer, _ in batches))

    def recheck(self, run_id: str) -> None:
        """Make the run's readers look at the table: it may be over, or gone, without their word."""
        for inbox in self._inboxes.get(run_id, ()):
            inbox.resync()

    def interrupt(self, error: LuxxError) -> None:
        """Let every reader that would wait raise `error`: nobody here writes any more."""
        self._error = error
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                inbox.error = error
                inbox.wake.set()

    def _on_signal(self, run_id: str) -> None:
        """Another process wrote; without an id: it may have, to anything."""
        if self._remote is None:
            return
        if run_id:
            self._remote.written(run_id)
        else:
            self._remote.all_may_have_changed()


async def _wake(inboxes: Sequence[Inbox]) -> None:
    """In parts: all at once would keep everybody else waiting for the loop."""
    for begin in range(0, len(inboxes), CROWD):
        try:
            if begin:
                await asyncio.sleep(0)
        except asyncio.CancelledError:  # nobody is left asleep
            for inbox in inboxes[begin:]:
                inbox.wake.set()
            raise
        for inbox in inboxes[begin : begin + CROWD]:
            inbox.wake.set()
