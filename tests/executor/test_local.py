"""The local executor: each run once at a time, tried again only when the database failed."""

import asyncio

import pytest
from tortoise.exceptions import DBConnectionError

from luxx.executor import local
from luxx.executor.local import LocalExecutor


class Work:
    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.executed: list[str] = []
        self.go = asyncio.Event()
        self.cancelled = 0

    async def execute(self, run_id: str) -> None:
        self.executed.append(run_id)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failures:
            raise self.failures.pop(0)

    async def pending(self) -> list[str]:
        return ["run_a", "run_b"]


async def settled(executor: LocalExecutor) -> None:
    async with asyncio.timeout(5):
        while executor.running:
            await asyncio.sleep(0.001)


async def test_what_was_left_is_executed_at_start_and_nothing_twice() -> None:
    work = Work()
    executor = LocalExecutor(work.execute, work.pending)
    await executor.start()
    await executor.submit("run_a")
    assert executor.running == 2
    work.go.set()
    await settled(executor)
    assert work.executed == ["run_a", "run_b"]


async def test_a_run_is_tried_again_when_the_database_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.001, 0.001))
    work = Work(DBConnectionError("gone"), DBConnectionError("gone"))
    work.go.set()
    executor = LocalExecutor(work.execute, work.pending)
    await executor.submit("run_a")
    await settled(executor)
    assert len(work.executed) == 3


async def test_a_run_is_tried_until_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "RETRIES", (0.001,))
    work = Work(*[DBConnectionError("gone")] * 9)
    work.go.set()
    executor = LocalExecutor(work.execute, work.pending)
    await executor.submit("run_a")
    await settled(executor)
    assert len(work.executed) == 10


async def test_a_defect_ends_the_run_and_nothing_else() -> None:
    work = Work(ZeroDivisionError())
    work.go.set()
    executor = LocalExecutor(work.execute, work.pending)
    await executor.submit("run_a")
    await settled(executor)
    assert work.executed == ["run_a"]
    await executor.submit("run_a")
    await settled(executor)
    assert work.executed == ["run_a", "run_a"]


async def test_closing_cancels_and_takes_nothing_more() -> None:
    work = Work()
    executor = LocalExecutor(work.execute, work.pending)
    await executor.start()
    while len(work.executed) < 2:
        await asyncio.sleep(0.001)
    await executor.close(5.0)
    assert work.cancelled == 2
    await executor.submit("run_c")
    assert executor.running == 0
