"""Migrations: on an empty and on a used database, once for all, and never half."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError

from luxx import db
from luxx.config import Secret, Settings
from luxx.db import engines
from luxx.db import migrate as module
from luxx.db.migrate import location, migrate
from luxx.errors import ConfigError, Unavailable
from luxx.models import User

DIALECT = os.environ.get("LUXX_TEST_DIALECT", "sqlite")
sqlite_only = pytest.mark.skipif(DIALECT != "sqlite", reason="for SQLite only")
postgres_only = pytest.mark.skipif(DIALECT != "postgres", reason="for PostgreSQL only")

#: The migrations that there are, in order.
SHIPPED = sorted(file.name for file in (location(DIALECT) / "luxx").glob("[0-9]*_*.py"))
TEMPLATE = '''
RUN_IN_TRANSACTION = True
async def upgrade(db):
    return """{sql}"""
MODELS_STATE = {state!r}
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations to which a test may add."""
    copy = tmp_path / "migrations" / DIALECT
    shutil.copytree(location(DIALECT), copy)
    monkeypatch.setattr(module, "location", lambda _: copy)
    return copy / "luxx"


def add(folder: Path, name: str, sql: str) -> None:
    from aerich.utils import get_formatted_compressed_data  # noqa: PLC0415 - slow to import

    state = get_formatted_compressed_data({}).replace('"', "").replace("\n", "").replace(" ", "")
    (folder / name).write_text(TEMPLATE.format(sql=sql, state=state))


async def rows(settings: Settings, sql: str) -> list[dict[str, object]]:
    await db.open_database(settings)
    try:
        return await db.connection().execute_query_dict(sql)
    finally:
        await db.close_database()


def backups(settings: Settings) -> list[Path]:
    return list(settings.data_dir.glob("luxx.db.before-*"))


async def test_an_empty_database_gets_everything_once(empty_settings: Settings) -> None:
    assert await migrate(empty_settings) == SHIPPED
    assert await migrate(empty_settings) == []
    assert await rows(empty_settings, "SELECT count(*) AS n FROM message") == [{"n": 0}]
    assert backups(empty_settings) == []


@sqlite_only
async def test_what_is_migrated_is_what_the_models_say(settings: Settings, tmp_path: Path) -> None:
    """SQLite's migrations are edited by hand, where a column is added to a table that refers."""
    with TortoiseContext() as context:
        fresh = replace(settings, data_dir=tmp_path / "fresh")
        fresh.data_dir.mkdir()
        await context.init(engines.options(fresh))
        await context.generate_schemas()
        await context.close_connections()
    assert tables(settings) == tables(fresh)


#: What says the same in both: names, types, whether null, keys; a migrated column may also have
#: the default that it needed to be added, which no model has.
LOOKS = {
    "table_info": (1, 2, 3, 5),
    "foreign_key_list": (2, 3, 4, 6),
    "index_list": (1, 2, 3),
}


def tables(settings: Settings) -> dict[str, list[list[list[str]]]]:
    """Columns, foreign keys and indexes of each table."""
    with closing(sqlite3.connect(settings.sqlite_file)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'aerich%'"
        ).fetchall()
        return {
            name: [
                sorted(
                    [str(row[place]) for place in places]
                    for row in connection.execute(f"PRAGMA {look}({name})")
                )
                for look, places in LOOKS.items()
            ]
            for (name,) in names
        }


async def test_a_used_database_keeps_its_rows(settings: Settings, folder: Path) -> None:
    await db.open_database(settings)
    await User.create(username="a", username_key="a", email="a", password_hash="-")
    await db.close_database()
    add(folder, "9_later.py", "ALTER TABLE user_account ADD later INT; CREATE TABLE two (id INT);")
    add(folder, "8_sooner.py", "ALTER TABLE user_account ADD sooner INT NOT NULL DEFAULT 5;")
    assert await migrate(settings) == ["8_sooner.py", "9_later.py"]
    assert await migrate(settings) == []
    found = await rows(settings, "SELECT username, sooner, later FROM user_account")
    assert found == [{"username": "a", "sooner": 5, "later": None}]


async def test_a_migration_is_applied_whole_or_not_at_all(settings: Settings, folder: Path) -> None:
    """What came before it stays, and it can be tried again."""
    add(folder, "8_good.py", "CREATE TABLE good (id INT);")
    add(folder, "9_bad.py", "CREATE TABLE half (id INT); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(OperationalError):
        await migrate(settings)
    assert await rows(settings, "SELECT * FROM good") == []
    with pytest.raises(OperationalError):
        await rows(settings, "SELECT * FROM half")
    add(folder, "9_bad.py", "CREATE TABLE half (id INT);")
    assert await migrate(settings) == ["9_bad.py"]


async def test_a_newer_database_is_refused(settings: Settings, folder: Path) -> None:
    """An older Luxx must not write into it."""
    add(folder, "8_new.py", "CREATE TABLE new (id INT);")
    await migrate(settings)
    (folder / "8_new.py").unlink()
    with pytest.raises(ConfigError, match=r"newer Luxx.*8_new\.py"):
        await migrate(settings)


async def test_an_installation_without_migrations_is_refused(
    settings: Settings, folder: Path
) -> None:
    shutil.rmtree(folder)
    with pytest.raises(ConfigError, match="incomplete"):
        await migrate(settings)


def start(settings: Settings) -> "subprocess.Popen[str]":
    code = (
        "import asyncio; from pathlib import Path; from luxx.config import Secret, Settings;"
        "from luxx.db.migrate import migrate;"
        f"s = Settings(data_dir=Path({str(settings.data_dir)!r}),"
        f" database_url=Secret({str(settings.database_url)!r}));"
        "print(asyncio.run(migrate(s)))"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_of_several_at_once_one_migrates(empty_settings: Settings) -> None:
    """Processes that start together: the others wait and find nothing to do."""
    processes = [start(empty_settings) for _ in range(3)]
    answers = [process.communicate(timeout=40)[0].strip() for process in processes]
    assert sorted(answers) == sorted([str(SHIPPED), "[]", "[]"])


async def test_several_in_one_process_migrate_once(empty_settings: Settings) -> None:
    found = await asyncio.gather(*(migrate(empty_settings) for _ in range(3)))
    assert sorted(found) == [[], [], SHIPPED]


async def test_nobody_waits_for_ever(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    if empty_settings.is_sqlite:
        empty_settings.data_dir.mkdir()
        async with module._file_lock(empty_settings.data_dir / "migrate.lock"):
            with pytest.raises(Unavailable, match="still migrating"):
                await migrate(empty_settings)
        return
    from luxx.db.pool import connect  # noqa: PLC0415 - only with the extra

    async with await connect(empty_settings) as other:
        await other.execute("SELECT pg_advisory_lock(%s)", (module._LOCK_KEY,))
        with pytest.raises(Unavailable, match="still migrating"):
            await migrate(empty_settings)


@sqlite_only
async def test_a_used_file_is_copied_first(settings: Settings, folder: Path) -> None:
    """The copy is the database as it was, and only the owner reads it."""
    await db.open_database(settings)
    await User.create(username="a", username_key="a", email="a", password_hash="-")
    await db.close_database()
    add(folder, "8_drop.py", "DROP TABLE user_account;")
    await migrate(settings)
    (copy,) = backups(settings)
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT username FROM user_account").fetchall() == [("a",)]


@sqlite_only
async def test_an_empty_file_needs_no_copy(empty_settings: Settings) -> None:
    empty_settings.data_dir.mkdir()
    empty_settings.sqlite_file.touch()
    assert await migrate(empty_settings) == SHIPPED
    assert backups(empty_settings) == []


@sqlite_only
async def test_a_copy_that_fails_stops_the_upgrade(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(folder, "8_new.py", "CREATE TABLE new (id INT);")
    monkeypatch.setattr(module, "__version__", "x" * 250)
    with pytest.raises(Unavailable, match="cannot be copied"):
        await migrate(settings)
    with pytest.raises(OperationalError):
        await rows(settings, "SELECT * FROM new")


@sqlite_only
async def test_what_is_no_database_is_named(settings: Settings) -> None:
    settings.sqlite_file.write_bytes(b"no database at all" * 100)
    with pytest.raises(Unavailable, match=r"luxx\.db cannot be read"):
        await migrate(settings)


@sqlite_only
async def test_a_folder_that_cannot_be_made_is_named(settings: Settings) -> None:
    below = replace(settings, data_dir=settings.sqlite_file / "below")
    with pytest.raises(ConfigError, match="LUXX_DATA_DIR"):
        await migrate(below)


@sqlite_only
def test_nothing_to_do_does_not_import_aerich(settings: Settings) -> None:
    """Every start pays for what is imported."""
    code = (
        "import asyncio, sys; from pathlib import Path; from luxx.config import Settings;"
        "from luxx.db.migrate import migrate;"
        f"s = Settings(data_dir=Path({str(settings.data_dir)!r}));"
        "print(asyncio.run(migrate(s)), [m for m in ('aerich', 'psycopg') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], timeout=20, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[] []"


@postgres_only
@pytest.mark.parametrize("address", ["postgresql://[::1/hunter2", "postgresql://h/d?hunter2=1"])
async def test_an_address_that_is_none_is_named_but_not_shown(
    settings: Settings, address: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        await migrate(replace(settings, database_url=Secret(address)))
    assert "hunter2" not in str(caught.value)


@postgres_only
async def test_a_server_that_is_not_there_is_unavailable(settings: Settings) -> None:
    nowhere = replace(settings, database_url=Secret("postgresql://u:hunter2@127.0.0.1:1/d"))
    with pytest.raises(Unavailable) as caught:
        await migrate(nowhere)
    assert "hunter2" not in str(caught.value)


async def test_a_missing_driver_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"the extra 'postgres' .* pip install '\.\[postgres\]'"):
        await migrate(replace(settings, database_url=Secret("postgresql://h/d")))


def test_an_installed_package_brings_its_migrations(tmp_path: Path) -> None:
    """In the wheel they lie inside the package, and nothing beside it is looked at."""
    package = tmp_path / "luxx"
    shutil.copytree(Path(db.__file__).parents[1], package, ignore=shutil.ignore_patterns("_*_"))
    shutil.copytree(location("sqlite").parent, package / "_migrations")
    shipped = sorted(file.name for file in (location("sqlite") / "luxx").glob("[0-9]*_*.py"))
    code = (
        "import asyncio; from pathlib import Path; from luxx.config import Settings;"
        "from luxx.db.migrate import location, migrate; print(location('sqlite'));"
        "print(asyncio.run(migrate(Settings(data_dir=Path('data')))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        timeout=20,
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        # What runs is a copy that will be gone: coverage must not look for it.
        env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
    )
    assert done.stdout.splitlines() == [str(package / "_migrations" / "sqlite"), str(shipped)]
