"""The log: what is emitted is read, once, in order, by everybody, whatever happens meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luxx.errors import Fenced, NotFound, Unauthenticated
from luxx.eventlog import log as log_module
from luxx.eventlog.events import DELTA, END, IDLE, Event
from luxx.eventlog.log import Abort, EventLog
from luxx.eventlog.writer import RunWriter
from luxx.models import Run, RunEvent, RunStatus, new_id

MakeRun = Callable[[], Awaitable[Run]]
#: Of the log that the fixture makes.
INTERVAL = 0.02


async def read_all(log: EventLog, run_id: str, after: int = 0) -> list[Event]:
    async with asyncio.timeout(10):
        return [event async for event in log.read(run_id, after)]


async def end(writer: RunWriter) -> None:
    async with writer.commit():
        await Run.filter(id=writer.run_id).update(status=RunStatus.COMPLETED)
        writer.emit(END, status="completed")


def text(events: list[Event]) -> str:
    return "".join(event.data["d"] for event in events if event.type == DELTA)


async def test_a_reader_before_and_one_after_see_the_same(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    live = asyncio.create_task(read_all(log, run.id))
    for number in range(200):
        writer.delta("m", number // 50, "text", f"{number} ")
        if number % 7 == 0:
            await asyncio.sleep(0.001)
    await end(writer)
    seen = await live
    assert seen == await read_all(log, run.id)
    assert text(seen) == "".join(f"{number} " for number in range(200))
    ids = [event.id for event in seen]
    assert ids == sorted(set(ids))
    assert ids[0] == (1 << 32) + 1


async def test_deltas_of_one_step_share_an_event_within_a_batch(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    for _ in range(500):
        writer.delta("m", 0, "text", "x")
    await writer.flush()
    assert await RunEvent.filter(run_id=run.id).count() == 1


async def test_an_event_is_read_only_after_it_is_in_the_table(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    reading = log.read(run.id)
    writer.delta("m", 0, "text", "x")
    event = await anext(reading)
    assert await RunEvent.filter(run_id=run.id, eid=event.id).exists()
    await reading.aclose()
    assert log.readers == 0


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cut=st.integers(0, 40), pause=st.integers(0, 3))
async def test_coming_back_with_the_last_id_loses_and_repeats_nothing(
    log: EventLog, make_run: MakeRun, cut: int, pause: int
) -> None:
    user_run = await Run.first() or await make_run()
    run = await Run.create(
        id=new_id("run"),
        kind=user_run.kind,
        user_id=user_run.user_id,
        status=RunStatus.RUNNING,
        attempt=1,
    )
    writer = log.writer(run.id, 1)

    async def write() -> None:
        for number in range(40):
            writer.delta("m", number, "text", str(number))
            if number % (pause + 1) == 0:
                await writer.flush()
        await end(writer)

    writing = asyncio.create_task(write())
    first: list[Event] = []
    reading = log.read(run.id)
    async for event in reading:
        if len(first) == cut:
            break
        first.append(event)
    await reading.aclose()
    rest = await read_all(log, run.id, first[-1].id if first else 0)
    await writing
    assert first + rest == await read_all(log, run.id)


async def test_a_slow_reader_is_sent_back_to_the_table_and_loses_nothing(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "MAX_WAITING", 5)
    monkeypatch.setattr(log_module, "PAGE", 3)
    run = await make_run()
    writer = log.writer(run.id, 1)
    reading = log.read(run.id)
    writer.delta("m", 0, "text", "0")
    seen = [await anext(reading)]
    for number in range(1, 50):
        writer.emit("note", number=number)
        await writer.flush()
    await end(writer)
    seen += [event async for event in reading]
    assert seen == await read_all(log, run.id)
    assert len(seen) == 51


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
    from luxx.eventlog import writer as writer_module  # noqa: PLC0415

    run = await make_run()
    writer = log.writer(run.id, 1)
    real, failures = writer_module.insert, iter([OSError("disk full"), OSError("disk full")])

    async def insert(batches: object) -> None:
        for failure in failures:
            raise failure
        await real(batches)  # type: ignore[arg-type]

    monkeypatch.setattr(writer_module, "insert", insert)
    monkeypatch.setattr(writer_module, "RETRIES", (0.001, 0.001, 0.001))
    writer.delta("m", 0, "text", "kept")
    await writer.flush()
    assert await RunEvent.filter(run_id=run.id).count() == 1


async def test_a_batch_that_is_refused_for_good_is_reported_to_its_writer(
    log: EventLog, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luxx.eventlog import writer as writer_module  # noqa: PLC0415

    async def insert(batches: object) -> None:
        raise OSError("disk full")

    run = await make_run()
    writer = log.writer(run.id, 1)
    monkeypatch.setattr(writer_module, "insert", insert)
    monkeypatch.setattr(writer_module, "RETRIES", (0.001,))
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


async def test_an_unknown_run_is_not_found(log: EventLog, database: None) -> None:
    with pytest.raises(NotFound):
        await read_all(log, "run_none")


async def test_a_cursor_beyond_the_end_of_a_finished_run_ends_at_once(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    await end(log.writer(run.id, 1))
    assert await read_all(log, run.id, after=2**62) == []


async def test_an_abort_ends_a_waiting_reader(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    abort = Abort()

    async def read() -> None:
        async for _ in log.read(run.id, abort=abort):
            pass

    reading = asyncio.create_task(read())
    while not log.readers:
        await asyncio.sleep(0)
    abort.set(Unauthenticated("over"))
    with pytest.raises(Unauthenticated, match="over"):
        async with asyncio.timeout(5):
            await reading


async def test_a_reader_is_told_once_that_nothing_comes(log: EventLog, make_run: MakeRun) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    seen: list[str] = []
    async with asyncio.timeout(5):
        async for event in log.read(run.id, idle=0.01):
            seen.append(event.type)
            if seen == [IDLE]:
                writer.emit("note")
                await writer.flush()
            elif seen == [IDLE, "note", IDLE]:
                await end(writer)
    assert seen == [IDLE, "note", IDLE, END]


async def test_a_signal_without_an_id_makes_readers_look_again(
    log: EventLog, make_run: MakeRun
) -> None:
    """Another process may have written: the table is read, not the inbox."""
    run = await make_run()
    reading = log.read(run.id)
    first = asyncio.create_task(anext(reading))
    while not log.readers:
        await asyncio.sleep(0)
    await RunEvent.create(run_id=run.id, eid=(1 << 32) + 1, type="note", data="{}")
    while not first.done():
        log._on_signal("")
        await asyncio.sleep(0.005)
    assert (await first).type == "note"
    await reading.aclose()


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
    log: EventLog, make_run: MakeRun
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
        while flusher._interval > 1.5 * INTERVAL:
            writer.delta("m", 0, "text", "x")
            await asyncio.sleep(0.005)
    assert flusher._interval < 2 * INTERVAL
