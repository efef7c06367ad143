"""How processes tell each other that something happened.

A signal may be lost: nobody relies on it for truth, only for speed. `LocalSignals` is for the one
process of an embedded server.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Literal, Protocol

#: `events`: a run has new events. `stop`: a run is asked to stop. `session`: a login has ended
#: (the token's id, or `user:<id>` for all of a user's). `room`: a room has a new run.
Channel = Literal["events", "stop", "session", "room"]
Listener = Callable[[str], None]


class Signals(Protocol):
    def listen(self, channel: Channel, listener: Listener) -> None:
        """Call `listener(id)` for each signal; an empty id means that any may have been missed."""
        ...

    async def start(self) -> None: ...

    async def publish(self, channel: Channel, *ids: str) -> None: ...

    async def close(self) -> None: ...


class LocalSignals:
    def __init__(self) -> None:
        self._listeners: defaultdict[Channel, list[Listener]] = defaultdict(list)

    def listen(self, channel: Channel, listener: Listener) -> None:
        self._listeners[channel].append(listener)

    async def start(self) -> None:
        """Nothing to connect to."""

    async def publish(self, channel: Channel, *ids: str) -> None:
        for listener in self._listeners[channel]:
            for id_ in ids:
                listener(id_)

    async def close(self) -> None:
        self._listeners.clear()
