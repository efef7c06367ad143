"""Messages that are deleted, renamed or followed while something else happens to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import pytest
from support import until
from tortoise.exceptions import OperationalError
from world import World

from luxx.core import accounts, conversations, messages, providers
from luxx.core.follow import follow, parse_cursor
from luxx.core.toolbox import Outcome, Toolbox
from luxx.errors import BadInput, Conflict, NotFound, Unauthenticated
from luxx.eventlog.events import Event
from luxx.llm.demo import Call, Reply
from luxx.models import Conversation, Message, Provider, Run

WAIT = 8.0


async def ended(here: World, message: Message) -> Message:
    async with asyncio.timeout(WAIT):
        await here.services.runs.wait(str(message.run_id))
    return await Message.get(id=message.id)


async def test_who_waits_for_a_reply_that_is_deleted_is_told(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = here.services.log.read

    async def read(run_id: str) -> AsyncIterator[Event]:
        async for event in real(run_id):
            yield event
        answer = await Message.get(run_id=run_id)
        await messages.delete(here.services, here.user, answer.id)

    monkeypatch.setattr(here.services.log, "read", read)
    with pytest.raises(NotFound):
        await here.send(wait=True)


async def test_a_reader_of_a_reply_that_does_not_stop_and_is_deleted_is_told(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.core.runs.STOP_TIMEOUT", 0.05)
    begun, hold = asyncio.Event(), asyncio.Event()

    async def stubborn(*_: object, **__: object) -> Outcome:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await hold.wait()
        raise AssertionError

    monkeypatch.setattr(Toolbox, "call", stubborn)
    here.model.script.append(Reply(text="Look", tool_calls=[Call("file_list", {})]))
    exchange = await here.send()
    answer = exchange.assistant_message
    watching = asyncio.create_task(here.events(answer.id))
    async with asyncio.timeout(WAIT):
        await begun.wait()
    await until(lambda: here.services.log.readers)
    await messages.delete(here.services, here.user, answer.id)
    with pytest.raises(NotFound):
        await watching
    hold.set()
    await until(lambda: not here.services.runs.executing)


async def test_deleting_the_same_reply_twice_at_once_is_no_error_inside(here: World) -> None:
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once upon a time", hold=hold))
    answer = (await here.send()).assistant_message
    await here.model.arrived()
    async with asyncio.timeout(WAIT):
        results = await asyncio.gather(
            *(messages.delete(here.services, here.user, answer.id) for _ in range(5)),
            return_exceptions=True,
        )
    assert all(result is None or isinstance(result, NotFound) for result in results), results
    assert not await Message.filter(id=answer.id).exists()


async def test_a_key_whose_question_was_deleted_does_not_return_another(here: World) -> None:
    first = await here.ask("first")
    exchange = await here.send("second", idempotency_key="k")
    await ended(here, exchange.assistant_message)
    # What is left is a question and an answer that is not its own.
    await messages.delete(here.services, here.user, first.id)
    await messages.delete(here.services, here.user, exchange.user_message.id)
    with pytest.raises(Conflict, match="deleted"):
        await here.send("second", idempotency_key="k")


async def test_a_key_whose_reply_is_deleted_meanwhile_is_told_so(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.core.idempotency.run_of", AsyncMock(return_value="run_gone"))
    with pytest.raises(Conflict, match="deleted"):
        await here.send("second", idempotency_key="k")


async def test_a_title_given_while_a_message_is_sent_stays(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = providers.usable

    async def slow(user_id: int, provider_id: int | None) -> Provider:
        await conversations.update(here.user, here.conversation.id, {"title": "Mine"})
        return await real(user_id, provider_id)

    monkeypatch.setattr(providers, "usable", slow)
    before = (await Conversation.get(id=here.conversation.id)).updated_at
    await here.ask("A question")
    after = await Conversation.get(id=here.conversation.id)
    assert (after.title, after.untitled) == ("Mine", False)
    assert after.updated_at > before


async def test_a_conversation_deleted_while_a_message_is_sent_is_not_found(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = providers.usable

    async def slow(user_id: int, provider_id: int | None) -> Provider:
        await Conversation.filter(id=here.conversation.id).delete()
        return await real(user_id, provider_id)

    monkeypatch.setattr(providers, "usable", slow)
    with pytest.raises(NotFound):
        await here.send()


@pytest.mark.parametrize("cursor", ["0" * 20 + "9" * 30, "0" * 30, "9" * 19, "1" * 5000])
def test_a_cursor_that_no_log_can_hold_is_refused(cursor: str) -> None:
    with pytest.raises(BadInput):
        parse_cursor(cursor)


async def test_a_login_that_ends_before_its_stream_begins_opens_none(here: World) -> None:
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once upon a time", hold=hold))
    answer = (await here.send()).assistant_message
    session = here.session
    stream = await follow(here.services, session, answer.id, accumulated=False)
    await accounts.logout(here.services, session)
    async with asyncio.timeout(WAIT):
        with pytest.raises(Unauthenticated):
            async for _ in stream:
                pass
    hold.set()
    await ended(here, answer)


async def test_a_reply_is_deleted_with_its_run_or_not_at_all(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await here.ask()

    class Broken(Message):
        @classmethod
        def filter(cls, *_: Any, **__: Any) -> Any:
            raise OperationalError("no")

    monkeypatch.setattr(messages, "Message", Broken)
    monkeypatch.setattr(messages, "cancel", AsyncMock(return_value=answer))
    with pytest.raises(OperationalError):
        await messages.delete(here.services, here.user, answer.id)
    assert await Run.filter(id=answer.run_id).exists()
