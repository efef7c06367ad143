"""Runs when something fails or leaves at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise.exceptions import DBConnectionError, OperationalError
from world import World

from luxx import db
from luxx.core import chat, holding, messages
from luxx.core.follow import ReplyEnded, StepUpdate
from luxx.core.toolbox import Outcome, Toolbox
from luxx.eventlog import writer as writer_module
from luxx.executor import local
from luxx.llm.demo import Call, Reply
from luxx.models import Message, MessageStatus, Run, RunStatus, User

WAIT = 8.0


async def ended(here: World, message: Message) -> Message:
    async with asyncio.timeout(WAIT):
        await here.services.runs.wait(str(message.run_id))
    return await Message.get(id=message.id)


async def test_a_reply_that_cannot_be_stored_ends_as_failed(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect in the last write must not leave the conversation waiting for ever."""

    async def broken(*_: object) -> None:
        raise OperationalError("value out of range")

    monkeypatch.setattr(chat, "_finish", broken)
    exchange = await here.send()
    message = await ended(here, exchange.assistant_message)
    assert (message.status, message.error) == (MessageStatus.FAILED, "Internal error")
    last = (await here.events(message.id))[-1]
    assert isinstance(last, ReplyEnded)
    assert (last.status, last.code) == (MessageStatus.FAILED, "INTERNAL")
    monkeypatch.undo()
    assert (await here.ask("again")).status is MessageStatus.COMPLETED


async def test_a_reply_that_cannot_be_stored_at_first_keeps_what_was_read(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = chat._finish, [0]

    async def broken_once(*args: Any) -> None:
        tries[0] += 1
        if tries[0] == 1:
            raise OperationalError("value out of range")
        await real(*args)

    monkeypatch.setattr(chat, "_finish", broken_once)
    exchange = await here.send()
    message = await ended(here, exchange.assistant_message)
    assert (message.status, message.error) == (MessageStatus.FAILED, "Internal error")
    read = [event.delta for event in await here.events(message.id) if isinstance(event, StepUpdate)]
    assert message.content
    assert message.content == "".join(read)
    assert [step["content"] for step in message.steps] == [message.content]


async def test_a_count_of_tokens_that_no_column_holds_does_not_stall_the_reply(
    here: World,
) -> None:
    here.model.script.append(
        Reply(
            raw=b'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}],'
            b'"usage":{"prompt_tokens":1,"completion_tokens":9223372036854775809}}\n\n'
            b"data: [DONE]\n\n"
        )
    )
    message = await here.ask()
    assert message.status is not MessageStatus.RUNNING


async def test_text_with_nul_is_stored_without_it(each_wire: World) -> None:
    each_wire.model.script.append(Reply(text="a\0b", thinking="c\0d", chunk=100))
    message = await each_wire.ask(thinking_enabled=True)
    assert (message.status, message.content) == (MessageStatus.COMPLETED, "ab")
    events = await each_wire.events(message.id, accumulated=True)
    assert "\0" not in repr(events)


async def test_a_stop_of_the_process_loses_no_reply_that_is_being_stored(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, reached, go = chat._close, asyncio.Event(), asyncio.Event()

    async def slow(*args: Any) -> None:
        reached.set()
        await go.wait()
        await real(*args)

    monkeypatch.setattr(chat, "_close", slow)
    exchange = await here.send()
    watching = asyncio.create_task(here.events(exchange.assistant_message.id))
    async with asyncio.timeout(WAIT):
        await reached.wait()
        closing = asyncio.create_task(here.services.runs.close(grace=4.0))
        await asyncio.sleep(0.02)
        go.set()
        await closing
    message = await Message.get(id=exchange.assistant_message.id)
    assert message.status is MessageStatus.COMPLETED
    assert isinstance((await watching)[-1], ReplyEnded)


async def test_a_stop_of_the_process_while_a_cancelled_tool_ends(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, dying, go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn(*_: object, **__: object) -> Outcome:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            dying.set()
            await go.wait()
        raise AssertionError

    monkeypatch.setattr(Toolbox, "call", stubborn)
    here.model.script.append(Reply(text="Look", tool_calls=[Call("file_list", {})]))
    exchange = await here.send()
    answer = exchange.assistant_message
    async with asyncio.timeout(WAIT):
        await begun.wait()
        stopping = asyncio.create_task(messages.cancel(here.services, here.user, answer.id))
        await dying.wait()
        closing = asyncio.create_task(here.services.runs.close(grace=4.0))
        await asyncio.sleep(0.02)
        go.set()
        await closing
        await stopping
    message = await Message.get(id=answer.id)
    assert (message.status, message.content) == (MessageStatus.CANCELLED, "Look")


async def test_a_sender_who_leaves_at_the_commit_has_sent(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is never stored without being executed: its conversation would be busy for ever."""
    reached = asyncio.Event()
    real = holding.holding

    @asynccontextmanager
    async def noted(user: User) -> AsyncIterator[None]:
        async with real(user):
            yield
        reached.set()
        await asyncio.sleep(0)

    monkeypatch.setattr(messages, "holding", noted)
    sending = asyncio.create_task(here.send())
    async with asyncio.timeout(WAIT):
        await reached.wait()
        sending.cancel()
        await asyncio.wait([sending])
    run = await Run.all().first()
    assert run is not None
    async with asyncio.timeout(WAIT):
        await here.services.runs.wait(run.id)
    assert (await here.ask("again")).status is MessageStatus.COMPLETED


async def test_a_last_commit_whose_answer_was_lost_is_still_heard_of(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.01,))
    real, broken = db.transaction, [True]

    @asynccontextmanager
    async def cut() -> AsyncIterator[Any]:
        async with real() as unit:
            yield unit
        if broken and await Run.filter(status=RunStatus.COMPLETED).exists():
            broken.clear()
            raise DBConnectionError("no answer")

    monkeypatch.setattr(writer_module, "transaction", cut)
    exchange = await here.send()
    message = await ended(here, exchange.assistant_message)
    assert message.status is MessageStatus.COMPLETED
    assert not broken


async def test_a_run_outlives_a_long_outage_of_the_database(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.001, 0.001))
    real, failures = here.services.runs._claim, iter(range(20))

    async def claim(run_id: str, owner: str) -> Run | None:
        for _ in failures:
            raise DBConnectionError("gone")
        return await real(run_id, owner)

    monkeypatch.setattr(here.services.runs, "_claim", claim)
    assert (await here.ask()).status is MessageStatus.COMPLETED
