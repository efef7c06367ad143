"""Processes among others: they see each other live and die, and free what the dead had."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from executor.conftest import MakeRun
from support import until
from tortoise.exceptions import DBConnectionError

from luxx.db import plain
from luxx.executor import membership
from luxx.executor.membership import Alone, Member, Observer
from luxx.executor.queue import owned
from luxx.models import Process, Run


class Events:
    """What a member is told."""

    def __init__(self) -> None:
        self.freed = 0
        self.lost = 0

    def on_freed(self) -> None:
        self.freed += 1

    def on_lost(self) -> None:
        self.lost += 1


@asynccontextmanager
async def joined(member: Member | Alone) -> AsyncIterator[Events]:
    events = Events()
    await member.join(events.on_freed, events.on_lost)
    try:
        yield events
    finally:
        await member.leave()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pulse that is fast, and a lease of a quarter of a second."""
    monkeypatch.setattr(membership, "BEAT", 0.02)
    for name, value in {"LEASE": 0.25, "LOOKED_AWAY": 0.2}.items():
        monkeypatch.setattr(f"luxx.executor.pulse.{name}", value)


async def test_who_is_alone_frees_whatever_there_is(make_run: MakeRun) -> None:
    run = await make_run(owner="proc_dead")
    member = Alone()
    async with joined(member) as events:
        assert events.freed == 1
        assert (await Run.get(id=run)).owner is None
        await Run.filter(id=run).update(owner=member.id)
    assert (await Run.get(id=run)).owner is None


async def test_members_that_live_keep_what_they_have(make_run: MakeRun) -> None:
    one, other = Member(), Member()
    async with joined(one) as events, joined(other):
        run = await make_run(owner=other.id)
        row = await Process.get(id=one.id)
        await until(lambda: one.alive == 2)
        async with asyncio.timeout(10):
            while (await Process.get(id=one.id)).beats < row.beats + 30:
                await asyncio.sleep(0.01)
        assert await owned(other.id) == [run]
        assert events.lost == 0
    assert await Process.all().count() == 0
    assert (await Run.get(id=run)).owner is None


async def test_the_dead_are_buried_and_what_they_had_is_free(make_run: MakeRun) -> None:
    await Process.create(id="proc_dead", host="there", pid=1, beats=5)
    run = await make_run(owner="proc_dead")
    member = Member()
    async with joined(member) as events:
        assert (await Run.get(id=run)).owner == "proc_dead"
        await until(lambda: events.freed)
        assert (await Run.get(id=run)).owner is None
        assert not await Process.exists(id="proc_dead")


@pytest.mark.usefixtures("database")
async def test_one_that_was_buried_alive_gives_up_what_it_had_and_joins_anew() -> None:
    member = Member()
    async with joined(member) as events:
        buried = member.id
        await Process.filter(id=buried).delete()
        await until(lambda: events.lost)
        assert member.id != buried
        assert await Process.exists(id=member.id)


async def test_a_database_that_was_away_for_all_kills_nobody(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is back, nobody has beaten for long; nobody is taken for dead for that."""
    one, other = Member(), Member()
    async with joined(one) as events, joined(other) as others:
        run = await make_run(owner=other.id)
        away = True

        async def asked(statement: str, *values: object) -> object:
            if away:
                raise DBConnectionError("away")
            return await plain(statement, *values)

        monkeypatch.setattr(membership, "plain", asked)
        await until(lambda: one.alive == 0 or one._looked < _now() - 0.4)
        away = False
        since = _now()
        await until(lambda: one._looked > since and other._looked > since)
        await until(lambda: _now() > since + 0.4)
        assert (events.lost, others.lost, events.freed, others.freed) == (0, 0, 0, 0)
        assert await owned(other.id) == [run]


def _now() -> float:
    return asyncio.get_running_loop().time()


async def test_an_observer_sees_who_executes_and_buries_but_is_not_seen(
    make_run: MakeRun,
) -> None:
    await Process.create(id="proc_dead", host="there", pid=1)
    await make_run(owner="proc_dead")
    events, observer = Events(), Observer()
    await observer.watch(events.on_freed)
    await until(lambda: events.freed)
    assert observer.alive == 0
    async with joined(Member()):
        await until(lambda: observer.alive == 1)
    await until(lambda: observer.alive == 0)
    await observer.end()
