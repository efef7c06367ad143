"""How what is too old is deleted: in small steps that wait for nobody and can be cut off."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from world import World

from luxx.core import retention
from luxx.core.retention import Retention
from luxx.db import connection, plain, transaction
from luxx.models import IdempotencyKey, Run, RunEvent

IS_SQLITE = os.environ.get("LUXX_TEST_DIALECT", "sqlite") == "sqlite"
LONG_AGO = datetime.now(UTC) - timedelta(days=400)
WAIT = 10.0


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BREATH", 0.0)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...], int]]:
    """What is asked of the database, with what, and how many rows it changed."""
    asked: list[tuple[str, tuple[Any, ...], int]] = []

    async def noted(statement: str, *values: Any) -> Any:
        changed, rows = await plain(statement, *values)
        asked.append((statement, values, changed))
        return changed, rows

    monkeypatch.setattr(retention, "plain", noted)
    return asked


def in_steps_of(monkeypatch: pytest.MonkeyPatch, fewest: int, most: int) -> None:
    monkeypatch.setattr(retention, "FEWEST", fewest)
    monkeypatch.setattr(retention, "ROWS", most)


async def old_replies(here: World, number: int) -> list[str]:
    """Their runs' ids, as they sort."""
    ids = [str((await here.ask()).run_id) for _ in range(number)]
    await Run.filter(id__in=ids).update(finished_at=LONG_AGO)
    return sorted(ids)


async def delete_old(here: World) -> int:
    async with asyncio.timeout(WAIT):
        return await Retention(here.services.settings).delete_old()


async def nothing_is_left() -> bool:
    return not await RunEvent.all().exists() and not await Run.filter(logged=True).exists()


def steps(statements: list[tuple[str, tuple[Any, ...], int]]) -> list[int]:
    """How many events each step deleted."""
    return [changed for text, _, changed in statements if text.startswith("DELETE FROM run_event")]


async def test_a_step_deletes_no_more_than_it_may(
    here: World,
    monkeypatch: pytest.MonkeyPatch,
    statements: list[tuple[str, tuple[Any, ...], int]],
) -> None:
    in_steps_of(monkeypatch, 2, 5)
    monkeypatch.setattr(retention, "RUNS", 2)
    monkeypatch.setattr(retention, "LONG", 1_000.0)
    await old_replies(here, 4)
    events = await RunEvent.all().count()
    await delete_old(here)
    found = steps(statements)
    assert found[:2] == [2, 4]  # more, as long as it is quick
    assert max(found) == 5
    assert sum(found) == events
    assert await nothing_is_left()


async def test_steps_are_as_small_as_can_be_where_the_database_is_slow(
    here: World,
    monkeypatch: pytest.MonkeyPatch,
    statements: list[tuple[str, tuple[Any, ...], int]],
) -> None:
    in_steps_of(monkeypatch, 2, 5)
    monkeypatch.setattr(retention, "LONG", 0.0)
    await old_replies(here, 2)
    await delete_old(here)
    assert max(steps(statements)) == 2
    assert await nothing_is_left()


async def test_a_pass_that_is_cut_off_is_gone_on_with(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_steps_of(monkeypatch, 3, 3)
    await old_replies(here, 5)
    events = await RunEvent.all().count()
    passing = asyncio.create_task(delete_old(here))
    async with asyncio.timeout(WAIT):
        while await RunEvent.all().count() == events:
            await asyncio.sleep(0)
    passing.cancel()
    await asyncio.wait([passing])
    assert await Run.filter(logged=True).exists()
    await delete_old(here)
    assert await nothing_is_left()


async def test_no_run_loses_its_last_event_without_being_marked(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await old_replies(here, 2)
    events = await RunEvent.all().count()
    with monkeypatch.context() as patch:
        patch.setattr(retention, "_MARK", "no SQL, for {runs}")
        with pytest.raises(Exception, match="syntax"):
            await delete_old(here)
    assert await RunEvent.all().count() == events
    await delete_old(here)
    assert await nothing_is_left()


async def test_a_run_that_said_nothing_is_marked(here: World) -> None:
    await old_replies(here, 1)
    await RunEvent.all().delete()
    assert await delete_old(here) == 1
    assert await nothing_is_left()


async def test_of_a_run_the_last_events_go_first(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a reader who has not come so far misses the end, and knows that it is not all."""
    in_steps_of(monkeypatch, 1, 1)
    (run_id,) = await old_replies(here, 1)
    before = [event.eid for event in await RunEvent.filter(run_id=run_id).order_by("eid")]
    assert await Retention(here.services.settings)._events(1) == 1
    after = [event.eid for event in await RunEvent.filter(run_id=run_id).order_by("eid")]
    assert after == before[:-1]


async def test_several_at_once_do_not_get_into_each_others_way(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_steps_of(monkeypatch, 3, 5)
    monkeypatch.setattr(retention, "RUNS", 2)
    await old_replies(here, 6)
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(delete_old(here))
    await delete_old(here)  # one that found all rows taken ended early
    assert await nothing_is_left()


@asynccontextmanager
async def held(table: str, column: str, value: str) -> AsyncIterator[None]:
    """Somebody else has not committed yet what he does to these rows."""
    taken, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            lock = f"SELECT 1 FROM {table} WHERE {column} = ? FOR UPDATE"  # noqa: S608
            await plain(lock, value)
            taken.set()
            await done.wait()

    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as group:
        group.create_task(hold())
        await taken.wait()
        yield
        done.set()


@pytest.mark.skipif(IS_SQLITE, reason="for PostgreSQL only: SQLite has no locks of rows")
@pytest.mark.parametrize(("table", "column"), [("run", "id"), ("run_event", "run_id")])
async def test_runs_that_somebody_else_is_at_are_left_for_later(
    here: World, table: str, column: str
) -> None:
    taken, free = await old_replies(here, 2)
    events = await RunEvent.filter(run_id=taken).count()
    async with held(table, column, taken):
        await delete_old(here)
        assert await RunEvent.filter(run_id=taken).count() == events
        assert not await RunEvent.filter(run_id=free).exists()
        assert dict(await Run.all().values_list("id", "logged")) == {taken: True, free: False}
    await delete_old(here)
    assert await nothing_is_left()


@pytest.mark.skipif(IS_SQLITE, reason="for PostgreSQL only: SQLite has no locks of rows")
async def test_keys_that_somebody_else_is_at_are_left_for_later(here: World) -> None:
    for key in ("taken", "free"):
        exchange = await here.send(idempotency_key=key)
        await here.services.runs.wait(str(exchange.assistant_message.run_id))
    await IdempotencyKey.all().update(created_at=LONG_AGO)
    async with held("idempotency_key", "key", "taken"):
        await delete_old(here)
        assert [each.key for each in await IdempotencyKey.all()] == ["taken"]
    await delete_old(here)
    assert not await IdempotencyKey.exists()


@pytest.mark.skipif(not IS_SQLITE, reason="for SQLite only: PostgreSQL scans what is that small")
async def test_no_step_looks_at_a_whole_table(
    here: World, statements: list[tuple[str, tuple[Any, ...], int]]
) -> None:
    await old_replies(here, 1)
    await delete_old(here)
    tables = ("run", "run_event", "revoked_token", "idempotency_key", "tool_execution")
    seen: set[str] = set()
    for text, values, _ in statements:
        plan = await connection().execute_query_dict(f"EXPLAIN QUERY PLAN {text}", list(values))
        seen |= {table for table in tables if any(table in each["detail"] for each in plan)}
        scanned = [each["detail"] for each in plan if each["detail"].startswith("SCAN")]
        # Of this one, what comes first by its key, up to the limit.
        assert scanned == (["SCAN tool_execution"] if "FROM tool_execution" in text else [])
    assert seen == set(tables)
