"""What one reader of a run has waiting."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from luxx.errors import LuxxError
from luxx.eventlog.events import Event

#: Events that a reader may have waiting before it is sent back to the table.
MAX_WAITING = 2_000


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


class Inbox:
    """What has been committed since a reader subscribed."""

    __slots__ = ("attempt", "error", "idle", "lagging", "live", "waiting", "wake")

    def __init__(self, error: LuxxError | None = None) -> None:
        self.waiting: deque[Event] = deque()
        #: The table has events that were not put here: at first, all of them.
        self.lagging = True
        #: The run had not ended when the table was last looked at.
        self.live = True
        #: What attempts before this one wrote was in the table then.
        self.attempt = 0
        self.idle = False
        #: To be raised once everything that is there has been read.
        self.error = error
        self.wake = asyncio.Event()

    def put(self, events: Sequence[Event]) -> None:
        """Its reader has to be woken then."""
        if len(self.waiting) + len(events) > MAX_WAITING:
            self.waiting.clear()
            self.lagging = True
        elif not self.lagging:
            self.waiting.extend(events)
        self.idle = False

    def put_written(self, attempt: int, events: Sequence[Event]) -> None:
        """What this process wrote, in an attempt: it follows on what was there if that is known."""
        if attempt > self.attempt and not self.lagging:
            self.resync()
        else:
            self.put(events)

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
        self.idle = False
        self.wake.set()
