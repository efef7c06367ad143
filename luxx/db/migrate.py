"""Brings the database to the schema of this version, once, whoever starts at the same time.

The usual case, nothing to do, is one plain query: neither Tortoise nor aerich is asked.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from luxx import __version__
from luxx.config import Settings
from luxx.db.engines import APP, options
from luxx.errors import ConfigError, Unavailable
from luxx.logs import brief

FILES = "[0-9]*_*.py"
#: Seconds to wait for another process that is migrating.
PATIENCE = 60.0
_LOCK_KEY = 0x4C757878  # "Luxx"
_APPLIED = "SELECT version FROM aerich WHERE app = 'luxx'"


async def migrate(settings: Settings) -> list[str]:
    """Apply what is pending and return the names of its files.

    A SQLite file with data is copied first. Each migration is applied whole or not at all. Raises
    ConfigError when the database is newer than this version, Unavailable when it cannot be reached.
    """
    if settings.is_sqlite:
        return await _migrate_sqlite(settings)
    return await _migrate_postgres(settings)


def location(dialect: str) -> Path:
    """The folder above `luxx/`, in the installed package or in the repository."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_migrations"
    return (installed if installed.is_dir() else package.parent / "migrations") / dialect


def pending(dialect: str, applied: set[str]) -> list[str]:
    """The files that were not applied, in their order."""
    files = {file.name for file in (location(dialect) / APP).glob(FILES)}
    if not files:
        raise ConfigError("This installation is incomplete: it has no migrations")
    if unknown := applied - files:
        raise ConfigError(
            f"The database was written by a newer Luxx than {__version__}: "
            f"it has {', '.join(sorted(unknown))}"
        )
    return sorted(files - applied, key=lambda name: int(name.split("_", 1)[0]))


async def _migrate_sqlite(settings: Settings) -> list[str]:
    file = settings.sqlite_file
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"LUXX_DATA_DIR={settings.data_dir} cannot be used: {error}") from error
    if not pending("sqlite", await asyncio.to_thread(_applied, file)):
        return []
    async with _file_lock(settings.data_dir / "migrate.lock"):
        # Another process may have been faster.
        applied = await asyncio.to_thread(_applied, file)
        if not pending("sqlite", applied):
            return []
        await asyncio.to_thread(_back_up, file)
        await asyncio.to_thread(_close_to_others, file)
        return await _upgrade(settings, "sqlite")


def _applied(file: Path) -> set[str]:
    if not file.exists():
        return set()
    try:
        with closing(_reader(file)) as connection:
            if not connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'aerich'"
            ).fetchall():
                return set()
            return {row[0] for row in connection.execute(_APPLIED)}
    except sqlite3.Error as error:
        raise Unavailable(f"{file} cannot be read: {error}") from error


def _reader(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=10, isolation_level=None)


def _back_up(file: Path) -> None:
    """Copy a database that has tables: `luxx.db.before-1.0.0.20260131T235959Z`."""
    if not file.exists():
        return
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    copy = file.with_name(f"{file.name}.before-{__version__}.{stamp}")
    try:
        with closing(_reader(file)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
                connection.execute("VACUUM INTO ?", (str(copy),))
                copy.chmod(0o600)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"{file} cannot be copied before its upgrade: {error}") from error


def _close_to_others(file: Path) -> None:
    """Before anything is in it; what SQLite keeps beside it has the same mode."""
    file.touch(mode=0o600)
    file.chmod(0o600)


@asynccontextmanager
async def _file_lock(file: Path) -> AsyncIterator[None]:
    import fcntl  # noqa: PLC0415 - the module does not exist on every system

    deadline = asyncio.get_running_loop().time() + PATIENCE
    with file.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable("Another process is still migrating the database") from None
                await asyncio.sleep(0.05)
        yield  # closing the file gives the lock back


async def _migrate_postgres(settings: Settings) -> list[str]:
    options(settings)  # says so when the driver is missing
    import psycopg  # noqa: PLC0415 - only with the extra

    from luxx.db.pool import connect  # noqa: PLC0415 - only with the extra

    try:
        async with await connect(settings) as connection:
            if not pending("postgres", await _applied_there(connection)):
                return []
            await connection.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}")
            await connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
            if not pending("postgres", await _applied_there(connection)):
                return []
            return await _upgrade(settings, "postgres")
    except psycopg.errors.LockNotAvailable as error:
        raise Unavailable("Another process is still migrating the database") from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {brief(error)}") from error


async def _applied_there(connection: Any) -> set[str]:
    found = await connection.execute("SELECT to_regclass('aerich') IS NOT NULL")
    if not (await found.fetchone())[0]:
        return set()
    return {row[0] for row in await (await connection.execute(_APPLIED)).fetchall()}


async def _upgrade(settings: Settings, dialect: str) -> list[str]:
    from aerich import Command  # noqa: PLC0415 - rarely needed, and slow to import
    from tortoise.context import TortoiseContext  # noqa: PLC0415 - as above

    config = options(settings, "aerich.models")
    async with TortoiseContext() as context:
        await context.init(config)
        command = Command(config, app=APP, location=str(location(dialect)))
        await command.init()
        return await command.upgrade()
