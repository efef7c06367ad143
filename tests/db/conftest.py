"""Rows to write, and a second connection that sees only what was really committed."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import closing
from time import perf_counter
from typing import Any

import pytest

from luxx.config import Settings
from luxx.models import User

Outside = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def outside(settings: Settings) -> Iterator[Outside]:
    """Run one statement as another process would, without waiting for any lock."""
    if settings.is_sqlite:
        with closing(sqlite3.connect(settings.sqlite_file, timeout=0)) as connection:
            connection.isolation_level = None
            yield lambda sql: connection.execute(sql).fetchall()
        return
    import psycopg  # noqa: PLC0415 - only on this dialect

    with psycopg.connect(settings.database_url, autocommit=True) as other:
        other.execute("SET lock_timeout = '1ms'")

        def run(sql: str) -> list[tuple[Any, ...]]:
            cursor = other.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def user() -> Callable[[str], User]:
    """An unsaved row of a given name."""
    return lambda name: User(
        username=name, username_key=name, email=f"{name}@example.org", password_hash="-"
    )


@pytest.fixture
def interrupted() -> Callable[..., Awaitable[bool]]:
    """Run work, cancel it after so many seconds, to the microsecond; whether it was cancelled."""

    async def run(work: Coroutine[Any, Any, object], *, seconds: float = 0, times: int = 1) -> bool:
        task = asyncio.ensure_future(work)
        end = perf_counter() + seconds
        while perf_counter() < end and not task.done():
            await asyncio.sleep(0)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task], timeout=20)
        assert task.done(), "the task is stuck"
        if not task.cancelled():
            task.result()
        return task.cancelled()

    return run
