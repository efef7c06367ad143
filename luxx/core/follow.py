"""Following a reply: its events as a viewer wants them, from any cursor, live to the last.

The log holds deltas only; a viewer who asks for accumulated text has it derived here, and paced so
that the whole of a long reply costs about a hundred times its length instead of its square.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Never
from weakref import WeakValueDictionary

from luxx.core import messages
from luxx.core.retold import check_whole, must_retell, retold
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.core.transcript import Step, Transcript, step_id
from luxx.errors import BadInput
from luxx.eventlog.events import DELTA, ENDED, STEP, Event
from luxx.eventlog.inbox import Abort
from luxx.llm.base import Usage
from luxx.models import MessageStatus, Run

#: Accumulated text is sent again when it has grown by one part in so many, or when nothing comes.
GROWTH = 100
IDLE_SECONDS = 0.25
#: A cursor is an id of the log: at most 63 bits.
MAX_CURSOR = 2**63 - 1
MAX_DIGITS = 19


@dataclass(frozen=True, slots=True)
class StepUpdate:
    """A step has grown by `delta`, or (calls and results) is there as a whole."""

    cursor: int
    message_id: str
    step: Step
    delta: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    cursor: int
    message_id: str
    status: MessageStatus
    token_count: int
    usage: Usage
    error: str | None
    code: str | None


Update = StepUpdate | ReplyEnded


class Told(AsyncGenerator[Never]):
    """What has been told to its end: nothing follows the cursor, now or later."""

    async def asend(self, value: object) -> Never:
        del value
        raise StopAsyncIteration

    async def athrow(self, *error: Any) -> Never:
        raise error[0]


async def follow(
    services: Services,
    session: Session,
    message_id: str,
    after: str | None = None,
    *,
    accumulated: bool,
) -> AsyncGenerator[Update]:
    """The reply's events after the cursor `after`, then live ones.

    They are `Told` where none can follow. Without `accumulated`, a text step's `content` is empty
    and only `delta` counts.

    Raises RateLimited for one more than a user may follow, NotFound, and BadInput for a cursor or a
    message that cannot be followed, and for the cursor of an event that is no longer kept; the
    generator raises Unauthenticated when the session ends.
    """
    services.sessions.admit(session.user)
    cursor = parse_cursor(after)
    message = await messages.get_reply(session.user, message_id)
    if message.run_id is None:
        raise BadInput("Only a reply can be followed", field="message_id")
    gone = None
    if message.status is not MessageStatus.RUNNING:
        run = await Run.get_or_none(id=message.run_id)
        gone = run if run is not None and must_retell(services, run, cursor) else None
        if gone is None and cursor and await services.log.has_passed(message.run_id, ENDED, cursor):
            return Told()
    return _updates(services, session, message.run_id, gone, cursor, accumulated=accumulated)


async def _updates(
    services: Services,
    session: Session,
    run_id: str,
    gone: Run | None,
    cursor: int,
    *,
    accumulated: bool,
) -> AsyncGenerator[Update]:
    with services.sessions.watch(session) as abort:
        start = cursor
        if accumulated and (gone is not None or await _goes_on(services, run_id, cursor, abort)):
            start = 0  # what was shown before is needed to accumulate what comes after it
        view = Accumulated(cursor) if accumulated else Deltas()
        reading = (
            services.log.read(run_id, start, abort=abort, idle=view.patience)
            if gone is None
            else retold(gone, start, abort)
        )
        last = ""
        async with aclosing(reading):
            async for event in reading:
                last = event.type
                for update in view.updates(event):
                    yield update
        await check_whole(services, run_id, last)


async def _goes_on(services: Services, run_id: str, cursor: int, abort: Abort) -> bool:
    """Wait for something after the cursor: until then no text need be held. False at the end."""
    if not cursor:
        return True
    reading = services.log.read(run_id, cursor, abort=abort)
    async with aclosing(reading):
        return await anext(reading, None) is not None


def parse_cursor(text: str | None) -> int:
    """Raises BadInput unless `text` is a cursor that an event carried, or None."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_DIGITS or int(text) > MAX_CURSOR:
        raise BadInput("after: expected the cursor of an event", field="after")
    return int(text)


class Deltas:
    """What the log says, as it is."""

    def updates(self, event: Event) -> list[Update]:
        data = event.data
        if event.type == DELTA:
            index = data["i"]
            step = {"id": step_id(index), "index": index, "type": data["t"], "content": ""}
            return [StepUpdate(event.id, data["m"], step, data["d"])]
        if event.type == STEP:
            return [StepUpdate(event.id, data["m"], data["step"], "")]
        return [_ended(event)] if event.type == ENDED else []

    def patience(self) -> float | None:
        """Nothing is held back."""
        return None


class _Shared:
    """A message's texts so far, of which all who follow it here hold one copy."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def text(self, index: int, text: str) -> str:
        """The same text of the step, as another has it: who has come furthest keeps it for all."""
        known = self._texts.get(index, "")
        if len(text) > len(known):
            self._texts[index] = text
        return known if known == text else text


#: By the message's id, for as long as somebody follows it.
_SHARED: WeakValueDictionary[str, _Shared] = WeakValueDictionary()


class Accumulated:
    """Text steps with all their text so far; small deltas are held back until they matter."""

    def __init__(self, cursor: int) -> None:
        self._cursor = cursor
        self._transcript = Transcript()
        self._shared = _Shared()
        self._message_id = ""
        self._index = -1
        self._last_id = 0
        self._held: list[str] = []
        self._held_length = 0
        self._length = 0

    def updates(self, event: Event) -> list[Update]:
        if event.type == DELTA:
            return self._delta(event)
        out = self._release()
        if event.type == STEP:
            self._transcript.apply(event)
        if event.id > self._cursor and event.type == STEP:
            out.append(StepUpdate(event.id, event.data["m"], event.data["step"], ""))
        elif event.id > self._cursor and event.type == ENDED:
            out.append(_ended(event))
        return out

    def patience(self) -> float | None:
        """Seconds after which it wants to know that nothing comes: while text is held back."""
        return IDLE_SECONDS if self._held else None

    @property
    def text(self) -> str:
        """All of the message's text so far."""
        return self._transcript.text()

    def _delta(self, event: Event) -> list[Update]:
        data = event.data
        out: list[Update] = []
        if data["i"] != self._index:
            out = self._release()
            self._index, self._length = data["i"], 0
        self._transcript.apply(event)
        self._length += len(data["d"])
        if event.id <= self._cursor:
            return out
        if data["m"] != self._message_id:
            self._message_id = data["m"]
            self._shared = _SHARED.setdefault(self._message_id, _Shared())
        self._last_id = event.id
        self._held.append(data["d"])
        self._held_length += len(data["d"])
        if self._held_length * GROWTH >= self._length:
            out += self._release()
        return out

    def _release(self) -> list[Update]:
        if not self._held:
            return []
        delta, self._held, self._held_length = "".join(self._held), [], 0
        text = self._shared.text(self._index, self._transcript.content(self._index))
        self._transcript.hold(self._index, text)
        step = self._transcript.step(self._index)
        return [StepUpdate(self._last_id, self._message_id, step, delta)]


def _ended(event: Event) -> ReplyEnded:
    data = event.data
    return ReplyEnded(
        cursor=event.id,
        message_id=data["m"],
        status=MessageStatus(data["status"]),
        token_count=data["token_count"],
        usage=Usage(**data["usage"]),
        error=data["error"],
        code=data["code"],
    )
