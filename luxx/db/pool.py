"""PostgreSQL's connections: how they are made, taken and given back. Needs the extra `postgres`.

A connection that was taken goes back, clean, however its user ends.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from tortoise.backends.psycopg.client import AsyncConnectionPool
from tortoise.exceptions import (
    IntegrityError,
    OperationalError,
    TransactionManagementError,
)

from luxx.config import Settings
from luxx.db.trouble import DatabaseFull, DatabaseTrouble
from luxx.db.unit import settle
from luxx.errors import ConfigError

Connection = psycopg.AsyncConnection[Any]

#: Seconds to wait for a connection: a request has its answer well before ten are over.
PATIENCE = 5
#: What an address in the settings may override.
_DEFAULTS: dict[str, Any] = {
    "application_name": "luxx",
    "connect_timeout": PATIENCE,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
}


def conninfo(url: str) -> str:
    """The address with our defaults. Raises psycopg.ProgrammingError for a malformed one."""
    return make_conninfo(**{**_DEFAULTS, **conninfo_to_dict(url)})


async def connect(settings: Settings) -> Connection:
    """A connection of its own, past PgBouncer: a session that nobody else uses.

    Raises ConfigError for a malformed address, psycopg.OperationalError where nobody answers.
    """
    name = "DATABASE_DIRECT_URL" if settings.database_direct_url else "DATABASE_URL"
    try:
        address = conninfo(settings.database_direct_url or settings.database_url)
    except psycopg.ProgrammingError:
        # The driver's message may quote the password.
        raise ConfigError(f"LUXX_{name} is no valid PostgreSQL address") from None
    return await psycopg.AsyncConnection.connect(address, autocommit=True)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into Tortoise's."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise IntegrityError(error) from error
    except (
        psycopg.errors.InvalidTransactionState,
        psycopg.errors.InFailedSqlTransaction,
    ) as error:
        raise TransactionManagementError(error) from error
    except psycopg.errors.DiskFull as error:
        raise DatabaseFull(error) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DatabaseTrouble(error) from error
    except psycopg.Error as error:
        raise OperationalError(error) from error


class Pool(AsyncConnectionPool):
    """A pool that loses no connection to a cancellation."""

    #: How many connections have broken. All do when the server crashes, and whoever uses the pool
    #: after that has counted at least one.
    losses = 0

    async def acquire(self, *args: Any, **options: Any) -> Connection:
        task = asyncio.ensure_future(self.getconn(*args, **options))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            await settle(self._take_back(task))
            raise

    async def _take_back(self, task: "asyncio.Future[Connection]") -> None:
        await asyncio.wait([task])
        if not task.cancelled() and task.exception() is None:
            await self.putconn(task.result())

    async def release(self, connection: Connection) -> None:
        await settle(self._release(connection))

    async def _release(self, connection: Connection) -> None:
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            try:
                await connection.rollback()
            except psycopg.Error:
                await connection.close()
        self.losses += connection.closed
        await self.putconn(connection)

    async def probe(self, connection: Connection) -> None:
        """For the pool's `check`: raises for one that is broken."""
        try:
            await self.check_connection(connection)
        except Exception:
            self.losses += 1
            raise
