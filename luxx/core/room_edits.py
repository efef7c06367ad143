"""Changing and deleting rooms: what that means for a discussion under way."""

from collections.abc import Mapping, Sequence
from typing import Any

from luxx.core import checks, room_control, rooms, tokens
from luxx.core.holding import holding
from luxx.core.services import Services
from luxx.db.unit import settle
from luxx.errors import BadInput, Conflict
from luxx.models import Message, MessageRole, Room, RoomStatus, Run, User


async def update(services: Services, user: User, room_id: str, changes: Mapping[str, Any]) -> Room:
    """Change what is given; `status` idle resets the room, paused stops it.

    Raises NotFound, BadInput, and Conflict for another task while the room is running.
    """
    values = rooms.checked({name: value for name, value in changes.items() if name != "status"})
    status = _status(changes.get("status"))
    room = await rooms.get(user, room_id)
    if status is RoomStatus.IDLE:
        room = await room_control.reset(services, user, room_id)
    else:
        _check_rounds(room, values)  # before anything is stopped
        if status is RoomStatus.PAUSED:
            room = await room_control.stop(services, user, room_id)
    return await _change(user, room_id, values) if values else room


async def delete(services: Services, user: User, room_id: str) -> None:
    """Delete a room with all that was said in it; a running discussion is stopped first."""
    room = await rooms.get(user, room_id)
    ended = await room_control.end_runs(services, room.id)
    await settle(_delete(services, user, room.id, ended))


async def _delete(services: Services, user: User, room_id: str, ended: Sequence[str]) -> None:
    async with holding(user):
        # The runs first, as a turn that is stored meanwhile: neither waits for what the other has.
        await Run.filter(room_id=room_id).delete()
        await Room.filter(id=room_id).delete()
    for run_id in ended:
        services.log.recheck(run_id)
    await services.starts.tell(room_id)


async def _change(user: User, room_id: str, values: Mapping[str, Any]) -> Room:
    async with rooms.holding(user, room_id) as room:
        _check_rounds(room, values)
        if values.get("task", room.task) != room.task:
            await _retell(room, values["task"])
        room.update_from_dict(dict(values))
        await room.save(update_fields=[*values, "updated_at"])
    return room


async def _retell(room: Room, task: str) -> None:
    """Change the room's first message as well, where it has begun: both say the same."""
    if room.status is RoomStatus.RUNNING:
        raise Conflict("The task cannot be changed while the room is running: stop it first")
    first = Message.filter(room_id=room.id, round_number=0, role=MessageRole.USER)
    await first.update(content=task, token_count=tokens.estimate(task))


def _status(value: Any) -> RoomStatus | None:
    if value is None:
        return None
    status = checks.choice("status", value, RoomStatus)
    if status not in {RoomStatus.IDLE, RoomStatus.PAUSED}:
        raise BadInput(
            "status can be set to idle, which resets, or paused, which stops", field="status"
        )
    return status


def _check_rounds(room: Room, values: Mapping[str, Any]) -> None:
    if values.get("max_rounds", room.max_rounds) < room.current_round:
        message = f"max_rounds must be at least the current round, {room.current_round}"
        raise BadInput(message, field="max_rounds")
