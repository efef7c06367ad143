"""A user's agents, on a real database."""

import asyncio

import pytest
from people import connect, refused

from luxx.core import agents, colors, providers
from luxx.core.conversations import MAX_PROMPT
from luxx.core.services import Services
from luxx.errors import BadInput, Conflict, NotFound
from luxx.models import Agent, User


async def test_an_agent_needs_nothing_but_a_name(services: Services, user: User) -> None:
    made = await agents.create(services, user, {"name": " Coder "})
    found = await agents.get(user, made.id)
    assert (found.name, found.role, found.model, found.system_prompt) == ("Coder", "", "", "")
    assert (found.user_id, found.provider_id, found.enabled_tools) == (user.id, None, [])
    assert found.color == colors.PALETTE[0]


async def test_an_agent_is_kept_as_given(services: Services, user: User) -> None:
    provider = await connect(services, user)
    given = {
        "name": "代码助手",
        "role": "专注于 Python 和 JavaScript 开发",
        "provider_id": provider.id,
        "model": "deepseek-chat",
        "system_prompt": "You are a helpful coding assistant.\n",
        "color": "#10B981",
        "enabled_tools": ["file_read", "python_execute", "file_read"],
    }
    made = await agents.create(services, user, given)
    found = await agents.get(user, made.id)
    # A tool above alice's level is kept: it is not offered for as long as her level is too low.
    kept = given | {"color": "#10b981", "enabled_tools": ["file_read", "python_execute"]}
    assert {name: getattr(found, name) for name in given} == kept


async def test_nulls_mean_the_defaults(services: Services, user: User) -> None:
    made = await agents.create(services, user, dict.fromkeys(agents.FIELDS) | {"name": "A"})
    assert (made.role, made.provider_id, made.enabled_tools) == ("", None, [])
    assert made.color == colors.PALETTE[0]


async def test_default_colours_differ_for_each_user(
    services: Services, user: User, admin: User
) -> None:
    for color in colors.PALETTE:
        assert (await agents.create(services, user, {"name": "A"})).color == color
    assert (await agents.create(services, user, {"name": "A"})).color == colors.PALETTE[0]
    assert (await agents.create(services, admin, {"name": "A"})).color == colors.PALETTE[0]


async def test_agents_made_at_once_have_colours_of_their_own(
    services: Services, user: User
) -> None:
    made = await asyncio.gather(
        *(agents.create(services, user, {"name": str(number)}) for number in range(5))
    )
    assert {agent.color for agent in made} == set(colors.PALETTE[:5])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "x" * 101),
        ("name", "a\0"),
        ("role", "x" * 1_001),
        ("role", 7),
        ("provider_id", 0),
        ("provider_id", "1"),
        ("model", "x" * 201),
        ("system_prompt", "x" * (MAX_PROMPT + 1)),
        ("color", "red"),
        ("enabled_tools", ["no_such_tool"]),
        ("enabled_tools", "file_read"),
        ("enabled_tools", [1]),
        ("user_id", 1),
        ("turn_order", 0),
    ],
)
async def test_a_value_that_does_not_fit_names_the_field(
    services: Services, user: User, field: str, value: object
) -> None:
    kept = await agents.create(services, user, {"name": "Kept"})
    for attempt in (
        agents.create(services, user, {"name": "A", field: value}),
        agents.update(services, user, kept.id, {field: value}),
    ):
        with pytest.raises(BadInput) as error:
            await attempt
        assert error.value.field == field
        assert field in error.value.message
    assert [agent.name for agent in await agents.list_agents(user)] == ["Kept"]


async def test_a_name_is_required(services: Services, user: User) -> None:
    for fields in ({}, {"name": None}):
        with pytest.raises(BadInput) as error:
            await agents.create(services, user, fields)
        assert error.value.field == "name"


async def test_only_what_is_given_is_changed(services: Services, user: User) -> None:
    provider = await connect(services, user)
    given = {"name": "A", "role": "r", "provider_id": provider.id, "color": "#123456"}
    made = await agents.create(services, user, given)
    await agents.update(services, user, made.id, {"name": "B", "role": None, "color": None})
    found = await agents.get(user, made.id)
    assert (found.name, found.role, found.color) == ("B", "r", "#123456")
    assert found.provider_id == provider.id
    assert found.updated_at > made.updated_at
    await agents.update(services, user, made.id, {"role": "", "provider_id": None})
    found = await agents.get(user, made.id)
    assert (found.role, found.provider_id) == ("", None)


async def test_an_update_without_changes_changes_nothing(services: Services, user: User) -> None:
    made = await agents.create(services, user, {"name": "A"})
    same = await agents.update(services, user, made.id, {})
    assert same.updated_at == made.updated_at


async def test_a_deleted_provider_leaves_the_agent(services: Services, user: User) -> None:
    provider = await connect(services, user)
    made = await agents.create(services, user, {"name": "A", "provider_id": provider.id})
    await providers.delete(user, provider.id)
    assert (await agents.get(user, made.id)).provider_id is None


async def test_someone_elses_provider_is_not_found(
    services: Services, user: User, admin: User
) -> None:
    theirs = await connect(services, admin)
    fields = {"name": "A", "provider_id": theirs.id}
    await refused(NotFound, agents.create(services, user, fields))
    made = await agents.create(services, user, {"name": "A"})
    await refused(NotFound, agents.update(services, user, made.id, fields))
    assert (await agents.get(user, made.id)).provider_id is None


async def test_what_belongs_to_someone_else_is_not_there(
    services: Services, user: User, admin: User
) -> None:
    made = await agents.create(services, user, {"name": "A"})
    for attempt in (
        agents.get(admin, made.id),
        agents.update(services, admin, made.id, {"name": "mine"}),
        agents.delete(admin, made.id),
        agents.get(user, made.id + 1),
    ):
        await refused(NotFound, attempt)
    assert (await agents.get(user, made.id)).name == "A"
    assert await agents.list_agents(admin) == []


async def test_a_deleted_agent_is_gone(services: Services, user: User) -> None:
    made = [await agents.create(services, user, {"name": str(number)}) for number in range(3)]
    await agents.delete(user, made[1].id)
    assert [agent.id for agent in await agents.list_agents(user)] == [made[0].id, made[2].id]
    await refused(NotFound, agents.delete(user, made[1].id))
    found = await agents.by_ids([made[0].id, made[1].id])
    assert {id_: agent.name for id_, agent in found.items()} == {made[0].id: "0"}


async def test_two_hundred_are_enough(services: Services, user: User, admin: User) -> None:
    await Agent.bulk_create(
        [Agent(user_id=user.id, name=str(number), color="#123456") for number in range(199)]
    )
    results = await asyncio.gather(
        *(agents.create(services, user, {"name": "A"}) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(result, Agent) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert "200" in await refused(Conflict, agents.create(services, user, {"name": "A"}))
    assert await agents.create(services, admin, {"name": "A"})
