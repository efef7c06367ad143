"""What both engines share: `async with transaction()` as a block that cancellation cannot break."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.connection import ConnectionHandler, ConnectionToken, get_connections

T = TypeVar("T")


async def settle(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end. A cancellation, or several, of the caller takes effect after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = cancelled or error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # marks it as seen: the cancellation is what the caller gets to know
    raise cancelled


async def once(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; cancel it a single time, however often the caller is, and await its end."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        await settle(_ended(task))
        raise


async def _ended(task: "asyncio.Future[Any]") -> None:
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


class Unit(TransactionalDBClient):
    """A transaction or a savepoint: `begin`, then one of `commit` and `rollback`."""

    @property
    def over(self) -> bool:
        return self._finalized

    async def savepoint(self) -> None:
        await self.begin()

    async def release_savepoint(self) -> None:
        await self.commit()

    async def savepoint_rollback(self) -> None:
        await self.rollback()


class Block(TransactionContext):
    """Runs a unit around the body, and makes it the body's connection."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._connections: ConnectionHandler | None = None
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> TransactionalDBClient:
        self._connections = get_connections()
        await self._unit.begin()
        self._token = self._connections.set(self._unit.connection_name, self._unit)
        return self._unit

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if not self._unit.over:
                await (self._unit.commit() if kind is None else self._unit.rollback())
        finally:
            if self._connections is not None:
                self._connections.reset(self._token)
