"""Reading a run's log: replay from the table, then live, each event once and in order.

An event reaches a reader only after it is committed. A reader that falls behind is sent back to the
table, so what is held in memory is bounded and nothing is lost.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

import orjson

from luxx.db import plain
from luxx.errors import LuxxError, NotFound
from luxx.eventlog.events import END, IDLE, Event
from luxx.eventlog.signals import Signals
from luxx.eventlog.writer import Batch, Flusher, RunWriter
from luxx.models import LIVE

#: Events that a reader may have waiting before it is sent back to the table.
MAX_WAITING = 2_000
#: Rows of one replay query.
PAGE = 500

#: The state and the rows in one look: an end between two looks would be missed.
_PAGE = """
SELECT run.status, event.eid, event.type, event.data
FROM run LEFT JOIN run_event AS event ON event.run_id = run.id AND event.eid > ?
WHERE run.id = ? ORDER BY event.eid LIMIT ?
"""
_NEWEST = "SELECT MAX(eid) AS eid FROM run_event WHERE run_id = ? AND type = ? AND eid <= ?"
_LAST_ID = 2**63 - 1


class Abort:
    """Ends a reading from outside: `set(error)` makes the reader raise it."""

    def __init__(self) -> None:
        self.error: LuxxError | None = None
        self._wake: Callable[[], None] | None = None

    def set(self, error: LuxxError) -> None:
        self.error = error
        if self._wake is not None:
            self._wake()

    def check(self) -> None:
        if self.error is not None:
            raise self.error

    def bind(self, wake: Callable[[], None]) -> None:
        self._wake = wake


class _Inbox:
    """What has been committed since a reader subscribed."""

    __slots__ = ("error", "idle", "lagging", "live", "waiting", "wake")

    def __init__(self, error: LuxxError | None) -> None:
        self.waiting: deque[Event] = deque()
        #: The table has events that were not put here: at first, all of them.
        self.lagging = True
        #: The run had not ended when the table was last looked at.
        self.live = True
        self.idle = False
        #: To be raised once everything that is there has been read.
        self.error = error
        self.wake = asyncio.Event()

    def put(self, events: Sequence[Event]) -> None:
        if len(self.waiting) + len(events) > MAX_WAITING:
            self.waiting.clear()
            self.lagging = True
        elif not self.lagging:
            self.waiting.extend(events)
        self.idle = False
        self.wake.set()

    def take(self) -> Sequence[Event]:
        events, self.waiting = self.waiting, deque()
        return events

    async def wait(self, idle: float | None) -> bool:
        """Wait for more; True, once between two events, when `idle` seconds brought none."""
        timer = None
        if idle is not None and not self.idle:
            timer = asyncio.get_running_loop().call_later(idle, self._on_idle)
        await self.wake.wait()
        self.wake.clear()
        if timer is not None:
            timer.cancel()
        return self.idle and timer is not None

    def _on_idle(self) -> None:
        self.idle = True
        self.wake.set()

    def resync(self) -> None:
        self.waiting.clear()
        self.lagging = True
        self.wake.set()


class EventLog:
    """The log of all runs. `start` it inside the event loop that uses it, `close` it at the end."""

    def __init__(self, signals: Signals, *, interval: float = 0.040) -> None:
        self._signals = signals
        self._flusher = Flusher(self._deliver, interval)
        self._inboxes: defaultdict[str, set[_Inbox]] = defaultdict(set)
        self._error: LuxxError | None = None

    async def start(self) -> None:
        self._signals.listen("events", self._on_signal)
        self._flusher.start()

    async def close(self) -> None:
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
        where this process stops before the run has ended.
        """
        inbox = _Inbox(self._error)
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

    async def _ready(self, run_id: str, inbox: _Inbox, after: int) -> Sequence[Event]:
        """What is there: of the table while the inbox has gaps, then of the inbox."""
        if not inbox.lagging:
            return inbox.take()
        # What arrives meanwhile waits in the inbox; if too much does, it lags again.
        inbox.lagging = False
        inbox.live, events = await _page(run_id, after)
        inbox.lagging |= len(events) == PAGE
        return events

    def _unsubscribe(self, run_id: str, inbox: _Inbox) -> None:
        self._inboxes[run_id].discard(inbox)
        if not self._inboxes[run_id]:
            del self._inboxes[run_id]

    @staticmethod
    async def replay(run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Yield what is in the table now. Raises NotFound if there is no such run."""
        while True:
            _, events = await _page(run_id, after)
            for event in events:
                after = event.id
                yield event
            if len(events) < PAGE:
                return

    @staticmethod
    async def before_newest(run_id: str, kind: str, upto: int = _LAST_ID) -> int:
        """After what to read to begin with the newest event of a kind, up to an id; 0: with all."""
        _, rows = await plain(_NEWEST, run_id, kind, upto)
        return int(rows[0]["eid"] or 1) - 1

    async def _deliver(self, batches: Sequence[Batch]) -> None:
        for writer, events in batches:
            for inbox in self._inboxes.get(writer.run_id, ()):
                inbox.put(events)
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
        """Another process wrote (or, without an id, may have): the table knows what."""
        if run_id:
            return
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                inbox.resync()


async def _page(run_id: str, after: int) -> tuple[bool, list[Event]]:
    """Whether the run is live, and its next events in the table. Raises NotFound."""
    _, rows = await plain(_PAGE, after, run_id, PAGE)
    if not rows:
        raise NotFound("There is no such run")
    events = [
        Event(row["eid"], row["type"], orjson.loads(row["data"]))
        for row in rows
        if row["eid"] is not None
    ]
    return rows[0]["status"] in LIVE, events
