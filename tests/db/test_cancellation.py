"""A task may be cancelled anywhere: nothing is locked, left open, half written or lost.

Each promise here was broken by the engines that these are built on.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from luxx.config import Settings
from luxx.db import connection, transaction
from luxx.db.unit import settle
from luxx.models import User

Outside = Callable[[str], list[tuple[int | str, ...]]]
MakeUser = Callable[[str], User]
Interrupted = Callable[..., Awaitable[bool]]


async def pair(user: MakeUser, name: str) -> None:
    async with transaction():
        await user(f"{name}.a").save()
        await user(f"{name}.b").save()


async def nested(user: MakeUser, name: str) -> None:
    async with transaction():
        await user(f"{name}.a").save()
        async with transaction():
            await user(f"{name}.b").save()


async def many(user: MakeUser, name: str) -> None:
    await User.bulk_create([user(f"{name}.{letter}") for letter in "ab"])


async def together(user: MakeUser, name: str) -> None:
    async with transaction():
        await asyncio.gather(user(f"{name}.a").save(), user(f"{name}.b").save())


async def prove_sound(outside: Outside, user: MakeUser, kept: set[str]) -> None:
    """Everybody still gets through, and what is there came whole and is really committed."""
    async with asyncio.timeout(10):
        await asyncio.gather(*(pair(user, f"after{n}") for n in range(24)))
        await asyncio.gather(*(user(f"alone{n}").save() for n in range(24)))
    outside("UPDATE user_account SET token_version = 1 WHERE username LIKE 'alone%'")
    names = {str(row[0]) for row in outside("SELECT username FROM user_account")}
    halves = [name.rpartition(".")[0] for name in names if "." in name]
    assert all(halves.count(name) == 2 for name in halves), "half of something was written"
    assert kept <= set(halves), "something that succeeded is lost"
    assert sum(name.startswith("after") for name in halves) == 48
    assert await User.filter(username__startswith="alone", token_version=1).count() == 24


@pytest.mark.parametrize("work", [pair, nested, many, together])
@pytest.mark.parametrize("times", [1, 5])
async def test_cancelled_at_every_moment(
    work: Callable[[MakeUser, str], Awaitable[None]],
    times: int,
    database: Settings,
    outside: Outside,
    user: MakeUser,
    interrupted: Interrupted,
) -> None:
    """Once, or again and again as anyio does, from before its beginning until after its end."""
    began = time.monotonic()
    await work(user, "first")
    usual = time.monotonic() - began
    kept, tries = {"first"}, 0
    while (len(kept) < 12 or tries - len(kept) < 20) and tries < 1000:
        tries += 1
        seconds = tries % 50 / 25 * usual  # again and again, up to twice as long as it takes
        if not await interrupted(work(user, f"n{tries}"), seconds=seconds, times=times):
            kept.add(f"n{tries}")
    assert tries < 1000
    await prove_sound(outside, user, kept)


async def test_a_storm_of_cancellations(
    database: Settings, outside: Outside, user: MakeUser, interrupted: Interrupted
) -> None:
    """Hundreds of tasks at once, each cancelled at its own moment."""
    dice = random.Random(1)  # noqa: S311 - no secret
    kept, cancelled = set(), 0

    async def one(name: str, seconds: float, times: int) -> None:
        nonlocal cancelled
        work = dice.choice([pair, nested, many, together])
        if await interrupted(work(user, name), seconds=seconds, times=times):
            cancelled += 1
        else:
            kept.add(name)

    for wave in range(10):
        await asyncio.gather(
            *(
                one(f"w{wave}x{n}", dice.uniform(0.0001, 0.1), dice.choice([1, 1, 4]))
                for n in range(40)
            )
        )
    assert cancelled > 40
    await prove_sound(outside, user, kept)


async def test_a_task_that_outlives_its_transaction_is_back_in_autocommit(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    """Its writes, bulk writes and transactions neither join someone else's nor get lost."""
    go = asyncio.Event()

    async def later() -> None:
        await go.wait()
        await user("one").save()
        await User.bulk_create([user("two"), user("three")])
        async with transaction():
            await user("four").save()
        await connection().execute_script("UPDATE user_account SET token_version = 7")

    async with transaction():
        task = asyncio.create_task(later())
        await asyncio.sleep(0)

    async def work() -> None:
        async with transaction():
            go.set()
            await user("gone").save()
            # On one connection they wait for this transaction; elsewhere they need not.
            await asyncio.wait([task], timeout=0.05)
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    await asyncio.wait_for(task, 10)
    rows = outside("SELECT username, token_version FROM user_account")
    assert set(rows) == {("one", 7), ("two", 7), ("three", 7), ("four", 7)}


async def test_a_task_started_in_a_savepoint_survives_it(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    go = asyncio.Event()

    async def later() -> None:
        await go.wait()
        async with transaction():
            await user("late").save()

    async with transaction(), transaction():
        task = asyncio.create_task(later())
        await asyncio.sleep(0)
    go.set()
    await asyncio.wait_for(task, 10)
    assert outside("SELECT username FROM user_account") == [("late",)]


async def test_a_cancelled_statement_leaves_its_transaction_usable_or_undone(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    async def work(inner: BaseDBAsyncClient) -> None:
        await user("inner").save(using_db=inner)
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        async with transaction() as unit, asyncio.timeout(0.05):
            await work(unit)
    assert outside("SELECT * FROM user_account") == []
    await user("free").save()
    assert outside("SELECT username FROM user_account") == [("free",)]


async def test_opening_may_be_cancelled(
    settings: Settings, outside: Outside, user: MakeUser, interrupted: Interrupted
) -> None:
    """Half an opening is closed again, and the next one is complete."""
    from luxx.db import close_database, open_database  # noqa: PLC0415 - the pair under test

    for step in range(100):
        if not await interrupted(open_database(settings), seconds=step * 1e-4, times=2):
            await close_database()
    await open_database(settings)
    try:
        await prove_sound(outside, user, set())
    finally:
        await close_database()


async def test_settle_finishes_before_it_is_cancelled(interrupted: Interrupted) -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0.02)
        done.append("it")

    assert await interrupted(settle(work()), seconds=0.005, times=5)
    assert done == ["it"]


async def test_settle_gives_result_and_error() -> None:
    async def fine() -> int:
        return 3

    async def broken() -> None:
        raise LookupError

    assert await settle(fine()) == 3
    with pytest.raises(LookupError):
        await settle(broken())


async def test_a_cancellation_goes_before_the_error_it_covers(interrupted: Interrupted) -> None:
    """An error nobody waits for any more is not reported as never retrieved either."""

    async def broken() -> None:
        await asyncio.sleep(0.01)
        raise LookupError

    assert await interrupted(settle(broken()), seconds=0.002)
