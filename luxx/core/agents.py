"""Agents: personas that a user makes once, to be copied into the seats of rooms."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from luxx.core import checks, colors, providers
from luxx.core.conversations import MAX_PROMPT
from luxx.core.holding import holding
from luxx.core.services import Services
from luxx.errors import BadInput, Conflict, NotFound
from luxx.models import Agent, User

MAX_AGENTS = 200


async def list_agents(user: User) -> list[Agent]:
    return await Agent.filter(user_id=user.id).order_by("id")


async def get(user: User, agent_id: int) -> Agent:
    """Raises NotFound, for someone else's as well."""
    agent = await Agent.get_or_none(id=agent_id, user_id=user.id)
    if agent is None:
        raise NotFound(f"There is no agent {agent_id}")
    return agent


async def by_ids(ids: Collection[int]) -> dict[int, Agent]:
    return {agent.id: agent for agent in await Agent.filter(id__in=list(ids))}


async def create(services: Services, user: User, fields: Mapping[str, Any]) -> Agent:
    """Make an agent. Raises BadInput, NotFound for a provider that is not the user's, Conflict."""
    values = checked(services, user, fields)
    if "name" not in values:
        raise BadInput("name is required", field="name")
    async with holding(user):
        agents = await list_agents(user)
        if len(agents) >= MAX_AGENTS:
            raise Conflict(f"You have {MAX_AGENTS} agents: delete one first")
        await check_provider(user, values)
        values.setdefault("color", colors.pick(agent.color for agent in agents))
        return await Agent.create(user_id=user.id, **values)


async def update(
    services: Services, user: User, agent_id: int, changes: Mapping[str, Any]
) -> Agent:
    """Change what is given. Seats that were copied from the agent stay as they are."""
    values = checked(services, user, changes)
    async with holding(user):
        agent = await get(user, agent_id)
        await check_provider(user, values)
        if values:
            agent.update_from_dict(values)
            await agent.save(update_fields=[*values, "updated_at"])
    return agent


async def delete(user: User, agent_id: int) -> None:
    """Delete it; its seats stay."""
    async with holding(user):
        agent = await get(user, agent_id)
        await agent.delete()


def checked(services: Services, user: User, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields of an agent or a seat with values that fit.

    Null is as good as left out, but for the provider: there it means the user's default one.
    """
    checks.known(fields, _CHECKS)
    values = {
        name: _CHECKS[name](name, value) if value is not None else None
        for name, value in fields.items()
        if value is not None or name == "provider_id"
    }
    services.toolbox.offered(user, values.get("enabled_tools"))
    return values


async def check_provider(user: User, values: Mapping[str, Any]) -> None:
    """Raises NotFound for a provider that is not the user's."""
    if values.get("provider_id") is not None:
        with checks.naming("provider_id"):
            await providers.get(user, values["provider_id"])


def _tools(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadInput(f"{field} must be a list of names", field=field)
    return list(dict.fromkeys(value))


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "name": lambda field, value: checks.name(field, value, 100),
    "role": lambda field, value: checks.text(field, value, 1_000),
    "provider_id": lambda field, value: checks.whole(field, value, 1, 2**31 - 1),
    "model": lambda field, value: checks.text(field, value, 200).strip(),
    "system_prompt": lambda field, value: checks.text(field, value, MAX_PROMPT),
    "color": colors.check,
    "enabled_tools": _tools,
}
#: What a seat copies.
FIELDS = tuple(_CHECKS)
