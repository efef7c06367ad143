"""What every test stands on: settings, a migrated database, and no way out of this machine.

`LUXX_TEST_DIALECT=postgres` runs the same tests on a PostgreSQL server that lives for the session.
The two dialects need two processes: Tortoise caches its SQL for each.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from blockbuster import blockbuster_ctx
from postgres import Postgres, running

from luxx.config import Secret, Settings
from luxx.db import close_database, open_database
from luxx.db.migrate import migrate

DIALECT = os.environ.get("LUXX_TEST_DIALECT", "sqlite")
#: Runs before the server serves anybody: it may block.
STARTUP = [
    "luxx.app",
    "luxx.core.assembly",
    "luxx.datafolder",
    "luxx.db.engines",
    "luxx.db.migrate",
    "luxx.operations",
    "luxx.security.keyring",
]
_SECRET = Secret("a secret for the tests, long enough")


def _is_near(host: object) -> bool:
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_way_out() -> Iterator[None]:
    """Refuse every connection and every name that is not of this machine."""

    def guard(real: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_near(address[0]):
                raise AssertionError(f"a test tried to reach {address!r}")
            return real(self, address)

        return connect

    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        numeric = isinstance(name, str) and not any(c.isalpha() for c in name.replace(":", ""))
        if _is_near(name) or numeric or ":" in str(name):
            return resolve(host, *args, **options)
        raise socket.gaierror(socket.EAI_NONAME, f"a test tried to look up {name!r}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guard(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guard(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def _no_blocked_loop() -> Iterator[None]:
    """Fail what blocks the event loop: reading files, sleeping, waiting for locks or sockets."""
    with blockbuster_ctx("luxx", excluded_modules=STARTUP) as guard:
        for function in guard.functions.values():
            # Once for an opened database the time zone UTC is read from the file system.
            function.can_block_in("tortoise/timezone.py", {"parse_timezone"})
            # Read once, by whichever test is the first to build the routes.
            function.can_block_in("luxx/operations/__init__.py", {"load"})
        yield


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LUXX_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def safe_postgres(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """The server of the test's database, which loses nothing when it is stopped."""
    if settings.is_sqlite:
        pytest.skip("a file does not go away")
    server: Postgres = request.getfixturevalue("postgres")
    server.keep_commits(on=True)
    yield server
    server.keep_commits(on=False)


@pytest.fixture(scope="session")
def _template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A migrated database that nobody uses: each test gets a copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("template"))
    if DIALECT == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        server.execute("CREATE DATABASE template_luxx")
        settings = Settings(
            data_dir=settings.data_dir,
            database_url=Secret(server.address("template_luxx")),
            secret_key=_SECRET,
        )
    asyncio.run(migrate(settings))
    return settings


_numbers = count()


@pytest.fixture
def empty_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a database that was never migrated."""
    if DIALECT == "sqlite":
        yield Settings(data_dir=tmp_path / "data")
    else:
        yield from _postgres_settings(request, tmp_path, "template1")


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, _template: Settings
) -> Iterator[Settings]:
    """Settings with a migrated database of this test's own."""
    if DIALECT == "sqlite":
        made = Settings(data_dir=tmp_path / "data")
        made.data_dir.mkdir(mode=0o700)
        shutil.copyfile(_template.sqlite_file, made.sqlite_file)
        yield made
    else:
        yield from _postgres_settings(request, tmp_path, "template_luxx")


def _postgres_settings(
    request: pytest.FixtureRequest, tmp_path: Path, template: str
) -> Iterator[Settings]:
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield Settings(
        data_dir=tmp_path / "data", database_url=Secret(server.address(name)), secret_key=_SECRET
    )
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Settings]:
    """The test's database, open."""
    await open_database(settings)
    yield settings
    await close_database()
