"""What a run said, told again from its rows once the events themselves are no longer kept.

It is the same for everybody and ever, so it has cursors of its own: ids of the run's last attempt
that no event has ever had.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from luxx.core.services import Services
from luxx.core.stored import pack
from luxx.errors import BadInput, NotFound
from luxx.eventlog import events
from luxx.eventlog.events import Event
from luxx.eventlog.inbox import Abort
from luxx.models import LIVE, Message, MessageStatus, Room, Run, RunStatus

#: Added to the sequence numbers: no attempt writes so many events.
RETOLD = 1 << 31
#: Messages of a room that are held at a time.
PAGE = 20
GONE = (
    "after: what followed this event is no longer kept: read the messages, or follow without a"
    " cursor"
)
_TEXTUAL = {"thinking", "text"}

Line = tuple[str, dict[str, Any]]


def must_retell(services: Services, run: Run, cursor: int) -> bool:
    """Whether what the run said has to be told again.

    Raises BadInput for the cursor of an event that is gone: nobody knows what followed it.
    """
    if run.status in LIVE or (_is_kept(services, run) and not cursor & RETOLD):
        return False
    if cursor and not cursor & RETOLD:
        raise BadInput(GONE, field="after")
    return True


async def check_whole(services: Services, run_id: str, last: str) -> None:
    """Raises BadInput if reading the log ended with another event than its end: it was deleted.

    Who is that slow is told so, for what he was given is not all.
    """
    if last != events.END:
        run = await Run.get_or_none(id=run_id)
        if run is not None and run.status not in LIVE and not _is_kept(services, run):
            raise BadInput(GONE, field="after")


def _is_kept(services: Services, run: Run) -> bool:
    """By its age: the events of one that is too old are deleted little by little."""
    oldest = datetime.now(UTC) - timedelta(seconds=services.settings.event_retention)
    return run.logged and run.finished_at is not None and run.finished_at > oldest


async def retold(run: Run, after: int, abort: Abort) -> AsyncGenerator[Event]:
    """As `EventLog.read` does: the run's events with an id above `after`, up to its `end`."""
    id_ = events.first_id(run.attempt) + RETOLD
    async with aclosing(_room(run) if run.room_id else _reply(run)) as lines:
        async for kind, data in lines:
            abort.check()
            id_ += 1
            if id_ > after:
                yield Event(id_, kind, data)


async def _reply(run: Run) -> AsyncGenerator[Line]:
    message = await Message.get_or_none(run_id=run.id)
    for line in _said(message) if message else ():
        yield line
    yield events.END, {"status": run.status}


async def _room(run: Run) -> AsyncGenerator[Line]:
    room = await Room.get_or_none(id=run.room_id)
    if room is None:
        raise NotFound("The room was deleted")
    yield events.ROOM_STARTED, {"task": room.task}
    task = await Message.filter(room_id=room.id, round_number=0).first()
    if run.params["first"] and task:
        yield events.STORED, {"message": pack(task)}
    number, has_spoken = await _round_before(run), False
    async with aclosing(_messages(run)) as messages:
        async for message in messages:
            if message.round_number != number:
                if has_spoken:
                    yield events.ROUND_ENDED, {"round": number}
                number = message.round_number or 0
                yield events.ROUND_STARTED, {"round": number, "max_rounds": room.max_rounds}
            has_spoken = True
            for line in _turn(message):
                yield line
    for line in _end(run, number):
        yield line


async def _round_before(run: Run) -> int:
    """How far earlier runs had come: a round that one of them began is gone on with, not begun."""
    earlier = Message.filter(room_id=run.room_id, run__attempt__lt=run.attempt)
    newest = await earlier.order_by("-seq").first()
    return (newest and newest.round_number) or 0


async def _messages(run: Run) -> AsyncGenerator[Message]:
    last = 0
    while page := await Message.filter(run_id=run.id, seq__gt=last).order_by("seq").limit(PAGE):
        for message in page:
            yield message
        last = page[-1].seq


def _turn(message: Message) -> Iterator[Line]:
    yield (
        events.MESSAGE_STARTED,
        {
            "m": message.id,
            "name": message.sender_name,
            "color": message.sender_color,
            "round": message.round_number,
        },
    )
    yield from _said(message)
    yield events.STORED, {"message": pack(message)}
    if message.status is MessageStatus.FAILED:
        error = message.error or "The turn failed"
        yield events.AGENT_FAILED, {"agent": message.sender_name, "error": error}


def _said(message: Message) -> Iterator[Line]:
    for step in message.steps:
        if step["type"] in _TEXTUAL:
            text = {"i": step["index"], "t": step["type"], "d": step["content"]}
            yield events.DELTA, {"m": message.id, **text}
        else:
            yield events.STEP, {"m": message.id, "step": step}
    usage = {
        "prompt": message.prompt_tokens or 0,
        "completion": message.completion_tokens or 0,
        "estimated": message.usage_estimated,
    }
    yield (
        events.ENDED,
        {
            "m": message.id,
            "status": message.status,
            "token_count": message.token_count,
            "usage": usage,
            "error": message.error,
            "code": _CODES.get(message.status),
        },
    )


#: Why a reply failed is in its error; the code of that error is not kept.
_CODES = {
    MessageStatus.FAILED: "UPSTREAM",
    MessageStatus.CANCELLED: "CANCELLED",
    MessageStatus.INTERRUPTED: "INTERRUPTED",
}


def _end(run: Run, number: int) -> Iterator[Line]:
    if run.status is RunStatus.COMPLETED:
        yield events.ROUND_ENDED, {"round": number}
        yield events.ROOM_COMPLETED, {"rounds": number}
    elif run.status is RunStatus.PAUSED:
        yield events.ROOM_PAUSED, {"round": number}
    else:
        yield events.ROOM_FAILED, {"error": run.error or "The discussion failed"}
    yield events.END, {"status": run.status}
