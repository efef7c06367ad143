"""What a run said, told again from its rows once the events themselves are no longer kept.

It is the same for everybody and ever, so it has cursors of its own: ids of the run's last attempt
that no event has ever had.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from luxx.core.services import Services
from luxx.core.stored import pack
from luxx.errors import BadInput
from luxx.eventlog import events
from luxx.eventlog.events import Event
from luxx.models import LIVE, Message, MessageRole, MessageStatus, Room, Run, RunStatus

#: Added to the sequence numbers: no attempt writes so many events.
RETOLD = 1 << 31
GONE = (
    "after: what followed this event is no longer kept: read the messages, or follow without a"
    " cursor"
)
_TEXTUAL = {"thinking", "text"}

Line = tuple[str, dict[str, Any]]


async def retold(services: Services, run: Run | None, cursor: int) -> list[Event] | None:
    """All of the run's events, told again; None where they are in the log.

    Raises BadInput for the cursor of an event that is gone: nobody knows what followed it.
    """
    if run is None or run.status in LIVE or (_is_kept(services, run) and not cursor & RETOLD):
        return None
    if cursor and not cursor & RETOLD:
        raise BadInput(GONE, field="after")
    lines = await _room(run) if run.room_id else await _reply(run)
    first = events.first_id(run.attempt) + RETOLD
    return [Event(first + at, kind, data) for at, (kind, data) in enumerate(lines, 1)]


def _is_kept(services: Services, run: Run) -> bool:
    """By its age: the events of one that is too old are deleted little by little."""
    oldest = datetime.now(UTC) - timedelta(seconds=services.settings.event_retention)
    return run.logged and run.finished_at is not None and run.finished_at > oldest


async def _reply(run: Run) -> list[Line]:
    message = await Message.get_or_none(run_id=run.id)
    said = list(_said(message)) if message else []
    return [*said, (events.END, {"status": run.status})]


async def _room(run: Run) -> list[Line]:
    room = await Room.get(id=run.room_id)
    messages = await Message.filter(run_id=run.id).order_by("seq")
    lines: list[Line] = [(events.ROOM_STARTED, {"task": room.task})]
    if run.params["first"]:
        task = await Message.get(room_id=room.id, role=MessageRole.USER)
        lines.append((events.STORED, {"message": pack(task)}))
    number = await _open_round(messages)
    for message in messages:
        if message.round_number != number:
            if number:
                lines.append((events.ROUND_ENDED, {"round": number}))
            number = message.round_number or 0
            lines.append((events.ROUND_STARTED, {"round": number, "max_rounds": room.max_rounds}))
        lines += _turn(message)
    return [*lines, *_end(run, number)]


async def _open_round(messages: list[Message]) -> int:
    """The round that an earlier run began and this one went on with; 0 where there is none."""
    if not messages:
        return 0
    first = messages[0]
    earlier = Message.filter(
        room_id=first.room_id, round_number=first.round_number, seq__lt=first.seq
    )
    return (first.round_number or 0) if await earlier.exists() else 0


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
