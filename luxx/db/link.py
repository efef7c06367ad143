"""SQLite's connection and the thread that owns it.

The thread runs jobs in the order in which they were queued, each to its end, whatever becomes of
the task that asked. So everything that must be whole is one job, and what must follow something is
queued behind it without waiting.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from tortoise.exceptions import IntegrityError, OperationalError

from luxx.db.trouble import DatabaseFull, DatabaseTrouble

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

#: busy_timeout comes first: turning WAL on may itself have to wait.
PRAGMAS = {
    "busy_timeout": 10_000,
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "foreign_keys": "ON",
    "journal_size_limit": 4_194_304,
}

#: What is wrong with the file or the machine, and not with the statement.
_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into Tortoise's."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error
    except sqlite3.DatabaseError as error:
        # The low byte is the kind; the rest of an extended code says where it happened.
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if kind == sqlite3.SQLITE_FULL:
            raise DatabaseFull(error) from error
        if kind in _TROUBLE:
            raise DatabaseTrouble(error) from error
        if isinstance(error, sqlite3.OperationalError):
            raise OperationalError(error) from error
        raise


class Link(aiosqlite.Connection):
    """The connection and its thread."""

    def __init__(self, file: str, pragmas: dict[str, Any]) -> None:
        super().__init__(partial(_connect, file, pragmas), iter_chunk_size=64)
        self._ended: asyncio.Future[Any] | None = None
        self._thread.daemon = True  # a process that ends without closing must still end

    async def open(self) -> None:
        """Start the thread and connect; where that fails, the thread has ended."""
        try:
            await self
        except BaseException:
            if self._ended is not None:
                await self._ended
            raise

    def stop(self) -> "asyncio.Future[Any] | None":
        self._ended = super().stop()
        return self._ended

    async def run(self, job: Job[T]) -> T:
        """Queue `job` before the first suspension, and wait for its result."""
        if self._connection is None:
            raise DatabaseTrouble("The database is closed")
        result: T = await self._execute(job, self._conn)  # type: ignore[no-untyped-call]
        return result

    def post(self, job: Job[object]) -> None:
        """Queue `job` and do not wait."""
        if self._connection is not None:
            self._tx.put_nowait((None, partial(job, self._conn)))


def _connect(file: str, pragmas: dict[str, Any]) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}").fetchall()
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection
