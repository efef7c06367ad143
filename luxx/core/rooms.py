"""Rooms: made, found, and held while they are changed; each belongs to one user."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from luxx.core import casting, checks
from luxx.core.holding import holding as holding_user
from luxx.core.paging import Page, paged
from luxx.core.services import Services
from luxx.db import rows_of
from luxx.errors import BadInput, NotFound
from luxx.models import Room, User, new_id

MAX_TASK = 50_000
MAX_ROUNDS = 100


async def page(user: User, *, page: int = 1, page_size: int = 20) -> Page[Room]:
    """The user's rooms, the latest active first. Raises BadInput."""
    return await paged(Room.filter(user_id=user.id).order_by("-updated_at", "-id"), page, page_size)


async def get(user: User, room_id: str) -> Room:
    """Raises NotFound, for someone else's as well."""
    found: list[Room] = []
    if checks.is_id(room_id):
        found = await rows_of(Room, _ROOM, room_id, user.id)
    if not found:
        raise _missing(room_id)
    return found[0]


_ROOM = "SELECT * FROM room WHERE id = ? AND user_id = ?"


@asynccontextmanager
async def holding(user: User, room_id: str) -> AsyncIterator[Room]:
    """A transaction in which nobody else changes this room. Raises NotFound."""
    async with holding_user(user):
        held = Room.filter(id=room_id, user_id=user.id).select_for_update(no_key=True)
        room = await held.get_or_none() if checks.is_id(room_id) else None
        if room is None:
            raise _missing(room_id)
        yield room


async def create(services: Services, user: User, fields: Mapping[str, Any]) -> Room:
    """Make a room with its seats, all or nothing.

    Raises BadInput, and NotFound for an agent or a provider that is not the user's.
    """
    values = checked({name: value for name, value in fields.items() if name != "agents"})
    for name in ("title", "task"):
        if name not in values:
            raise BadInput(f"{name} is required", field=name)
    drafts = casting.drafts(services, user, fields.get("agents") or ())
    async with holding_user(user):
        room = await Room.create(id=new_id("room"), user_id=user.id, **values)
        await casting.cast(room.id, await casting.filled_all(user, drafts))
    return room


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields with values that fit; null is as good as left out."""
    checks.known(fields, _CHECKS)
    return {name: _CHECKS[name](name, value) for name, value in fields.items() if value is not None}


def _missing(room_id: str) -> NotFound:
    return NotFound(f"There is no room {room_id[: checks.MAX_ID]!r}")


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "title": lambda field, value: checks.name(field, value, 200),
    "task": lambda field, value: checks.name(field, value, MAX_TASK),
    "max_rounds": lambda field, value: checks.whole(field, value, 1, MAX_ROUNDS),
}
