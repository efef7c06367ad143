"""The log when things go wrong at the worst moment: nothing is lost, repeated or waited for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import Any

import pytest
from tortoise.exceptions import DBConnectionError

from luxx.db import connection, transaction
from luxx.errors import NotFound
from luxx.eventlog import flusher as flusher_module
from luxx.eventlog import table
from luxx.eventlog import writer as writer_module
from luxx.eventlog.events import END, Event
from luxx.eventlog.log import EventLog
from luxx.models import Run, RunEvent, RunStatus

MakeRun = Callable[[], Awaitable[Run]]


class Outage:
    """A database that takes no events while `on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = True
        self._real = table.insert
        for module in (flusher_module, writer_module):
            monkeypatch.setattr(module, "insert", self._insert)
        monkeypatch.setattr(flusher_module, "RETRIES", (0.001,))

    async def _insert(self, batches: Any) -> None:
        if self.on:
            raise DBConnectionError("gone")
        await self._real(batches)


async def stored(run: Run) -> list[Event]:
    return [event async for event in EventLog.replay(run.id)]


async def test_after_a_loss_a_writer_writes_nothing_more(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is durable is a beginning of what was said, never a text with a hole in it."""
    run = await make_run()
    writer = log.writer(run.id, 1)
    writer.delta("m", 0, "text", "one ")
    await writer.flush()
    outage = Outage(monkeypatch)
    writer.delta("m", 0, "text", "two ")
    with pytest.raises(DBConnectionError):
        await writer.flush()
    outage.on = False
    writer.delta("m", 0, "text", "three")
    with pytest.raises(DBConnectionError):
        await writer.flush()
    assert [event.data["d"] for event in await stored(run)] == ["one "]


async def test_one_run_whose_event_cannot_be_stored_costs_no_other_run_its_own(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flusher_module, "RETRIES", (0.001,))
    bad, good = await make_run(), await make_run()
    writers = [log.writer(run.id, 1) for run in (bad, good)]
    writers[0].emit("step", m="m", step={"content": "\ud800"})
    writers[1].emit("step", m="m", step={"content": "fine"})
    for writer in writers:
        writer.post()
    await writers[1].flush()
    assert len(await stored(good)) == 1
    with pytest.raises(TypeError):
        await writers[0].flush()


async def test_a_batch_that_was_written_without_word_of_it_is_not_written_twice(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke between COMMIT and its answer."""
    monkeypatch.setattr(flusher_module, "RETRIES", (0.001,))
    real, broken = transaction, iter([True])

    @asynccontextmanager
    async def cut() -> AsyncIterator[Any]:
        async with real() as db:
            yield db
        if next(broken, False):
            raise DBConnectionError("no answer")

    monkeypatch.setattr(flusher_module, "transaction", cut)
    run = await make_run()
    writer = log.writer(run.id, 1)
    reading = log.read(run.id)
    first = asyncio.ensure_future(anext(reading))
    writer.delta("m", 0, "text", "once")
    await writer.flush()
    async with asyncio.timeout(5):
        assert (await first).data["d"] == "once"
    await reading.aclose()
    assert len(await stored(run)) == 1


async def test_a_claim_waits_for_events_on_their_way(log: EventLog, make_run: MakeRun) -> None:
    """Between the look at the attempt and the commit of its events nobody takes the run over."""
    run = await make_run()
    writer = log.writer(run.id, 1)
    outside = copy_context()

    async def take_over() -> int:
        return await Run.filter(id=run.id).update(attempt=2)

    async with transaction():
        assert await table.unfenced([(writer, [])])
        claim = outside.run(asyncio.ensure_future, take_over())
        done, _ = await asyncio.wait([claim], timeout=0.2)
        assert not done
    async with asyncio.timeout(5):
        assert await claim == 1


async def test_a_commit_that_fails_leaves_none_of_its_events(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    writer.emit("step", m="m", step={})

    async def fail() -> None:
        async with writer.commit():
            writer.emit("ended", m="m")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await writer.flush()
    assert [event.type for event in await stored(run)] == ["step"]


async def test_a_reader_of_a_run_that_is_deleted_is_told(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    reading = log.read(run.id)
    waiting = asyncio.ensure_future(anext(reading))
    while not log.readers:
        await asyncio.sleep(0)
    await Run.filter(id=run.id).delete()
    log.recheck(run.id)
    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await waiting


async def test_a_reader_of_a_run_that_ended_unheard_is_told(
    log: EventLog, make_run: MakeRun
) -> None:
    """The end is in the table; the process that wrote it could not say so."""
    run = await make_run()
    reading = log.read(run.id)
    waiting = asyncio.ensure_future(anext(reading))
    while not log.readers:
        await asyncio.sleep(0)
    await Run.filter(id=run.id).update(status=RunStatus.COMPLETED)
    await RunEvent.create(run_id=run.id, eid=2**32 + 1, type=END, data='{"status":"completed"}')
    log.recheck(run.id)
    async with asyncio.timeout(5):
        assert (await waiting).type == END
    await reading.aclose()
    assert log.readers == 0


async def test_a_transaction_after_the_database_was_closed_is_refused_and_blocks_nobody(
    database: None,
) -> None:
    client = connection()
    await client.close()
    async with asyncio.timeout(5):
        for _ in range(2):
            with pytest.raises(DBConnectionError):
                async with transaction():
                    pass
        with pytest.raises(DBConnectionError):
            await client.execute_query("SELECT 1")


async def test_reading_can_begin_at_the_newest_event_of_a_kind(
    log: EventLog, make_run: MakeRun
) -> None:
    run, other = await make_run(), await make_run()
    for each in (run, other):
        writer = log.writer(each.id, 1)
        for number in range(2):
            writer.emit("begun", n=number)
            writer.delta("m", 0, "text", "x")
            await writer.flush()
    first, _, second, last = await stored(run)
    begun = await log.before_newest(run.id, "begun")
    assert [event.id async for event in log.replay(run.id, begun)] == [second.id, last.id]
    assert await log.before_newest(run.id, "begun", second.id - 1) == first.id - 1
    assert await log.before_newest(run.id, "never") == 0
