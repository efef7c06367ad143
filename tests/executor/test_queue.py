"""Who is next: users in rotation, within their limits, and each run taken by one process."""

import asyncio
from itertools import chain

import pytest
from executor.conftest import MakeRun

from luxx.executor.base import Limits
from luxx.executor.queue import owned, release, release_orphans, take
from luxx.models import Process, Run, RunStatus

PLENTY = Limits(process=100, user=100)


@pytest.fixture
async def three_users(make_run: MakeRun) -> dict[str, list[str]]:
    """ann came first with five, then bob with two, then cy with one."""
    return {
        name: [await make_run(name) for _ in range(number)]
        for name, number in (("ann", 5), ("bob", 2), ("cy", 1))
    }


async def test_each_users_first_comes_before_anybodys_second(
    three_users: dict[str, list[str]],
) -> None:
    ann, bob, cy = three_users.values()
    first = await take("proc_a", 3, PLENTY)
    assert sorted(first.ids) == sorted([ann[0], bob[0], cy[0]])
    assert first.left
    second = await take("proc_a", 2, PLENTY)
    assert sorted(second.ids) == sorted([ann[1], bob[1]])
    rest = await take("proc_a", 100, PLENTY)
    assert sorted(rest.ids) == sorted(ann[2:])
    assert not rest.left
    assert not (await take("proc_a", 100, PLENTY)).left


async def test_what_a_user_has_running_counts_wherever_it_runs(
    three_users: dict[str, list[str]],
) -> None:
    ann, bob, cy = three_users.values()
    await Run.filter(id__in=ann[:2]).update(owner="proc_elsewhere", status=RunStatus.RUNNING)
    taken = await take("proc_a", 3, PLENTY)
    assert sorted(taken.ids) == sorted([*bob, *cy])


async def test_a_users_limit_is_that_of_all_processes_together(
    three_users: dict[str, list[str]],
) -> None:
    limits = Limits(process=100, user=2)
    taken = [await take(owner, 100, limits) for owner in ("proc_a", "proc_b")]
    assert [len(each.ids) for each in taken] == [5, 0]
    assert all(each.left for each in taken)
    done = three_users["ann"][0]
    await Run.filter(id=done).update(live_in=None, status=RunStatus.COMPLETED)
    assert (await take("proc_b", 100, limits)).ids == [three_users["ann"][2]]


async def test_one_that_is_to_be_stopped_needs_neither_slot_nor_turn(
    three_users: dict[str, list[str]],
) -> None:
    last = three_users["ann"][-1]
    await Run.filter(id=last).update(stop_requested=True)
    assert (await take("proc_a", 0, Limits(process=1, user=1))).ids == [last]


async def test_many_processes_at_once_take_each_run_once(make_run: MakeRun) -> None:
    runs = [await make_run(f"user{number % 7}") for number in range(60)]
    owners = [f"proc_{number}" for number in range(6)]

    async def work(owner: str) -> list[str]:
        mine: list[str] = []
        while True:
            taken = await take(owner, 3, PLENTY)
            mine += taken.ids
            if not taken.ids and not taken.again:
                return mine

    async with asyncio.timeout(30):
        found = await asyncio.gather(*map(work, owners))
    assert sorted(chain.from_iterable(found)) == sorted(runs)
    for owner, mine in zip(owners, found, strict=True):
        assert sorted(await owned(owner)) == sorted(mine)


async def test_what_is_given_back_can_be_taken_again(make_run: MakeRun) -> None:
    run = await make_run()
    await take("proc_a", 1, PLENTY)
    assert await release("proc_b") == 0
    assert await release("proc_a") == 1
    assert (await take("proc_b", 1, PLENTY)).ids == [run]


async def test_only_what_belongs_to_nobody_there_is_an_orphan(make_run: MakeRun) -> None:
    await Process.create(id="proc_there", host="here", pid=1)
    kept, orphan = await make_run(owner="proc_there"), await make_run(owner="proc_gone")
    ended = await make_run(owner="proc_gone")
    await Run.filter(id=ended).update(live_in=None, status=RunStatus.COMPLETED)
    assert await release_orphans() == 1
    assert await owned("proc_there") == [kept]
    assert (await take("proc_there", 5, PLENTY)).ids == [orphan]
