"""Watching a room: its events from any cursor, through stops and starts, live to its run's end.

The ids of a room's events grow from run to run, so one cursor serves them all. Who comes to a room
that has not started waits for it to start.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from luxx.core import rooms
from luxx.core.follow import (
    Accumulated,
    Deltas,
    ReplyEnded,
    StepUpdate,
    parse_cursor,
)
from luxx.core.retold import check_whole, must_retell, retold
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.core.stored import unpack
from luxx.errors import NotFound
from luxx.eventlog import events
from luxx.eventlog.events import Event
from luxx.eventlog.inbox import Abort
from luxx.models import Message, Room, RoomStatus, Run

#: What the log says as it is to be shown.
_SHOWN = frozenset(
    {
        events.ROOM_STARTED,
        events.ROUND_STARTED,
        events.MESSAGE_STARTED,
        events.AGENT_FAILED,
        events.ROUND_ENDED,
        events.ROOM_COMPLETED,
        events.ROOM_PAUSED,
        events.ROOM_FAILED,
    }
)
_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A message's text has grown by `delta`; `accumulated` is all of it, where asked for."""

    cursor: int
    message_id: str
    delta: str
    accumulated: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A message is complete, or as complete as it will be."""

    cursor: int
    message: Message


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it is in the database."""

    cursor: int
    message: Message


Update = Event | Chunk | StepUpdate | Ended | Stored


async def watch(
    services: Services,
    session: Session,
    room_id: str,
    after: str | None = None,
    *,
    accumulated: bool,
) -> AsyncGenerator[Update]:
    """The events of the room's newest run, or all those after the cursor `after`, then live ones.

    Ends with the run. Raises RateLimited for one more than a user may follow, NotFound, and
    BadInput for a cursor that is none, or that of an event that is no longer kept; the generator
    raises Unauthenticated when the session ends, and Unavailable when the server stops.
    """
    services.sessions.admit(session.user)
    cursor = parse_cursor(after)
    room = await rooms.get(session.user, room_id)
    run = await _run_at(room.id, cursor) if cursor else None
    if run is not None:
        must_retell(services, run, cursor)  # says so before anything is sent
    return _updates(services, session, room.id, run, cursor, accumulated=accumulated)


async def _updates(
    services: Services,
    session: Session,
    room_id: str,
    run: Run | None,
    cursor: int,
    *,
    accumulated: bool,
) -> AsyncGenerator[Update]:
    with services.sessions.watch(session) as abort:
        run = run or await _first_run(services, room_id, cursor, abort)
        while run is not None:
            view, last = _View(cursor, accumulated=accumulated), ""
            reading = await _reading(services, run, cursor, view, abort)
            async with aclosing(reading):
                async for event in reading:
                    last = event.type
                    for update in view.updates(event):
                        yield update
            await check_whole(services, run.id, last)
            run, cursor = await _next_run(room_id, run), 0


async def _reading(
    services: Services, run: Run, cursor: int, view: "_View", abort: Abort
) -> AsyncGenerator[Event]:
    """What the view needs of the run, from its log or told again."""
    if must_retell(services, run, cursor):
        return retold(run, 0 if view.accumulates else cursor, abort)
    start = cursor
    if view.accumulates and cursor:  # all the text of the message that it is in
        start = await services.log.before_newest(run.id, events.MESSAGE_STARTED, cursor)
    return services.log.read(run.id, start, abort=abort, idle=view.patience)


async def _first_run(services: Services, room_id: str, cursor: int, abort: Abort) -> Run:
    """The run that the cursor is in, else the newest one; waits where there is none yet."""
    wake = asyncio.Event()
    with services.starts.watch(room_id, abort, wake.set):
        while True:
            wake.clear()
            abort.check()
            if run := await _run_at(room_id, cursor):
                return run
            await wake.wait()


async def _run_at(room_id: str, cursor: int) -> Run | None:
    room = await Room.get_or_none(id=room_id)
    if room is None:
        raise NotFound("The room was deleted")
    if room.status is RoomStatus.IDLE:
        return None  # after a reset there are runs, but nothing that they said
    # By what they began with: until a new run is claimed, it shares its attempt with the last one.
    runs = Run.filter(room_id=room_id)
    since = runs.filter(attempt__gte=events.attempt_of(cursor)).order_by("base_attempt")
    at_cursor = await since.first() if cursor else None
    return at_cursor or await runs.order_by("-base_attempt").first()


async def _next_run(room_id: str, run: Run) -> Run | None:
    """One that began while this one was being read."""
    later = Run.filter(room_id=room_id, base_attempt__gt=run.base_attempt).exclude(id=run.id)
    return await later.order_by("base_attempt").first()


class _View:
    """Turns the log's events into what a viewer is shown, after a cursor."""

    def __init__(self, cursor: int, *, accumulated: bool) -> None:
        self._cursor = cursor
        self.accumulates = accumulated
        self._steps = self._of_message()
        self._ended: Event | None = None

    def _of_message(self) -> Accumulated | Deltas:
        return Accumulated(self._cursor) if self.accumulates else Deltas()

    def updates(self, event: Event) -> list[Update]:
        out: list[Update] = []
        for update in self._steps.updates(event):
            if isinstance(update, ReplyEnded):
                self._ended = event
            else:
                out.append(self._grown(update))
        if event.type == events.MESSAGE_STARTED:
            self._steps = self._of_message()
        if event.type == events.STORED and event.id > self._cursor:
            out += self._stored(event)
        elif event.type in _SHOWN and event.id > self._cursor:
            out.append(event)
        return out

    def patience(self) -> float | None:
        """Seconds after which it wants to know that nothing comes."""
        return self._steps.patience()

    def _grown(self, update: StepUpdate) -> Update:
        if update.step["type"] != _TEXT:
            return update
        accumulated = self._steps.text if isinstance(self._steps, Accumulated) else ""
        return Chunk(update.cursor, update.message_id, update.delta, accumulated)

    def _stored(self, event: Event) -> list[Update]:
        """Its end was told in the same commit, just before: it has no text of its own."""
        message = unpack(event.data["message"])
        ended, self._ended = self._ended, None
        out: list[Update] = [Ended(ended.id, message)] if ended else []
        return [*out, Stored(event.id, message)]
