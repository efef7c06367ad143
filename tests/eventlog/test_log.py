"""The log: what is emitted is read, once, in order, by everybody, whatever happens meanwhile."""

import asyncio

import pytest
from eventlog.reading import MakeRun, end, read_all, text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import until

from luxx.errors import NotFound, Unauthenticated
from luxx.eventlog import inbox, replay
from luxx.eventlog import log as log_module
from luxx.eventlog.events import END, IDLE, Event
from luxx.eventlog.inbox import Abort, Inbox
from luxx.eventlog.log import EventLog
from luxx.models import Run, RunEvent, RunStatus, new_id


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
    monkeypatch.setattr(inbox, "MAX_WAITING", 5)
    monkeypatch.setattr(replay, "PAGE", 3)
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


async def test_an_unknown_run_is_not_found(log: EventLog, database: None) -> None:
    with pytest.raises(NotFound):
        await read_all(log, "run_none")


async def test_a_cursor_beyond_the_end_of_a_finished_run_ends_at_once(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    await end(log.writer(run.id, 1))
    assert await read_all(log, run.id, after=2**62) == []


async def test_a_cursor_beyond_what_is_written_ends_with_the_run(
    log: EventLog, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = log.writer(run.id, 1)
    reading = asyncio.create_task(read_all(log, run.id, after=2**62))
    await until(lambda: log.readers == 1)
    writer.delta("m", 0, "text", "x")
    await writer.flush()
    await end(writer)
    assert await reading == []


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
        async for event in log.read(run.id, idle=lambda: 0.01):
            seen.append(event.type)
            if seen == [IDLE]:
                writer.emit("note")
                await writer.flush()
            elif seen == [IDLE, "note", IDLE]:
                await end(writer)
    assert seen == [IDLE, "note", IDLE, END]


async def test_a_crowd_is_woken_in_parts_and_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "CROWD", 2)
    inboxes = [Inbox() for _ in range(5)]
    waking = asyncio.ensure_future(log_module._wake(inboxes))
    await asyncio.sleep(0)
    assert [inbox.wake.is_set() for inbox in inboxes] == [True, True, False, False, False]
    await waking
    assert all(inbox.wake.is_set() for inbox in inboxes)


async def test_whoever_wakes_a_crowd_and_is_stopped_leaves_nobody_asleep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_module, "CROWD", 2)
    inboxes = [Inbox() for _ in range(5)]
    waking = asyncio.ensure_future(log_module._wake(inboxes))
    await asyncio.sleep(0)
    waking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waking
    assert all(inbox.wake.is_set() for inbox in inboxes)
