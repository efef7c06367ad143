"""What only the SQLite engine has to promise."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable

import pytest
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError

from luxx.config import Settings
from luxx.db import close_database, connection, open_database, sqlite, transaction
from luxx.db.jobs import statements
from luxx.db.trouble import DatabaseTrouble
from luxx.models import User

pytestmark = pytest.mark.skipif(
    os.environ.get("LUXX_TEST_DIALECT") == "postgres", reason="for SQLite only"
)
Outside = Callable[[str], list[tuple[object, ...]]]
MakeUser = Callable[[str], User]


async def test_its_pragmas_are_set(database: Settings) -> None:
    async def value(name: str) -> object:
        _, rows = await connection().execute_query(f"PRAGMA {name}")
        return rows[0][0]

    assert await value("journal_mode") == "wal"
    assert await value("synchronous") == 1
    assert await value("busy_timeout") == 10_000
    assert await value("foreign_keys") == 1


async def test_a_transaction_waits_for_another_process(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    """It takes the write lock at its beginning, so reading first does not doom it."""
    outside("BEGIN IMMEDIATE")

    async def work() -> None:
        async with transaction():
            assert await User.all().count() == 1
            await user("b").save()

    task = asyncio.create_task(work())
    await asyncio.wait([task], timeout=0.1)
    outside(
        "INSERT INTO user_account (username, username_key, email, password_hash, role,"
        " permission_level, is_active, token_version, created_at)"
        " VALUES ('a', 'a', 'a', '-', 'user', 1, 1, 0, '2026-01-01 00:00:00+00:00')"
    )
    outside("COMMIT")
    await asyncio.wait_for(task, 10)


async def locked(attempt: Awaitable[object]) -> None:
    with pytest.raises(DatabaseTrouble) as caught:
        await attempt
    assert "locked" in repr(caught.value)


async def test_a_lock_that_stays_is_an_infrastructure_error(
    settings: Settings, outside: Outside, user: MakeUser
) -> None:
    """Beginning, writing and bulk writing all fail alike and leave nothing behind."""
    client = sqlite.Client(str(settings.sqlite_file), connection_name="other", busy_timeout=20)
    outside("BEGIN IMMEDIATE")
    await locked(client.execute_query("UPDATE user_account SET token_version = 1"))
    await locked(client.execute_many("UPDATE user_account SET token_version = ?", [[1]]))
    unit = sqlite.Transaction(client)
    await unit.begin()
    await locked(unit.execute_query("SELECT 1"))
    await unit.rollback()
    outside("COMMIT")
    assert await client.execute_insert("INSERT INTO revoked_token VALUES (?, ?)", ["a", 1]) == 1
    await client.close()


async def test_a_commit_that_fails_is_undone(database: Settings, outside: Outside) -> None:
    """Here a foreign key that is checked only at the end."""
    await connection().execute_script(
        "CREATE TABLE child (run TEXT REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(OperationalError, match="FOREIGN KEY"):
        async with transaction() as unit:
            await unit.execute_query("INSERT INTO child VALUES ('none')")
    assert outside("SELECT * FROM child") == []
    outside("UPDATE user_account SET token_version = 1")


async def test_nothing_follows_a_rollback_by_sqlite_itself(
    database: Settings, outside: Outside, user: MakeUser
) -> None:
    """A full disk rolls back; what the block still writes must not commit on its own."""

    async def work() -> None:
        async with transaction() as unit:
            await user("a").save()
            await unit.execute_query("ROLLBACK")
            await user("b").save()

    with pytest.raises(TransactionManagementError):
        await work()
    assert outside("SELECT * FROM user_account") == []


async def test_closing_under_a_transaction_undoes_it(
    settings: Settings, outside: Outside, user: MakeUser
) -> None:
    await open_database(settings)

    async def work() -> None:
        async with transaction() as unit:
            await user("gone").save()
            await asyncio.wait_for(unit._parent.close(), 20)
            await unit.execute_query("SELECT 1")

    with pytest.raises(DBConnectionError):
        await work()
    await close_database()
    assert outside("SELECT * FROM user_account") == []


async def test_a_script_cannot_leave_a_transaction_open(
    database: Settings, outside: Outside
) -> None:
    with pytest.raises(OperationalError):
        await connection().execute_script("BEGIN; CREATE TABLE t (id INT); SELECT * FROM nowhere;")
    outside("CREATE TABLE t (id INT)")


async def test_a_driver_error_of_another_kind_stays_itself(database: Settings) -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        await connection().execute_query("SELECT ?", [])


def test_a_file_that_is_no_database_is_an_infrastructure_error(settings: Settings) -> None:
    settings.sqlite_file.write_bytes(b"no database at all" * 100)

    async def work() -> None:
        client = sqlite.Client(str(settings.sqlite_file), connection_name="other")
        with pytest.raises(DBConnectionError):
            await client.execute_query("SELECT 1")
        await client.close()

    asyncio.run(work())


@pytest.mark.parametrize(
    ("script", "parts"),
    [
        ("", []),
        (" ;; \n", []),
        ("A", ["A"]),
        ("SELECT ';'; SELECT 2", ["SELECT ';'", " SELECT 2"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END; SELECT 1;",
            [
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END",
                " SELECT 1",
            ],
        ),
        ("-- a; b\nSELECT 1;", ["-- a; b\nSELECT 1"]),
    ],
)
def test_a_script_is_split_where_statements_end(script: str, parts: list[str]) -> None:
    assert list(statements(script)) == parts


def test_a_process_that_forgets_to_close_still_ends(settings: Settings) -> None:
    code = f"""
        import asyncio
        from pathlib import Path
        from luxx.config import Settings
        from luxx.db import open_database
        asyncio.run(open_database(Settings(data_dir=Path({str(settings.data_dir)!r}))))
    """
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)], timeout=20, check=True
    )
