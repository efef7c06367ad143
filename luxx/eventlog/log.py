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

_EVENTS = "SELECT eid, type, data FROM run_event WHERE run_id = ? AND eid > ? ORDER BY eid LIMIT ?"


class Abort:
    """Ends a reading from outside: `set(error)` makes the reader raise it."""

    def __init__(self) -> None:
        self.error: LuxxError | None = None
        self._wake: Callable[[], None] | None = None

    def set(self, error: LuxxError) -> None:
        self.error = error
        if self._wake is not None:
            self._wake()

    def bind(self, wake: Callable[[], None]) -> None:
        self._wake = wake


class _Inbox:
    """What has been committed since a reader subscribed."""

    __slots__ = ("idle", "lagging", "waiting", "wake")

    def __init__(self) -> None:
        self.waiting: deque[Event] = deque()
        #: The table has events that were not put here: at first, all of them.
        self.lagging = True
        self.idle = False
        self.wake = asyncio.Event()

    def put(self, events: Sequence[Event]) -> None:
        if len(self.waiting) + len(events) > MAX_WAITING:
            self.waiting.clear()
            self.lagging = True
        elif not self.lagging:
            self.waiting.extend(events)
        self.idle = False
        self.wake.set()

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
        idle: float | None = None,
    ) -> AsyncGenerator[Event]:
        """Yield the run's events with an id above `after`, then live ones, up to its `end`.

        After `idle` seconds without an event an `IDLE` one is yielded, once, with the last id.
        Raises NotFound if there is no such run, and the error that `abort` is set to.
        """
        inbox = _Inbox()
        if abort is not None:
            abort.bind(inbox.wake.set)
        self._inboxes[run_id].add(inbox)
        try:
            live = True
            while True:
                if inbox.lagging:
                    # The state before the rows: an end that is committed between is still read.
                    live = await self._is_live(run_id)
                async for event in self._ready(run_id, inbox, after):
                    after = event.id
                    yield event
                    if event.type == END:
                        return
                if not live:
                    return
                if await inbox.wait(idle):
                    yield Event(after, IDLE, {})
                if abort is not None and abort.error is not None:
                    raise abort.error
        finally:
            self._unsubscribe(run_id, inbox)

    async def _ready(self, run_id: str, inbox: _Inbox, after: int) -> AsyncIterator[Event]:
        """Yield what is there: from the table while the inbox has gaps, then from the inbox."""
        if inbox.lagging:
            # What arrives meanwhile waits in the inbox; if too much does, `wake` says so.
            inbox.lagging = False
            async for event in self.replay(run_id, after):
                after = event.id
                yield event
        while inbox.waiting:
            event = inbox.waiting.popleft()
            if event.id > after:
                yield event

    def _unsubscribe(self, run_id: str, inbox: _Inbox) -> None:
        self._inboxes[run_id].discard(inbox)
        if not self._inboxes[run_id]:
            del self._inboxes[run_id]

    @staticmethod
    async def replay(run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Yield what is in the table now."""
        while True:
            _, rows = await plain(_EVENTS, run_id, after, PAGE)
            for row in rows:
                after = row["eid"]
                yield Event(after, row["type"], orjson.loads(row["data"]))
            if len(rows) < PAGE:
                return

    @staticmethod
    async def _is_live(run_id: str) -> bool:
        _, rows = await plain("SELECT status FROM run WHERE id = ?", run_id)
        if not rows:
            raise NotFound("There is no such run")
        return rows[0]["status"] in LIVE

    async def _deliver(self, batches: Sequence[Batch]) -> None:
        for writer, events in batches:
            for inbox in self._inboxes.get(writer.run_id, ()):
                inbox.put(events)
        await self._signals.publish("events", *(writer.run_id for writer, _ in batches))

    def recheck(self, run_id: str) -> None:
        """Make the run's readers look at the table: it may be over, or gone, without their word."""
        for inbox in self._inboxes.get(run_id, ()):
            inbox.resync()

    def _on_signal(self, run_id: str) -> None:
        """Another process wrote (or, without an id, may have): the table knows what."""
        if run_id:
            return
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                inbox.resync()
