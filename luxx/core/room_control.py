"""Starting, stopping and resetting a room's discussion."""

import hashlib

from tortoise.exceptions import IntegrityError

from luxx.core import idempotency, rooms, tokens
from luxx.core.runs import check_more
from luxx.core.services import Services
from luxx.db.unit import settle
from luxx.errors import BadInput, Conflict
from luxx.models import (
    LIVE,
    Message,
    MessageRole,
    Room,
    RoomStatus,
    Run,
    RunEvent,
    RunKind,
    Seat,
    User,
    new_id,
)

#: Of the task, which the room's owner has set.
OWNER_COLOR = "#10b981"
RUNNING = "The room is running: follow it, or stop it first"


async def start(
    services: Services, user: User, room_id: str, idempotency_key: str | None = None
) -> Room:
    """Begin the discussion, or go on with its next turn.

    A repeated call with the same `idempotency_key` starts nothing. Raises NotFound, Conflict for a
    room that is running or has had all its rounds, BadInput for one without agents.
    """
    room = await rooms.get(user, room_id)
    digest = hashlib.sha256(f"start {room.id}".encode()).hexdigest()
    # Whole, whoever leaves: a run that is stored and not submitted would never end.
    await settle(_start(services, user, room.id, idempotency_key, digest))
    return await rooms.get(user, room_id)


async def _start(
    services: Services, user: User, room_id: str, key: str | None, digest: str
) -> None:
    try:
        async with rooms.holding(user, room_id) as room:
            # Only now: of two starts with the key at once, the second one has waited for the first.
            if await idempotency.run_of(user, key, digest) is not None:
                return
            await check_more(user, services.settings.max_runs)
            run = await _store(user, room)
            await idempotency.remember(user, key, digest, run.id)
    except IntegrityError as error:  # the key was used elsewhere at the same time
        await idempotency.run_of(user, key, digest)
        raise Conflict(RUNNING) from error
    await services.runs.submit(run.id)
    await services.starts.tell(room_id)


async def _store(user: User, room: Room) -> Run:
    if room.status is RoomStatus.RUNNING:
        raise Conflict(RUNNING)
    if not room.round_open and room.current_round >= room.max_rounds:
        raise Conflict("The room has had all its rounds: reset it or raise max_rounds")
    if not await Seat.exists(room_id=room.id):
        raise BadInput("agents: the room has nobody to discuss its task", field="agents")
    is_first = not await Message.exists(room_id=room.id)
    newest = await Run.filter(room_id=room.id).order_by("-attempt").first()
    counted = newest.attempt if newest else 0
    run = await Run.create(
        id=new_id("run"),
        kind=RunKind.ROOM,
        user_id=user.id,
        room_id=room.id,
        live_in=room.id,
        params={"first": is_first},
        attempt=counted,
        base_attempt=counted,
    )
    if is_first:
        await Message.create(
            id=new_id("msg"),
            room_id=room.id,
            role=MessageRole.USER,
            content=room.task,
            token_count=tokens.estimate(room.task),
            sender_name=user.username,
            sender_color=OWNER_COLOR,
            round_number=0,
        )
    room.status = RoomStatus.RUNNING
    await room.save(update_fields=["status", "updated_at"])
    return run


async def stop(services: Services, user: User, room_id: str) -> Room:
    """End the current turn where it is and pause; a room that is not running stays as it is."""
    room = await rooms.get(user, room_id)
    await end_runs(services, room.id)
    return await rooms.get(user, room_id)


async def end_runs(services: Services, room_id: str) -> list[str]:
    """Stop what runs in the room, and wait (bounded) until it has ended. Gives the runs' ids."""
    running = await Run.filter(room_id=room_id, status__in=LIVE).values_list("id", flat=True)
    ids = [str(run_id) for run_id in running]
    for run_id in ids:
        await services.runs.stop(run_id)
    return ids


async def reset(services: Services, user: User, room_id: str) -> Room:
    """Stop the room, delete its messages and return it to idle. Raises Conflict if it restarts."""
    room = await rooms.get(user, room_id)
    await end_runs(services, room.id)
    await settle(_reset(user, room.id))
    return await rooms.get(user, room_id)


async def _reset(user: User, room_id: str) -> None:
    async with rooms.holding(user, room_id) as room:
        if room.status is RoomStatus.RUNNING:
            raise Conflict(RUNNING)
        await Message.filter(room_id=room.id).delete()
        # The runs stay: the ids of a room's events go on from them.
        await RunEvent.filter(run__room_id=room.id).delete()
        room.update_from_dict(
            {
                "status": RoomStatus.IDLE,
                "current_round": 0,
                "round_open": False,
                "turns_taken": [],
            }
        )
        await room.save()
