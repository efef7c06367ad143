"""Conversations: their defaults, their checks, their owner."""

import asyncio

import pytest
from world import World, make_provider, make_user

from luxx.core import conversations, messages, providers
from luxx.errors import BadInput, NotFound
from luxx.llm.demo import Reply
from luxx.models import Conversation, Message, Run, RunEvent


async def test_a_conversation_without_anything_takes_the_defaults(here: World) -> None:
    made = await conversations.create(here.user, {})
    assert made.title == "新会话"
    assert (made.provider_id, made.model) == (here.provider.id, "luxx-demo")
    assert (made.temperature, made.max_tokens, made.thinking_enabled) == (0.7, 2000, False)
    assert made.id.startswith("conv_")


async def test_nulls_mean_the_defaults(here: World) -> None:
    fields = dict.fromkeys(
        ["title", "model", "provider_id", "system_prompt", "temperature", "max_tokens"]
    )
    made = await conversations.create(here.user, fields)
    assert (made.title, made.model, made.system_prompt) == ("新会话", "luxx-demo", "")


async def test_a_user_without_a_provider_gets_an_empty_model(here: World) -> None:
    made = await conversations.create(await make_user("bob"), {})
    assert (made.provider_id, made.model) == (None, "")


async def test_an_empty_model_goes_back_to_the_providers_own(here: World) -> None:
    await conversations.update(here.user, here.conversation.id, {"model": "another"})
    changed = await conversations.update(here.user, here.conversation.id, {"model": " "})
    assert changed.model == ""
    here.model.script.append(Reply("Hello"))
    await here.send(wait=True)
    assert here.model.requests[-1].json()["model"] == "luxx-demo"


async def test_what_is_given_is_kept(here: World) -> None:
    other = await make_provider(
        here.services, here.user, here.provider.base_url, default_model="other"
    )
    made = await conversations.create(
        here.user,
        {"title": " Mine ", "provider_id": other.id, "project_id": "p", "temperature": 2},
    )
    assert (made.title, made.provider_id, made.model) == ("Mine", other.id, "other")
    assert not made.untitled
    page = await conversations.page(here.user, project_id="p")
    assert [item.id for item in page.items] == [made.id]
    assert page.total == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "),
        ("title", "x" * 201),
        ("title", 7),
        ("temperature", 2.1),
        ("temperature", "hot"),
        ("temperature", float("nan")),
        ("max_tokens", 0),
        ("max_tokens", 1.5),
        ("max_tokens", True),
        ("thinking_enabled", "yes"),
        ("system_prompt", "a\0b"),
        ("model", "m" * 201),
        ("provider_id", "1"),
        ("no_such_field", 1),
    ],
)
async def test_a_value_that_does_not_fit_names_the_field(
    here: World, field: str, value: object
) -> None:
    for changing in (
        conversations.create(here.user, {field: value}),
        conversations.update(here.user, here.conversation.id, {field: value}),
    ):
        with pytest.raises(BadInput) as refused:
            await changing
        assert refused.value.field == field


async def test_someone_elses_provider_is_not_found(here: World) -> None:
    bob = await make_user("bob")
    with pytest.raises(NotFound):
        await conversations.create(bob, {"provider_id": here.provider.id})
    own = await conversations.create(bob, {})
    with pytest.raises(NotFound):
        await conversations.update(bob, own.id, {"provider_id": here.provider.id})
    assert (await Conversation.get(id=own.id)).provider_id is None


async def test_a_given_title_stays(here: World) -> None:
    await conversations.update(here.user, here.conversation.id, {"title": "Named"})
    await here.ask("Hello")
    assert (await conversations.get(here.user, here.conversation.id)).title == "Named"


async def test_an_update_without_changes_changes_nothing(here: World) -> None:
    before = await conversations.get(here.user, here.conversation.id)
    after = await conversations.update(here.user, here.conversation.id, {})
    assert after.updated_at == before.updated_at


async def test_pages_are_disjoint_and_the_latest_active_comes_first(here: World) -> None:
    made = [await conversations.create(here.user, {}) for _ in range(5)]
    first = await conversations.page(here.user, page_size=4)
    second = await conversations.page(here.user, page=2, page_size=4)
    assert first.items[0].id == made[-1].id
    assert len({item.id for item in [*first.items, *second.items]}) == 6
    assert (first.total, second.page, second.page_size) == (6, 2, 4)
    here.conversation = made[0]
    await here.ask()
    assert (await conversations.page(here.user)).items[0].id == made[0].id


@pytest.mark.parametrize(("page", "size"), [(0, 20), (1, 0), (1, 101), (10**9, 20)])
async def test_a_page_out_of_range_is_refused(here: World, page: int, size: int) -> None:
    with pytest.raises(BadInput):
        await conversations.page(here.user, page=page, page_size=size)


async def test_deleting_a_running_conversation_stops_it_and_leaves_nothing(here: World) -> None:
    here.model.script.append(Reply(text="Once upon a time", hold=asyncio.Event()))
    await here.send()
    received = await here.model.arrived()
    await conversations.delete(here.services, here.user, here.conversation.id)
    async with asyncio.timeout(5):
        await received.closed.wait()
    for table in (Conversation, Message, Run, RunEvent):
        assert await table.all().count() == 0


async def test_a_deleted_provider_leaves_the_conversation_without_one(here: World) -> None:
    await providers.delete(here.user, here.provider.id)
    left = await conversations.get(here.user, here.conversation.id)
    assert left.provider_id is None
    with pytest.raises(BadInput, match="provider"):
        await here.send()


async def test_a_provider_may_be_deleted_while_conversations_choose_it(here: World) -> None:
    address = str(here.provider.base_url).removesuffix("/v1")
    for _ in range(5):
        other = await make_provider(here.services, here.user, address, name="Other")
        chosen = {"provider_id": other.id}
        done = await asyncio.gather(
            *(conversations.create(here.user, chosen) for _ in range(3)),
            providers.delete(here.user, other.id),
            *(conversations.update(here.user, here.conversation.id, chosen) for _ in range(3)),
            return_exceptions=True,
        )
        failures = [each for each in done if isinstance(each, BaseException)]
        assert all(isinstance(failure, NotFound) for failure in failures), failures


async def test_a_disabled_provider_is_not_asked(here: World) -> None:
    await providers.update(here.services, here.user, here.provider.id, {"enabled": False})
    with pytest.raises(BadInput, match="disabled"):
        await here.send()
    assert await Message.all().count() == 0


async def test_a_provider_disabled_before_its_turn_is_not_asked(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was enabled when the message was stored, but not when the run came to be executed."""

    async def later(run_id: str) -> None:
        """Nobody executes it yet."""

    with monkeypatch.context() as patch:
        patch.setattr(here.services.runs, "submit", later)
        exchange = await here.send()
    await providers.update(here.services, here.user, here.provider.id, {"enabled": False})
    await here.services.runs.execute(str(exchange.assistant_message.run_id))
    message = await messages.get(here.user, exchange.assistant_message.id)
    assert "disabled" in str(message.error)
    assert not here.model.requests


async def test_deleting_a_reply_deletes_its_events(here: World) -> None:
    message = await here.ask()
    await messages.delete(here.services, here.user, message.id)
    assert await Message.all().count() == 1
    assert await RunEvent.all().count() == await Run.all().count() == 0
    with pytest.raises(NotFound):
        await messages.get(here.user, message.id)
    user_message = await Message.first()
    assert user_message
    await messages.delete(here.services, here.user, user_message.id)
    assert await Message.all().count() == 0


async def test_deleting_a_running_reply_stops_it(here: World) -> None:
    here.model.script.append(Reply(text="Once upon a time", hold=asyncio.Event()))
    exchange = await here.send()
    received = await here.model.arrived()
    await messages.delete(here.services, here.user, exchange.assistant_message.id)
    async with asyncio.timeout(5):
        await received.closed.wait()
    assert (await here.ask("again")).content
