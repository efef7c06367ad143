"""What a crash of the database may undo: events whose commit did not wait for the disk.

They are kept for a while, and written again together with the next ones when a connection has
broken: what a viewer has seen is there again before anything that follows it.
"""

import time
from collections import deque
from collections.abc import Sequence

from luxx.eventlog.events import Event

#: Seconds after which a commit has reached the disk, by far: PostgreSQL promises three times its
#: `wal_writer_delay`, 0.6 seconds by default.
SAFE = 3.0


class Recent:
    """Of one writer. `losses` is that of the database, within the transaction at hand."""

    def __init__(self) -> None:
        self._batches: deque[tuple[float, Sequence[Event]]] = deque()
        self._losses: int | None = None

    def lost(self, losses: int) -> list[Event]:
        """What has to be written again, in this transaction."""
        if losses == self._losses:
            return []
        return [event for _, batch in self._batches for event in batch]

    def add(self, losses: int, events: Sequence[Event]) -> None:
        """They were committed, and the disk may not have them yet."""
        now = time.monotonic()
        if losses != self._losses:
            self._batches = deque((now, batch) for _, batch in self._batches)
            self._losses = losses
        while self._batches and self._batches[0][0] < now - SAFE:
            self._batches.popleft()
        self._batches.append((now, events))

    def safe(self, losses: int) -> None:
        """A commit has waited for the disk: everything before it is there, too."""
        self._batches.clear()
        self._losses = losses
