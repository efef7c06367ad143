"""The database: opening it, transactions, and its errors at the edge.

Never await a model, a tool or a client inside a transaction: on SQLite everybody else waits.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext, get_current_context
from tortoise.exceptions import DBConnectionError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from luxx.config import Settings
from luxx.db.engines import NAME, options
from luxx.db.unit import settle

M = TypeVar("M", bound=Model)

#: The database cannot be reached, is overloaded or broken; nobody's input is at fault.
INFRASTRUCTURE: tuple[type[Exception], ...] = (DBConnectionError,)


async def open_database(settings: Settings) -> None:
    """Open the one database of this process, migrated before, and prove that it answers.

    Raises ConfigError for settings that cannot work, Unavailable when it cannot be reached.
    """
    context = TortoiseContext()
    try:
        with context:
            # The fallback: requests run in other tasks than the one that opened the database.
            await context.init(options(settings), _enable_global_fallback=True)
        await connection().execute_query("SELECT 1")
    except BaseException:
        await settle(context.close_connections())
        raise


async def close_database() -> None:
    """Close it. Does nothing when it is not open."""
    context = get_current_context()
    if context is not None:
        await settle(context.close_connections())


def transaction() -> AbstractAsyncContextManager[BaseDBAsyncClient]:
    """All of the block or nothing; within another one, a savepoint."""
    return in_transaction(NAME)


def connection() -> BaseDBAsyncClient:
    """Where plain SQL goes: the running transaction, else the database in autocommit."""
    return get_connection(NAME)


def losses() -> int:
    """Grows whenever the database may have crashed since it was last asked."""
    found: int = connection().losses  # type: ignore[attr-defined]  # of both engines
    return found


async def plain(statement: str, *values: Any) -> tuple[int, Sequence[Any]]:
    """Run plain SQL with `?` as its marks; answers with how many rows it changed and its rows.

    For the statements of every message: the query builder costs several times as much.
    """
    client = connection()
    return await client.execute_query(_marked(client, statement), list(values))


async def rows_of(model: type[M], statement: str, *values: Any) -> list[M]:
    """Run plain SQL that answers with whole rows of a model's table."""
    client = connection()
    executor = client.executor_class(model, client)
    found: list[M] = await executor.execute_select(_marked(client, statement), list(values))
    return found


def _marked(client: BaseDBAsyncClient, statement: str) -> str:
    return statement if client.capabilities.dialect == "sqlite" else statement.replace("?", "%s")
