"""The PostgreSQL engine: Tortoise's psycopg backend, made safe against cancellation.

Importing it needs the extra `postgres`. A commit or a rollback that began is awaited to its end.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from types import TracebackType
from typing import Any

from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.psycopg.client import PsycopgClient
from tortoise.exceptions import TransactionManagementError

from luxx.db.pool import PATIENCE, Connection, Pool, conninfo, translated
from luxx.db.trouble import DatabaseTrouble
from luxx.db.unit import Block, Unit, once, settle

POOL_SIZE = 10
_savepoints = count()


class Client(PsycopgClient):
    """The database in autocommit, each statement on a connection of the pool."""

    _pool: Pool | None = None

    def __init__(self, dsn: str, *, prepares: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._dsn = dsn
        self._prepares = prepares
        self._closed = False

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's name
        if self._closed:
            raise DatabaseTrouble("The database is closed")
        await settle(self._open())

    async def _open(self) -> None:
        settings: dict[str, Any] = {"autocommit": True, "row_factory": dict_row}
        if not self._prepares:
            settings["prepare_threshold"] = None

        async def probe(taken: Connection) -> None:
            await pool.probe(taken)

        pool = Pool(
            conninfo(self._dsn),
            open=False,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=PATIENCE,
            # Whoever asks later tries anew, at once: no long pauses after a long outage.
            reconnect_timeout=PATIENCE,
            check=probe,
            kwargs=settings,
        )
        try:
            with translated():
                await pool.open(wait=True, timeout=PATIENCE)
        except BaseException:
            await pool.close()
            raise
        self._pool = pool
        await self._post_connect()

    @property
    def losses(self) -> int:
        """Grows whenever the server may have crashed since it was last asked."""
        return self._pool.losses if self._pool is not None else 0

    async def close(self) -> None:
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            await settle(pool.close(PATIENCE))

    async def pool(self) -> Pool:
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)
        if self._pool is None:
            raise DatabaseTrouble("The database is closed")
        return self._pool

    async def _translate_exceptions(
        self, func: Callable[..., Any], *args: Any, **options: Any
    ) -> Any:
        # Cancelled twice, the driver would give the connection up.
        with translated():
            return await once(func(self, *args, **options))

    def acquire_connection(self) -> Any:
        return Lease(self)

    def _in_transaction(self) -> TransactionContext:
        return self.transaction()

    def transaction(self) -> TransactionContext:
        return Block(Transaction(self))

    async def execute_many(self, query: str, values: list[Any]) -> None:
        async with self.transaction() as unit:
            await unit.execute_many(query, values)


class Lease:
    """One connection of the pool for the length of a block."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pool: Pool | None = None
        self._connection: Connection | None = None

    async def __aenter__(self) -> Connection:
        self._pool = await self._client.pool()
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None and self._connection is not None:
            await self._pool.release(self._connection)


class Share:
    """A transaction's connection for one statement; once it is over, one of the parent's."""

    def __init__(self, transaction: "Transaction") -> None:
        self._transaction = transaction
        self._fallback: Any = None

    async def __aenter__(self) -> Connection:
        await self._transaction.turn.acquire()
        connection = self._transaction.connection
        if connection is not None:
            return connection
        self._transaction.turn.release()
        self._fallback = self._transaction.parent.acquire_connection()
        own: Connection = await self._fallback.__aenter__()
        return own

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._fallback is None:
            self._transaction.turn.release()
        else:
            await self._fallback.__aexit__(kind, error, trace)


class _Inner(Unit, Client):
    """What a transaction and a savepoint have in common: a client above them."""

    def __init__(self, parent: Client) -> None:
        self.parent = self._parent = parent
        self.connection_name = parent.connection_name
        self.fetch_inserted = parent.fetch_inserted
        self.log = parent.log
        self._finalized = False

    @property
    def losses(self) -> int:
        return self.parent.losses

    def transaction(self) -> TransactionContext:
        return self.parent.transaction() if self.over else Block(Savepoint(self))

    async def execute_many(self, query: str, values: list[Any]) -> None:
        await PsycopgClient.execute_many(self, query, values)


class Transaction(_Inner):
    """Has one connection from `begin` until `commit` or `rollback`."""

    def __init__(self, parent: Client) -> None:
        super().__init__(parent)
        self.turn = asyncio.Lock()
        self.connection: Connection | None = None
        self._source: Pool | None = None

    async def begin(self) -> None:
        with translated():
            self._source = await self.parent.pool()
            connection = await self._source.acquire()
            try:
                await connection.execute("BEGIN")
            except BaseException:
                await self._source.release(connection)
                raise
            self.connection = connection

    async def commit(self) -> None:
        await settle(self._end(_commit))

    async def rollback(self) -> None:
        await settle(self._end(None))  # the pool takes nothing back that is not rolled back

    async def _end(self, last: Callable[[Connection], Awaitable[None]] | None) -> None:
        connection, source = self.connection, self._source
        if self._finalized or connection is None or source is None:
            raise TransactionManagementError("The transaction is not open")
        self._finalized = True
        async with self.turn:
            self.connection = None
            try:
                if last is not None:
                    await last(connection)
            finally:
                await source.release(connection)

    def acquire_connection(self) -> Any:
        return Share(self)


async def _commit(connection: Connection) -> None:
    # PostgreSQL would answer with a rollback, and with no error.
    if connection.pgconn.transaction_status == TransactionStatus.INERROR:
        raise TransactionManagementError("The transaction has failed and cannot be committed")
    with translated():
        await connection.execute("COMMIT")


class Savepoint(_Inner):
    """A transaction within a transaction."""

    def __init__(self, parent: Client) -> None:
        super().__init__(parent)
        self._name = f"luxx_{next(_savepoints)}"

    async def begin(self) -> None:
        await self.execute_script(f"SAVEPOINT {self._name}")

    async def commit(self) -> None:
        self._finalized = True
        await settle(self.execute_script(f"RELEASE {self._name}"))

    async def rollback(self) -> None:
        self._finalized = True
        name = self._name
        await settle(self.execute_script(f"ROLLBACK TO {name}; RELEASE {name}"))

    def acquire_connection(self) -> Any:
        return self.parent.acquire_connection()


client_class = Client
