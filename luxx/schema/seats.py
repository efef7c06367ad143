"""The agents of a room: its seats, in the order in which they speak."""

from typing import Self

import strawberry
from strawberry import ID, UNSET

from luxx import models
from luxx.core import seats
from luxx.schema.agents import Agent, TraitsInput
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.messages import Usage
from luxx.schema.permissions import IsAuthenticated


@strawberry.type(description="A seat: a copy of an agent, or one made for this room alone.")
class RoomAgent:
    id: int
    room_id: ID
    agent_id: int | None = strawberry.field(
        description="What it was copied from; null once that is deleted."
    )
    name: str
    role: str
    provider_id: int | None = strawberry.field(
        description="Null: the owner's default provider, whichever that is when it speaks."
    )
    model: str = strawberry.field(description="Empty: the provider's default model.")
    system_prompt: str
    color: str
    enabled_tools: list[str]
    turn_order: int = strawberry.field(description="From 0, without gaps.")

    @classmethod
    def from_row(cls, row: models.Seat) -> Self:
        return cls(
            id=row.id,
            room_id=ID(row.room_id),
            agent_id=row.agent_id,
            name=row.name,
            role=row.role,
            provider_id=row.provider_id,
            model=row.model,
            system_prompt=row.system_prompt,
            color=row.color,
            enabled_tools=row.enabled_tools,
            turn_order=row.turn_order,
        )

    @field()
    async def agent(self, info: Info) -> Agent | None:
        if self.agent_id is None:
            return None
        row = await info.context.loaders.agents.load(self.agent_id)
        return None if row is None else Agent.from_row(row)

    @field(description="The tokens of what was said from this seat.")
    async def usage(self, info: Info) -> Usage:
        used = await info.context.loaders.from_seat.usages.load(self.id)
        return Usage.of(used.prompt, used.completion, estimated=used.estimated)


@strawberry.input(
    description="An agent's copy where `agentId` is given: what else is given counts."
)
class RoomAgentInput(TraitsInput):
    agent_id: int | None = UNSET
    name: str | None = UNSET


@strawberry.input
class UpdateRoomAgentInput(TraitsInput):
    name: str | None = UNSET
    turn_order: int | None = UNSET


@strawberry.type
class SeatMutation:
    @mutation(IsAuthenticated)
    async def add_room_agent(self, info: Info, room_id: ID, input: RoomAgentInput) -> RoomAgent:
        context = info.context
        row = await seats.add(context.services, await context.user(), room_id, given(input))
        return RoomAgent.from_row(row)

    @mutation(IsAuthenticated)
    async def update_room_agent(
        self, info: Info, room_id: ID, id: int, input: UpdateRoomAgentInput
    ) -> RoomAgent:
        context = info.context
        row = await seats.update(context.services, await context.user(), room_id, id, given(input))
        return RoomAgent.from_row(row)

    @mutation(IsAuthenticated)
    async def remove_room_agent(self, info: Info, room_id: ID, id: int) -> bool:
        await seats.remove(await info.context.user(), room_id, id)
        return True
