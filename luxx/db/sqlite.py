"""The SQLite engine: Tortoise's, made safe against cancellation.

One connection serves everybody in turn; see `luxx.db.link` for why nothing can be left half done.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import TransactionManagementError

from luxx.db import jobs
from luxx.db.link import PRAGMAS, Job, Link, translated
from luxx.db.trouble import DatabaseTrouble
from luxx.db.unit import Block, Unit, settle

T = TypeVar("T")
_savepoints = count()


class Client(SqliteClient):
    """The database in autocommit. `turn` is held by whoever has the connection to himself."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **{**PRAGMAS, **options})
        self.turn = asyncio.Lock()
        self._link: Link | None = None
        self._closed = False

    #: What this process has committed, its own end does not undo.
    losses = 0

    async def link(self) -> Link:
        """The open connection; `turn` must be held."""
        if self._link is None:
            await settle(self.create_connection(with_db=True))
        if self._link is None:  # closed in the meantime
            raise DatabaseTrouble("The database is closed")
        return self._link

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's name
        if self._closed:
            raise DatabaseTrouble("The database is closed")
        with translated():
            link = Link(self.filename, self.pragmas)
            await link.open()
        self._link = self._connection = link
        await self._post_connect()

    async def close(self) -> None:
        self._closed = True
        link, self._link, self._connection = self._link, None, None
        if link is not None:
            await settle(link.close())

    async def run(self, job: Job[T]) -> T:
        async with self.turn:
            link = await self.link()
            with translated():
                return await link.run(job)

    def _in_transaction(self) -> TransactionContext:
        return self.transaction()

    def transaction(self) -> TransactionContext:
        return Block(Transaction(self))

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return await self.run(partial(jobs.insert, query, values))

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        return await self.run(partial(jobs.query, query, values or ()))

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        _, rows = await self.run(partial(jobs.query, query, values or ()))
        return [dict(row) for row in rows]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self.run(partial(jobs.whole_many, query, values))

    async def execute_script(self, query: str) -> None:
        await self.run(partial(jobs.closed_script, query))


class _Inner(Unit, Client):
    """What a transaction and a savepoint have in common: a client above them."""

    def __init__(self, parent: Client) -> None:
        self._parent: Client = parent
        self._link = None
        self.connection_name = parent.connection_name
        self.fetch_inserted = parent.fetch_inserted
        self.filename = parent.filename
        self.log = parent.log
        self._finalized = False

    def transaction(self) -> TransactionContext:
        return self._parent.transaction() if self.over else Block(Savepoint(self))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self.run(partial(jobs.many, query, values))

    async def execute_script(self, query: str) -> None:
        await self.run(partial(jobs.script, query))


class Transaction(_Inner):
    """Has the connection to itself from `begin` until `commit` or `rollback`.

    SQLite's own BEGIN goes with the first statement: a trip to the thread costs more than it.
    """

    def __init__(self, parent: Client) -> None:
        super().__init__(parent)
        self._begun = False

    async def begin(self) -> None:
        await self._parent.turn.acquire()
        try:
            self._link = await self._parent.link()
        except BaseException:
            self._parent.turn.release()
            raise

    async def commit(self) -> None:
        await self._end(jobs.commit)

    async def rollback(self) -> None:
        await self._end(jobs.undo)

    async def _end(self, job: Job[None]) -> None:
        if self._finalized or self._link is None:
            raise TransactionManagementError("The transaction is not open")
        self._finalized = True
        try:
            if self._begun:
                with translated():
                    await self._link.run(job)
        finally:
            self._parent.turn.release()

    async def run(self, job: Job[T]) -> T:
        """A task that outlives the transaction in which it was started is back in autocommit."""
        if self._finalized or self._link is None:
            return await self._parent.run(job)
        where = jobs.inside if self._begun else jobs.first
        self._begun = True
        with translated():
            return await self._link.run(partial(where, job))


class Savepoint(_Inner):
    """A transaction within a transaction."""

    def __init__(self, parent: Client) -> None:
        super().__init__(parent)
        self._name = f"luxx_{next(_savepoints)}"

    async def begin(self) -> None:
        await self.run(partial(jobs.script, f"SAVEPOINT {self._name};"))

    async def commit(self) -> None:
        self._finalized = True
        await self.run(partial(jobs.script, f"RELEASE {self._name};"))

    async def rollback(self) -> None:
        self._finalized = True
        await self.run(partial(jobs.script, f"ROLLBACK TO {self._name}; RELEASE {self._name};"))

    async def run(self, job: Job[T]) -> T:
        return await self._parent.run(job)


client_class = Client
