"""Rooms: a task and those who discuss it, their messages, and lists of rooms."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID, UNSET

from luxx import models
from luxx.core import room_control, room_edits, rooms
from luxx.models import RoomStatus
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.loaders import Window
from luxx.schema.messages import Message, Usage
from luxx.schema.pages import Page, page_of
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.seats import RoomAgent, RoomAgentInput


@strawberry.type
class Room:
    id: ID
    user_id: int
    title: str
    task: str
    status: RoomStatus
    max_rounds: int
    current_round: int = strawberry.field(description="The newest turn's; 0 before the first.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: models.Room) -> Self:
        return cls(
            id=ID(row.id),
            user_id=row.user_id,
            title=row.title,
            task=row.task,
            status=row.status,
            max_rounds=row.max_rounds,
            current_round=row.current_round,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @field(description="In the order in which they speak.")
    async def agents(self, info: Info) -> list[RoomAgent]:
        rows = await info.context.loaders.seats.load(self.id)
        return [RoomAgent.from_row(row) for row in rows]

    @field(
        description="The task, then what was said, oldest first; the newest `limit` of those "
        "before the message `before`."
    )
    async def messages(
        self, info: Info, limit: int = 1000, before: ID | None = None
    ) -> list[Message]:
        rows = await info.context.loaders.in_room.windows.load(Window(self.id, limit, before))
        return [Message.from_row(row) for row in rows]

    @field()
    async def message_count(self, info: Info) -> int:
        return await info.context.loaders.in_room.counts.load(self.id)

    @field()
    async def usage(self, info: Info) -> Usage:
        used = await info.context.loaders.in_room.usages.load(self.id)
        return Usage.of(used.prompt, used.completion, estimated=used.estimated)


@strawberry.input
class CreateRoomInput:
    title: str
    task: str
    max_rounds: int | None = UNSET
    agents: list[RoomAgentInput] = strawberry.field(default_factory=list)


@strawberry.input(
    description="`status` takes IDLE, which resets the room, and PAUSED, which stops it."
)
class UpdateRoomInput:
    title: str | None = UNSET
    task: str | None = UNSET
    max_rounds: int | None = UNSET
    status: RoomStatus | None = UNSET


@strawberry.type
class RoomQuery:
    @field(IsAuthenticated)
    async def rooms(self, info: Info, page: int = 1, page_size: int = 20) -> Page[Room]:
        found = await rooms.page(await info.context.user(), page=page, page_size=page_size)
        return page_of(found, Room.from_row)

    @field(IsAuthenticated)
    async def room(self, info: Info, id: ID) -> Room:
        return Room.from_row(await rooms.get(await info.context.user(), id))


@strawberry.type
class RoomMutation:
    @mutation(IsAuthenticated)
    async def create_room(self, info: Info, input: CreateRoomInput) -> Room:
        context = info.context
        fields = {**given(input), "agents": [given(agent) for agent in input.agents]}
        return Room.from_row(await rooms.create(context.services, await context.user(), fields))

    @mutation(IsAuthenticated)
    async def update_room(self, info: Info, id: ID, input: UpdateRoomInput) -> Room:
        context = info.context
        row = await room_edits.update(context.services, await context.user(), id, given(input))
        return Room.from_row(row)

    @mutation(IsAuthenticated)
    async def delete_room(self, info: Info, id: ID) -> bool:
        await room_edits.delete(info.context.services, await info.context.user(), id)
        return True

    @mutation(
        IsAuthenticated,
        description="Begins the discussion, or goes on with it. Follow it with roomEvents.",
    )
    async def start_room(self, info: Info, id: ID, idempotency_key: str | None = None) -> Room:
        context = info.context
        row = await room_control.start(context.services, await context.user(), id, idempotency_key)
        return Room.from_row(row)

    @mutation(IsAuthenticated, description="Pauses the discussion; what was said stays.")
    async def stop_room(self, info: Info, id: ID) -> Room:
        context = info.context
        return Room.from_row(await room_control.stop(context.services, await context.user(), id))

    @mutation(IsAuthenticated, description="Deletes all that was said, and begins at round 0.")
    async def reset_room(self, info: Info, id: ID) -> Room:
        context = info.context
        return Room.from_row(await room_control.reset(context.services, await context.user(), id))
