"""Agents: personas to be seated in rooms."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import UNSET

from luxx import models
from luxx.core import agents
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.providers import Provider, provider_of


@strawberry.type
class Agent:
    id: int
    user_id: int
    name: str
    role: str
    provider_id: int | None = strawberry.field(
        description="Null: the user's default provider, whichever that is when a seat speaks."
    )
    model: str = strawberry.field(description="Empty: the provider's default model.")
    system_prompt: str
    color: str
    enabled_tools: list[str] = strawberry.field(
        description="Tools its seats may use, within the owner's level."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: models.Agent) -> Self:
        return cls(
            id=row.id,
            user_id=row.user_id,
            name=row.name,
            role=row.role,
            provider_id=row.provider_id,
            model=row.model,
            system_prompt=row.system_prompt,
            color=row.color,
            enabled_tools=row.enabled_tools,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @field()
    async def provider(self, info: Info) -> Provider | None:
        return await provider_of(info, self.provider_id)


@strawberry.input
class TraitsInput:
    """What agents and seats are given alike, beside a name."""

    role: str | None = UNSET
    provider_id: int | None = UNSET
    model: str | None = UNSET
    system_prompt: str | None = UNSET
    color: str | None = UNSET
    enabled_tools: list[str] | None = strawberry.field(
        default=UNSET,
        description="Names of tools that it may use, within your level: at first none.",
    )


@strawberry.input
class CreateAgentInput(TraitsInput):
    name: str


@strawberry.input
class UpdateAgentInput(TraitsInput):
    name: str | None = UNSET


@strawberry.type
class AgentQuery:
    @field(IsAuthenticated)
    async def agents(self, info: Info) -> list[Agent]:
        rows = await agents.list_agents(await info.context.user())
        return [Agent.from_row(row) for row in rows]

    @field(IsAuthenticated)
    async def agent(self, info: Info, id: int) -> Agent:
        return Agent.from_row(await agents.get(await info.context.user(), id))


@strawberry.type
class AgentMutation:
    @mutation(IsAuthenticated)
    async def create_agent(self, info: Info, input: CreateAgentInput) -> Agent:
        context = info.context
        row = await agents.create(context.services, await context.user(), given(input))
        return Agent.from_row(row)

    @mutation(IsAuthenticated)
    async def update_agent(self, info: Info, id: int, input: UpdateAgentInput) -> Agent:
        context = info.context
        row = await agents.update(context.services, await context.user(), id, given(input))
        return Agent.from_row(row)

    @mutation(IsAuthenticated)
    async def delete_agent(self, info: Info, id: int) -> bool:
        await agents.delete(await info.context.user(), id)
        return True
