"""The local executor: what waits is taken, executed once at a time, and tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from executor.conftest import MakeRun
from support import until
from tortoise.exceptions import DBConnectionError

from luxx.executor import local, queue
from luxx.executor.base import Limits
from luxx.executor.local import LocalExecutor
from luxx.executor.membership import Alone
from luxx.models import Run, RunStatus

PLENTY = Limits(process=100, user=100)


class Work:
    """Executes runs by noting them; what is not held back ends at once."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.executed: list[str] = []
        self.told: list[str] = []
        self.go = asyncio.Event()
        self.cancelled = 0

    async def execute(self, run_id: str, owner: str) -> None:
        assert (await Run.get(id=run_id)).owner == owner
        self.executed.append(run_id)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failures:
            raise self.failures.pop(0)
        await Run.filter(id=run_id).update(live_in=None, status=RunStatus.COMPLETED)

    async def tell(self, run_id: str) -> None:
        self.told.append(run_id)


@asynccontextmanager
async def started(work: Work, limits: Limits = PLENTY) -> AsyncIterator[LocalExecutor]:
    executor = LocalExecutor(work.execute, work.tell, Alone(), limits)
    await executor.start()
    try:
        yield executor
    finally:
        await executor.close(drain=0, grace=5)


async def test_what_was_left_is_executed_at_start_and_nothing_twice(make_run: MakeRun) -> None:
    runs = [await make_run(), await make_run(owner="proc_dead", status=RunStatus.RUNNING)]
    work = Work()
    async with started(work) as executor:
        await until(lambda: executor.running == 2)
        await executor.submit(runs[0])
        work.go.set()
        await until(lambda: not executor.running)
    assert sorted(work.executed) == sorted(runs)


async def test_what_comes_later_is_executed(make_run: MakeRun) -> None:
    work = Work()
    work.go.set()
    async with started(work) as executor:
        run = await make_run()
        await executor.submit(run)
        await until(lambda: work.executed == [run] and not executor.running)
        assert work.told == []


@pytest.mark.parametrize("times", [2, 9])
async def test_a_run_is_tried_until_the_database_is_back(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.001, 0.001))
    work = Work(*[DBConnectionError("gone")] * times)
    work.go.set()
    await make_run()
    async with started(work):
        await until(lambda: len(work.executed) == times + 1)


async def test_a_defect_is_noted_and_the_run_is_looked_at_again(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has not ended, so it is still to be executed: its attempts are counted elsewhere."""
    monkeypatch.setattr(local, "LOOK", 0.01)
    run = await make_run()
    work = Work(ZeroDivisionError())
    work.go.set()
    async with started(work) as executor:
        await until(lambda: len(work.executed) == 2 and not executor.running)
        assert work.executed == [run, run]


async def test_no_more_than_a_process_may_have_are_executed_and_the_others_told_of_it(
    make_run: MakeRun,
) -> None:
    for _ in range(3):
        await make_run()
    work = Work()
    async with started(work, Limits(process=2, user=100)) as executor:
        await until(lambda: executor.running == 2)
        last = await make_run()
        await executor.submit(last)
        assert work.told == [last]
        assert executor.running == 2
        work.go.set()
        await until(lambda: len(work.executed) == 4)


async def test_one_that_is_to_be_stopped_waits_for_no_slot(make_run: MakeRun) -> None:
    await make_run()
    work = Work()
    async with started(work, Limits(process=1, user=1)) as executor:
        await until(lambda: executor.running == 1)
        stopped = await make_run(stop_requested=True)
        await executor.submit(stopped)
        await until(lambda: stopped in work.executed)


async def test_closing_cancels_gives_back_and_takes_nothing_more(make_run: MakeRun) -> None:
    for _ in range(2):
        await make_run()
    work = Work()
    async with started(work) as executor:
        await until(lambda: len(work.executed) == 2)
        assert await Run.filter(owner=None).count() == 0
        await executor.close(drain=0, grace=5)
        assert work.cancelled == 2
        assert await Run.filter(owner=None).count() == 2
        await executor.submit(await make_run())
        assert executor.running == 0
        # The other processes are told: of what was given back, and of what came after.
        assert len(work.told) == 2


async def test_what_ends_while_the_process_drains_is_not_cancelled(make_run: MakeRun) -> None:
    await make_run()
    work = Work()
    async with started(work) as executor:
        await until(lambda: executor.running == 1)
        closing = asyncio.create_task(executor.close(drain=5, grace=5))
        await asyncio.sleep(0)
        work.go.set()
        async with asyncio.timeout(5):
            await closing
    assert work.cancelled == 0


@pytest.mark.parametrize("error", [DBConnectionError("gone"), ZeroDivisionError()])
async def test_a_database_that_is_away_does_not_end_the_taking(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.001,))
    monkeypatch.setattr(local, "LOOK", 0.01)
    failures = iter(range(3))

    async def failing(owner: str, free: int, limits: Limits) -> queue.Taken:
        if next(failures, None) is not None:
            raise error
        return await queue.take(owner, free, limits)

    monkeypatch.setattr(local, "take", failing)
    run = await make_run()
    work = Work()
    work.go.set()
    async with started(work):
        await until(lambda: work.executed == [run])
