"""What only the PostgreSQL engine has to promise."""

import asyncio
import os
from collections.abc import Callable

import pytest
from tortoise.exceptions import DBConnectionError, IntegrityError, TransactionManagementError

from luxx.config import Settings
from luxx.db import connection, transaction
from luxx.models import User

pytestmark = pytest.mark.skipif(
    os.environ.get("LUXX_TEST_DIALECT") != "postgres", reason="for PostgreSQL only"
)
Outside = Callable[[str], list[tuple[object, ...]]]
MakeUser = Callable[[str], User]


async def test_a_failed_transaction_is_not_committed_in_silence(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    """PostgreSQL itself would answer COMMIT with a rollback and no error."""
    await user("taken").save()

    async def work() -> None:
        async with transaction():
            await user("lost").save()
            with pytest.raises(IntegrityError):
                await user("taken").save()

    with pytest.raises(TransactionManagementError, match="cannot be committed"):
        await work()
    assert outside("SELECT username FROM user_account") == [("taken",)]


async def test_a_failed_transaction_takes_no_more(database: Settings, user: MakeUser) -> None:
    await user("taken").save()

    async def work() -> None:
        async with transaction():
            with pytest.raises(IntegrityError):
                await user("taken").save()
            await user("more").save()

    with pytest.raises(TransactionManagementError, match="aborted"):
        await work()


async def test_a_restarted_server_costs_the_open_transactions_only(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    async def work() -> None:
        async with transaction():
            await user("lost").save()
            outside(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            await user("more").save()

    with pytest.raises(DBConnectionError):
        await work()
    await asyncio.wait_for(user("next").save(), 10)
    assert outside("SELECT username FROM user_account") == [("next",)]


async def test_a_cancelled_statement_stops_on_the_server(
    database: Settings, outside: Outside
) -> None:
    """Its connection is used again, so no sleeper holds it."""
    task = asyncio.create_task(connection().execute_query("SELECT pg_sleep(50)"))
    await asyncio.wait([task], timeout=0.1)
    task.cancel()
    await asyncio.wait([task], timeout=10)
    assert task.cancelled()
    running = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(50)'"
    assert outside(running) == []
    _, rows = await connection().execute_query("SELECT 1 AS one")
    assert list(rows) == [{"one": 1}]
