"""Two processes on one log: what one writes, the other's readers get, each event once and in order.

Here both are in one process, each with signals and a log of its own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest
from eventlog.reading import MakeRun, end, read_all
from support import until

from luxx.config import Settings
from luxx.db import connection, transaction
from luxx.errors import NotFound
from luxx.eventlog import remote, replay
from luxx.eventlog.log import EventLog
from luxx.eventlog.signals import Signals
from luxx.eventlog.writer import RunWriter
from luxx.models import Run, RunEvent


class Side(NamedTuple):
    """One process."""

    signals: Signals
    log: EventLog


class Sides(NamedTuple):
    here: Side
    there: Side


@pytest.fixture
async def sides(database: Settings) -> AsyncIterator[Sides]:
    if database.is_sqlite:
        pytest.skip("one process at a time has a SQLite file")
    from luxx.eventlog.notify import NotifySignals  # noqa: PLC0415 - only with the extra

    async with AsyncExitStack() as stack:
        made: list[Side] = []
        for _ in range(2):
            signals = NotifySignals(database)
            await signals.start()
            stack.push_async_callback(signals.close)
            log = EventLog(signals, interval=0.01, is_shared=True)
            await log.start()
            stack.push_async_callback(log.close)
            made.append(Side(signals, log))
        yield Sides(*made)


async def claim(run: Run, attempt: int) -> None:
    await Run.filter(id=run.id).update(attempt=attempt)


async def test_readers_elsewhere_get_every_event_once_and_in_order(
    sides: Sides, make_run: MakeRun
) -> None:
    run = await make_run()
    writer = sides.here.log.writer(run.id, 1)
    readings = [
        asyncio.create_task(read_all(side.log, run.id)) for side in (*sides, *sides, sides.there)
    ]
    await until(lambda: sides.there.log.readers == 3 and sides.here.log.readers == 2)
    for number in range(300):
        writer.emit("note", number=number)
        writer.post()
        if number % 50 == 0:
            await writer.flush()
    await end(writer)
    first, *others = await asyncio.gather(*readings)
    assert [event.id for event in first] == [(1 << 32) + n for n in range(1, 302)]
    assert all(other == first for other in others)


async def test_a_takeover_leaves_no_gap_for_readers_of_both(
    sides: Sides, make_run: MakeRun
) -> None:
    """What the dead attempt had committed comes before what the next one writes, everywhere."""
    run = await make_run()
    dead = sides.there.log.writer(run.id, 1)
    readings = [asyncio.create_task(read_all(side.log, run.id)) for side in sides]
    await until(lambda: all(side.log.readers for side in sides))
    dead.emit("note", number=0)
    await dead.flush()
    # The last word of the dead one is committed, and nobody is told of it.
    async with transaction():
        dead.emit("note", number=1)
        await replay_insert(dead)
    await claim(run, 2)
    heir = sides.here.log.writer(run.id, 2)
    heir.emit("note", number=2)
    await heir.flush()
    await end(heir)
    first, second = await asyncio.gather(*readings)
    assert [event.data.get("number") for event in first] == [0, 1, 2, None]
    assert first == second


async def replay_insert(writer: RunWriter) -> None:
    from luxx.eventlog.table import insert  # noqa: PLC0415

    await insert([(writer, writer.take())])


async def test_a_lost_signal_delays_an_event_and_loses_none(
    sides: Sides, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "RECHECK", 0.05)
    run = await make_run()
    reading = asyncio.create_task(read_all(sides.there.log, run.id))
    await until(lambda: sides.there.log.readers)
    silent = EventLog(NoSignals(), interval=0.01, is_shared=True)
    await silent.start()
    writer = silent.writer(run.id, 1)
    for number in range(3):
        writer.emit("note", number=number)
        await writer.flush()
    await end(writer)
    assert len(await reading) == 4
    await silent.close()


class NoSignals:
    """All are lost."""

    def listen(self, *_: object) -> None: ...

    async def start(self) -> None: ...

    async def publish(self, *_: object) -> None: ...

    async def close(self) -> None: ...


async def test_more_than_one_look_takes_in_is_looked_at_again(
    sides: Sides, make_run: MakeRun
) -> None:
    run = await make_run()
    reading = asyncio.create_task(read_all(sides.there.log, run.id))
    await until(lambda: sides.there.log.readers)
    writer = sides.here.log.writer(run.id, 1)
    writer.emit("note")
    await writer.flush()  # from here on it is known up to where the readers are
    await asyncio.sleep(0)
    for _ in range(2 * replay.PAGE + 10):
        writer.emit("note")
    await end(writer)
    assert len(await reading) == 2 * replay.PAGE + 12


async def test_a_run_that_is_deleted_elsewhere_ends_its_readings(
    sides: Sides, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "RECHECK", 0.05)
    run = await make_run()
    reading = asyncio.create_task(read_all(sides.there.log, run.id))
    await until(lambda: sides.there.log.readers)
    await run.delete()
    with pytest.raises(NotFound):
        await reading


@pytest.mark.parametrize("is_told", [True, False])
async def test_who_comes_while_a_crash_has_undone_something_gets_it_when_it_is_back(
    sides: Sides, make_run: MakeRun, *, is_told: bool
) -> None:
    """At both processes: those who had seen it see it once, and nobody misses it.

    Whether or not the line to the others has been made anew by then.
    """
    run = await make_run()
    writer = sides.here.log.writer(run.id, 1)
    early = [asyncio.create_task(read_all(side.log, run.id)) for side in sides]
    await until(lambda: all(side.log.readers for side in sides))
    for number in range(2):
        writer.emit("note", number=number)
        await writer.flush()
    await until(lambda: sides.there.log._remote._tails.get(run.id))  # type: ignore[union-attr]
    await RunEvent.filter(run_id=run.id).delete()  # the crash
    connection()._pool.losses += 1
    if is_told:
        for side in sides:
            side.log._on_signal("")
    late = [asyncio.create_task(read_all(side.log, run.id)) for side in sides]
    await until(lambda: all(side.log.readers == 2 for side in sides))
    writer.emit("note", number=2)
    await writer.flush()
    await end(writer)
    for seen in await asyncio.gather(*early, *late):
        assert [event.data.get("number") for event in seen] == [0, 1, 2, None]
