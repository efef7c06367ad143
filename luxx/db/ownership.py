"""One server at a time runs on a database: two would take each other's runs for left behind.

On SQLite the data folder's lock says so; on PostgreSQL an advisory lock does, held by a connection
of its own for as long as the server runs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from luxx.config import Settings
from luxx.db.migrate import connect
from luxx.errors import ConfigError, Unavailable

_KEY = 0x6C757878_0002


@asynccontextmanager
async def owned(settings: Settings) -> AsyncIterator[None]:
    """Hold the database. Raises ConfigError if another server has it, Unavailable without it."""
    if settings.is_sqlite:
        yield
        return
    import psycopg  # noqa: PLC0415 - only with the extra

    try:
        connection = await connect(settings)
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error
    try:
        found = await connection.execute("SELECT pg_try_advisory_lock(%s)", (_KEY,))
        if not (await found.fetchone())[0]:
            raise ConfigError("Another Luxx server is running on this database")
        yield
    finally:
        await connection.close()
