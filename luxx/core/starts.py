"""Waiting for a room to start: who follows one that is idle is woken by its first run."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator

from luxx.errors import LuxxError
from luxx.eventlog.inbox import Abort
from luxx.eventlog.signals import Signals


class Starts:
    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._waiting: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)
        self._aborts: set[Abort] = set()
        self._error: LuxxError | None = None
        signals.listen("room", self._on_start)

    async def tell(self, room_id: str) -> None:
        """Say that the room has a new run, or is gone."""
        await self._signals.publish("room", room_id)

    @contextlib.contextmanager
    def watch(self, room_id: str, abort: Abort, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` when the room starts, and when `abort` is set."""
        abort.bind(wake)
        self._waiting[room_id].add(wake)
        self._aborts.add(abort)
        if self._error is not None:
            abort.set(self._error)
        try:
            yield
        finally:
            self._aborts.discard(abort)
            self._waiting[room_id].discard(wake)
            if not self._waiting[room_id]:
                del self._waiting[room_id]

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._aborts)

    def interrupt(self, error: LuxxError) -> None:
        """Let everybody who waits, or will, raise `error`: nothing will start here any more."""
        self._error = error
        for abort in list(self._aborts):
            abort.set(error)

    def _on_start(self, room_id: str) -> None:
        woken = [room_id] if room_id else list(self._waiting)
        for each in woken:
            for wake in list(self._waiting.get(each, ())):
                wake()
