"""From the events of a talk to messages for a browser: few, numbered, and never a text twice.

Jupyter's sockets drop what comes faster than they are read, without a word: at most one message is
sent per interval, and a page that misses a number asks for the whole state.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from luxx.client.types import Event, MessageChunk, StepUpdated, TextStep, ThinkingStep

#: Seconds between two messages.
INTERVAL = 1 / 30
Send = Callable[[dict[str, Any]], None]


class Relay:
    """One page's, or several pages' of one widget. Lives on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self._loop, self._send = loop, send
        self._waiting: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._seq = 0

    def add(self, event: Event) -> None:
        self._waiting.append(event)
        if self._timer is None:
            self._timer = self._loop.call_later(INTERVAL, self.flush)

    def snapshot(self, state: dict[str, Any]) -> None:
        """Everything that was added is in the state: it goes on from there."""
        self._waiting.clear()
        self._send({"k": "state", "seq": self._seq, "state": state})

    def flush(self) -> int:
        """Send what waits, now; the number of the last message."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._seq += 1
            events = msgspec.to_builtins(merged(self._waiting))
            self._waiting.clear()
            self._send({"k": "events", "seq": self._seq, "events": events})
        return self._seq


def merged(events: Sequence[Event]) -> list[Event]:
    """Neighbours that continue the same text as one."""
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, StepUpdated) and _continues(event, last):
            assert isinstance(last, StepUpdated)  # noqa: S101 - that is what was asked
            found[-1] = msgspec.structs.replace(event, delta=last.delta + event.delta)
        elif (
            isinstance(event, MessageChunk)
            and isinstance(last, MessageChunk)
            and event.id == last.id
        ):
            found[-1] = msgspec.structs.replace(event, content=last.content + event.content)
        else:
            found.append(event)
    return found


def _continues(event: StepUpdated, last: Event | None) -> bool:
    return (
        isinstance(last, StepUpdated)
        and last.message_id == event.message_id
        and last.step.index == event.step.index
        and isinstance(event.step, TextStep | ThinkingStep)
    )
