"""How processes tell each other that something happened.

A signal may be lost: nobody relies on it for truth, only for speed. `LocalSignals` is for the one
process of an embedded server; `luxx.eventlog.notify` has the one for many.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Literal, Protocol

#: `events`: a run has new events (a process tells its own readers itself). `stop`: a run is asked
#: to stop. `session`: a login has ended (the token's id, or `user:<id>` for all of a user's).
#: `room`: a room has a new run. `work`: there is a run to execute.
Channel = Literal["events", "stop", "session", "room", "work"]
Listener = Callable[[str], None]


class Signals(Protocol):
    def listen(self, channel: Channel, listener: Listener) -> None:
        """Call `listener(id)` for each signal; an empty id means that any may have been missed."""
        ...

    async def start(self) -> None: ...

    async def publish(self, channel: Channel, *ids: str) -> None:
        """Tell all processes, this one too; of `events` and `work`, the others."""
        ...

    async def close(self) -> None: ...


#: What a process need not hear from itself.
OTHERS_ONLY: frozenset[Channel] = frozenset({"events", "work"})


class LocalSignals:
    def __init__(self) -> None:
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    def listen(self, channel: Channel, listener: Listener) -> None:
        self._listeners[channel].append(listener)

    async def start(self) -> None:
        """Nothing to connect to."""

    async def publish(self, channel: Channel, *ids: str) -> None:
        if channel not in OTHERS_ONLY:
            self._hear(channel, *ids)

    async def close(self) -> None:
        self._listeners.clear()

    def _hear(self, channel: str, *ids: str) -> None:
        for listener in self._listeners[channel]:
            for id_ in ids:
                listener(id_)
