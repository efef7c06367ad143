"""Writing to the log: in batches, all or nothing, and by the newest attempt alone."""

import asyncio
import os
import time

import pytest
from eventlog.reading import MakeRun, end, read_all, text

from luxx.errors import Fenced
from luxx.eventlog import flusher as flusher_module
from luxx.eventlog import table
from luxx.eventlog.log import EventLog
from luxx.models import Run, RunEvent

IS_SQLITE = os.environ.get("LUXX_TEST_DIALECT", "sqlite") == "sqlite"
#: Of the log that the fixture makes.
INTERVAL = 0.02


async def test_deltas_of_one_step_share_an_event_within_a_batch(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    for _ in range(500):
        writer.delta("m", 0, "text", "x")
    await writer.flush()
    assert await RunEvent.filter(run_id=run.id).count() == 1


async def test_a_commit_writes_rows_and_events_or_neither(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)

    async def failing() -> None:
        async with writer.commit():
            await Run.filter(id=run.id).update(error="half-written")
            writer.emit("note")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert (await Run.get(id=run.id)).error is None
    assert await RunEvent.filter(run_id=run.id).count() == 0


@pytest.mark.skipif(IS_SQLITE, reason="for PostgreSQL only: SQLite has one writer at a time")
async def test_a_commit_that_takes_its_time_keeps_no_other_run_waiting(
    log: EventLog, make_run: MakeRun
) -> None:
    runs = [await make_run() for _ in range(2)]
    slow, other = (log.writer(run.id, 1) for run in runs)
    for writer in (slow, other):
        writer.delta("m", 0, "text", "first ")
        await writer.flush()
        writer.delta("m", 0, "text", "then")
    reached, go = asyncio.Event(), asyncio.Event()

    async def last_commit() -> None:
        async with slow.commit():
            reached.set()
            await go.wait()

    committing = asyncio.create_task(last_commit())
    async with asyncio.timeout(10):
        await reached.wait()
        async for event in log.read(runs[1].id):
            if event.data["d"] == "then":
                break
    go.set()
    await committing
    await end(slow)
    assert text(await read_all(log, runs[0].id)) == "first then"


async def test_an_older_attempt_changes_nothing(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    old, new = log.writer(run.id, 1), log.writer(run.id, 2)
    old.delta("m", 0, "text", "before")
    await old.flush()
    await Run.filter(id=run.id).update(attempt=2)
    old.delta("m", 0, "text", "stray")
    with pytest.raises(Fenced):
        await old.flush()
    with pytest.raises(Fenced):
        async with old.commit():
            raise AssertionError("the body must not run")
    new.delta("m", 0, "text", " after")
    await end(new)
    assert text(await read_all(log, run.id)) == "before after"


async def test_a_writer_that_never_wrote_is_fenced_in_its_commit(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    await Run.filter(id=run.id).update(attempt=2)
    with pytest.raises(Fenced):
        async with log.writer(run.id, 1).commit():
            raise AssertionError("the body must not run")


async def test_a_batch_that_the_database_refuses_is_tried_again(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    real, failures = table.insert, iter([OSError("disk full"), OSError("disk full")])

    async def insert(batches: object) -> None:
        for failure in failures:
            raise failure
        await real(batches)  # type: ignore[arg-type]

    monkeypatch.setattr(flusher_module, "insert", insert)
    monkeypatch.setattr(flusher_module, "RETRIES", (0.001, 0.001, 0.001))
    writer.delta("m", 0, "text", "kept")
    await writer.flush()
    assert await RunEvent.filter(run_id=run.id).count() == 1


async def test_a_batch_that_is_refused_for_good_is_reported_to_its_writer(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def insert(batches: object) -> None:
        raise OSError("disk full")

    run = await make_run()
    writer = log.writer(run.id, 1)
    monkeypatch.setattr(flusher_module, "insert", insert)
    monkeypatch.setattr(flusher_module, "RETRIES", (0.001,))
    writer.delta("m", 0, "text", "lost")
    with pytest.raises(OSError, match="disk full"):
        await writer.flush()


async def test_a_cancelled_flush_loses_no_text(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    for number in range(30):
        writer.delta("m", 0, "text", f"{number} ")
        flushing = asyncio.create_task(writer.flush())
        for _ in range(number % 5):
            await asyncio.sleep(0)
        flushing.cancel()
        await asyncio.wait([flushing])
    await end(writer)
    assert text(await read_all(log, run.id)) == "".join(f"{number} " for number in range(30))


async def test_closing_the_log_writes_what_was_posted(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    writer.delta("m", 0, "text", "a")
    await writer.flush()
    writer.delta("m", 0, "text", "b")
    await log.close()
    assert await RunEvent.filter(run_id=run.id).count() == 2


async def test_hundred_runs_share_transactions_and_keep_their_own_order(
    log: EventLog, make_run: MakeRun
) -> None:
    runs = [await make_run() for _ in range(30)]

    async def write(run: Run) -> str:
        writer = log.writer(run.id, 1)
        for number in range(40):
            writer.delta("m", 0, "text", f"{run.id}{number} ")
            await asyncio.sleep(0.001)
        await end(writer)
        return "".join(f"{run.id}{number} " for number in range(40))

    expected = await asyncio.gather(*map(write, runs))
    for run, whole in zip(runs, expected, strict=True):
        assert text(await read_all(log, run.id)) == whole


async def test_a_rest_lasts_until_what_was_posted_is_taken(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    await writer.rest()
    writer.delta("m", 0, "text", "a")
    async with asyncio.timeout(5):
        await writer.rest()
    assert not writer.scheduled
    writer.delta("m", 0, "text", "b")
    resting = asyncio.create_task(writer.rest())
    await asyncio.sleep(0)
    resting.cancel()
    await asyncio.wait([resting])
    await end(writer)
    assert text(await read_all(log, run.id)) == "ab"


async def test_a_writer_that_fails_lets_nobody_rest_for_ever(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    await Run.filter(id=run.id).update(attempt=2)
    writer = log.writer(run.id, 1)
    writer.delta("m", 0, "text", "a")
    async with asyncio.timeout(5):
        await writer.rest()


async def test_batches_grow_while_the_loop_is_busy_and_shrink_again(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await make_run()
    writer, flusher = log.writer(run.id, 1), log._flusher
    async with asyncio.timeout(20):
        while flusher._interval < 2 * INTERVAL:
            writer.delta("m", 0, "text", "x")
            busy_until = time.perf_counter() + 0.015
            while time.perf_counter() < busy_until:
                pass
            await asyncio.sleep(0)
        # Now only the loop's own work counts: the machine may be late for reasons of its own.
        monkeypatch.setattr(flusher_module, "LAG", 60.0)
        while flusher._interval > 1.5 * INTERVAL:
            writer.delta("m", 0, "text", "x")
            await asyncio.sleep(0.005)
    assert flusher._interval < 2 * INTERVAL
