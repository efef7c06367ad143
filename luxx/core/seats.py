"""The seats of rooms: their order is dense from 0, whatever is added, moved or removed."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from luxx.core import agents, casting, checks, rooms
from luxx.core.services import Services
from luxx.errors import Conflict, NotFound
from luxx.models import Room, RoomStatus, Seat, User


async def of_rooms(room_ids: Collection[str]) -> dict[str, list[Seat]]:
    """The seats of each room, in the order in which they speak."""
    found: dict[str, list[Seat]] = {room_id: [] for room_id in room_ids}
    for seat in await Seat.filter(room_id__in=list(room_ids)).order_by("turn_order"):
        found[seat.room_id].append(seat)
    return found


async def add(services: Services, user: User, room_id: str, fields: Mapping[str, Any]) -> Seat:
    """Give somebody the last seat. Raises NotFound, BadInput, Conflict."""
    drafted = casting.draft(services, user, fields)
    async with _roster(user, room_id) as (room, seats):
        if len(seats) >= casting.MAX_SEATS:
            raise Conflict(f"The room has {casting.MAX_SEATS} agents: remove one first")
        filled = await casting.filled(user, drafted)
        (seat,) = await casting.cast(room.id, [filled], seats)
    return seat


async def update(
    services: Services, user: User, room_id: str, seat_id: int, changes: Mapping[str, Any]
) -> Seat:
    """Change what is given; `turn_order` moves the seat. Raises NotFound, BadInput, Conflict."""
    place = changes.get("turn_order")
    values = agents.checked(
        services, user, {name: value for name, value in changes.items() if name != "turn_order"}
    )
    async with _roster(user, room_id) as (_, seats):
        seat = _pick(seats, seat_id)
        await agents.check_provider(user, values)
        if place is not None:
            checks.whole("turn_order", place, 0, len(seats) - 1)
            seats.remove(seat)
            seats.insert(place, seat)
            await _arrange(seats)
        if values:
            seat.update_from_dict(values)
            await seat.save(update_fields=list(values))
    return seat


async def remove(user: User, room_id: str, seat_id: int) -> None:
    """Take a seat away; what was said from it stays. Raises NotFound, Conflict."""
    async with _roster(user, room_id) as (_, seats):
        seat = _pick(seats, seat_id)
        await seat.delete()
        seats.remove(seat)
        await _arrange(seats)


@asynccontextmanager
async def _roster(user: User, room_id: str) -> AsyncIterator[tuple[Room, list[Seat]]]:
    """The room and its seats while nobody else changes them, nor starts the discussion."""
    async with rooms.holding(user, room_id) as room:
        if room.status is RoomStatus.RUNNING:
            raise Conflict("The agents cannot be changed while the room is running: stop it first")
        yield room, await Seat.filter(room_id=room.id).order_by("turn_order")
        await room.save(update_fields=["updated_at"])


def _pick(seats: Sequence[Seat], seat_id: int) -> Seat:
    for seat in seats:
        if seat.id == seat_id:
            return seat
    raise NotFound(f"There is no agent {seat_id} in this room")


async def _arrange(seats: Sequence[Seat]) -> None:
    """Let them speak in this order."""
    for place, seat in enumerate(seats):
        if seat.turn_order != place:
            seat.turn_order = place
            await seat.save(update_fields=["turn_order"])
