"""A room's discussion: rounds in which every seat has its turn, one after the other.

How far it has come is in the room's row, and changes in the same commit as what shows it: a turn is
taken when its message is stored, and not before. Whoever goes on, after a stop or a crash, reads
there whose turn is next.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from luxx.core import hearing, providers, stored
from luxx.core.reply import CANCELLED, INTERRUPTED, Ending, Reply
from luxx.core.services import Services
from luxx.core.speaking import Persona, Speaker, outcome
from luxx.db.unit import settle
from luxx.errors import Upstream
from luxx.eventlog import events
from luxx.eventlog.writer import RunWriter
from luxx.models import (
    Message,
    MessageRole,
    MessageStatus,
    Room,
    RoomStatus,
    Run,
    RunEvent,
    RunStatus,
    Seat,
    User,
    new_id,
)

ALL_FAILED = "Every agent failed in round {round}: the last one said: {error}"


@dataclass(slots=True)
class Stage:
    """A room while it is discussed: nobody else changes its roster or its progress meanwhile."""

    run: Run
    writer: RunWriter
    room: Room
    owner: User
    seats: list[Seat]

    def next_seat(self) -> Seat | None:
        """Whose turn is next in the round that is open; None if all have had theirs."""
        taken = set(self.room.turns_taken)
        return next((seat for seat in self.seats if seat.id not in taken), None)


class Discussion:
    """The body of a room's run."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._speaker = Speaker(services)

    async def execute(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        stage = await _stage(run, writer)
        await settle(_open(stage))
        await self._go_on(stage, stop)

    async def recover(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        """Keep what the turn that died had said, then speak it anew."""
        stage = await _stage(run, writer)
        if not await RunEvent.filter(run_id=run.id).exists():
            await settle(_open(stage))
        for message, reply in await self._unfinished(stage):
            await settle(_interrupt(stage, message, reply))
        await self._go_on(stage, stop)

    async def fail(self, run: Run, writer: RunWriter, error: str) -> None:
        stage = await _stage(run, writer)
        unfinished = await self._unfinished(stage)
        async with writer.commit():
            for message, reply in unfinished:
                ended = Ending(MessageStatus.FAILED, error, "INTERNAL")
                await _write(stage, message, reply, ended)
            await _fail(stage, error)

    async def _unfinished(self, stage: Stage) -> list[tuple[Message, Reply]]:
        """Messages that a dead attempt left, with what it had made durable of them."""
        run, log = stage.run, self._services.log
        begun = await log.before_newest(run.id, events.MESSAGE_STARTED)
        return [
            (message, await Reply.rebuilt(message.id, stage.writer, log.replay(run.id, begun)))
            for message in await Message.filter(run_id=run.id, status=MessageStatus.RUNNING)
        ]

    async def _go_on(self, stage: Stage, stop: asyncio.Event) -> None:
        going = True
        while going:
            # A discussion may outlast its owner's account by days.
            if stop.is_set() or not await User.exists(id=stage.owner.id, is_active=True):
                await settle(_pause(stage))
                return
            going = await self._turn(stage, stop)

    async def _turn(self, stage: Stage, stop: asyncio.Event) -> bool:
        """Let the next seat speak; False once the run is over, or has to be left as it is."""
        seat = stage.next_seat() if stage.room.round_open else stage.seats[0]
        if seat is None:  # those who have not spoken were removed
            return await settle(_close_round(stage))
        message = await settle(_begin(stage, seat))
        reply = Reply(message.id, stage.writer)
        work = asyncio.create_task(self._speak(stage, seat, reply), name=f"turn-{message.id}")
        ended = await outcome(work, stop)
        if ended is INTERRUPTED:  # the process ends: the next one goes on from here
            await settle(_interrupt(stage, message, reply))
            return False
        return await settle(_end(stage, seat, message, reply, ended))

    async def _speak(self, stage: Stage, seat: Seat, reply: Reply) -> Ending:
        limit = self._services.settings.turn_timeout
        try:
            async with asyncio.timeout(limit) as turn:
                persona = Persona(
                    provider=await providers.usable(stage.owner.id, seat.provider_id),
                    model=seat.model,
                    system=hearing.system(stage.room, seat, stage.seats),
                    tools=seat.enabled_tools,
                )
                hear = partial(hearing.turns, stage.room, seat)
                setting = await self._speaker.setting(stage.owner, persona, hear)
                return await self._speaker.speak(setting, reply)
        except TimeoutError as error:
            if not turn.expired():
                raise
            raise Upstream(f"The turn took more than {limit:g} seconds") from error


async def _stage(run: Run, writer: RunWriter) -> Stage:
    room = await Room.get(id=run.room_id)
    owner = await User.get(id=run.user_id)
    seats = await Seat.filter(room_id=room.id).order_by("turn_order", "id")
    return Stage(run, writer, room, owner, seats)


async def _open(stage: Stage) -> None:
    async with stage.writer.commit():
        stage.writer.emit(events.ROOM_STARTED, task=stage.room.task)
        if stage.run.params["first"]:
            _store(stage, await Message.get(room_id=stage.room.id, round_number=0))


async def _begin(stage: Stage, seat: Seat) -> Message:
    """The seat's message, and its round if it is the first to speak in it."""
    room, writer = stage.room, stage.writer
    async with writer.commit():
        if not room.round_open:
            await _set(room, current_round=room.current_round + 1, round_open=True, turns_taken=[])
            max_rounds = await _max_rounds(room)
            writer.emit(events.ROUND_STARTED, round=room.current_round, max_rounds=max_rounds)
        message = await Message.create(
            id=new_id("msg"),
            room_id=room.id,
            seat_id=seat.id,
            run_id=stage.run.id,
            role=MessageRole.ASSISTANT,
            status=MessageStatus.RUNNING,
            sender_name=seat.name,
            sender_color=seat.color,
            round_number=room.current_round,
        )
        writer.emit(
            events.MESSAGE_STARTED,
            m=message.id,
            name=seat.name,
            color=seat.color,
            round=room.current_round,
        )
    return message


async def _end(stage: Stage, seat: Seat, message: Message, reply: Reply, ended: Ending) -> bool:
    """Store the turn; False if the run is over with it."""
    async with stage.writer.commit():
        await _write(stage, message, reply, ended)
        if ended is CANCELLED:
            await _paused(stage)
            return False
        if ended.status is MessageStatus.FAILED:
            error = ended.error or "The turn failed"
            stage.writer.emit(events.AGENT_FAILED, agent=seat.name, error=error)
        await _set(stage.room, turns_taken=[*stage.room.turns_taken, seat.id])
        await _count_anew(stage)
        return stage.next_seat() is not None or await _round_over(stage)


async def _count_anew(stage: Stage) -> None:
    """A run that gets on may be taken up again as often as before."""
    run, before = stage.run, stage.writer.attempt - 1
    if run.base_attempt != before:
        await Run.filter(id=run.id).update(base_attempt=before)
        run.base_attempt = before


async def _interrupt(stage: Stage, message: Message, reply: Reply) -> None:
    async with stage.writer.commit():
        await _write(stage, message, reply, INTERRUPTED)


async def _write(stage: Stage, message: Message, reply: Reply, ended: Ending) -> None:
    row = reply.row(ended)
    await Message.filter(id=message.id).update(**row)
    message.update_from_dict(row)
    reply.end(ended)
    _store(stage, message)


async def _close_round(stage: Stage) -> bool:
    async with stage.writer.commit():
        return await _round_over(stage)


async def _round_over(stage: Stage) -> bool:
    """End the round that all have spoken in; False if the room is over with it."""
    room, writer = stage.room, stage.writer
    spoken = Message.filter(room_id=room.id, round_number=room.current_round)
    if not await spoken.filter(status=MessageStatus.COMPLETED).exists():
        failed = await spoken.filter(status=MessageStatus.FAILED).order_by("-seq").first()
        error = (failed and failed.error) or "nothing"
        # The round stays open and is spoken anew when the room is started again.
        await _set(room, turns_taken=[])
        await _fail(stage, ALL_FAILED.format(round=room.current_round, error=error))
        return False
    await _set(room, round_open=False, turns_taken=[])
    writer.emit(events.ROUND_ENDED, round=room.current_round)
    if room.current_round < await _max_rounds(room):
        return True
    writer.emit(events.ROOM_COMPLETED, rounds=room.current_round)
    await _close(stage, RoomStatus.COMPLETED, RunStatus.COMPLETED)
    return False


async def _pause(stage: Stage) -> None:
    async with stage.writer.commit():
        await _paused(stage)


async def _paused(stage: Stage) -> None:
    stage.writer.emit(events.ROOM_PAUSED, round=stage.room.current_round)
    await _close(stage, RoomStatus.PAUSED, RunStatus.PAUSED)


async def _fail(stage: Stage, error: str) -> None:
    stage.writer.emit(events.ROOM_FAILED, error=error)
    await _close(stage, RoomStatus.ERROR, RunStatus.FAILED, error)


async def _close(
    stage: Stage, room: RoomStatus, status: RunStatus, error: str | None = None
) -> None:
    await _set(stage.room, status=room)
    await Run.filter(id=stage.run.id).update(
        status=status, live_in=None, error=error, finished_at=datetime.now(UTC)
    )
    stage.writer.emit(events.END, status=status)


async def _set(room: Room, **columns: Any) -> None:
    """In the row and in what we hold of it."""
    await Room.filter(id=room.id).update(**columns, updated_at=datetime.now(UTC))
    room.update_from_dict(columns)


async def _max_rounds(room: Room) -> int:
    """Read anew: it may be changed while the room runs."""
    found = await Room.filter(id=room.id).values_list("max_rounds", flat=True)
    return int(str(found[0]))


def _store(stage: Stage, message: Message) -> None:
    """Tell the readers what is in the database now."""
    stage.writer.emit(events.STORED, message=stored.pack(message))
