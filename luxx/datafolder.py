"""The data folder: made with the right modes, owned by one server at a time.

Nobody else can list it. Where the server is root, code runs as another user, who has to find the
way through it to a workspace: then it can be passed. Each secret in it is closed by itself.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from luxx.config import Settings
from luxx.errors import ConfigError


class DataFolder:
    """`luxx.lock` is held while a server runs; `server.json` says where it listens."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.data_dir
        self._exclusive = settings.is_sqlite
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                for folder in (self.path, self.path / "workspaces"):
                    folder.mkdir(exist_ok=True)
                    folder.chmod(0o711)
        except OSError as error:
            raise ConfigError(f"LUXX_DATA_DIR={self.path}: {error.strerror}") from error

    @contextlib.contextmanager
    def owned(self) -> Iterator[None]:
        """Hold the folder. Raises ConfigError, saying where the server listens that has it.

        With PostgreSQL, where any number of servers may be one, nobody holds it.
        """
        with contextlib.ExitStack() as stack:
            if self._exclusive:
                self._lock(stack)
                self._server.unlink(missing_ok=True)
            try:
                yield
            finally:
                if self._announced().get("pid") == os.getpid():
                    self._server.unlink(missing_ok=True)

    def announce(self, url: str) -> None:
        """Say where the server that owns the folder listens."""
        temporary = self._server.with_suffix(".tmp")
        temporary.write_bytes(orjson.dumps({"url": url, "pid": os.getpid()}))
        temporary.replace(self._server)

    def url(self) -> str | None:
        """Where the server that owns the folder listens, if it said so."""
        url = self._announced().get("url")
        return None if url is None else str(url)

    @property
    def _server(self) -> Path:
        return self.path / "server.json"

    def _announced(self) -> dict[str, Any]:
        try:
            content = orjson.loads(self._server.read_bytes())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _lock(self, stack: contextlib.ExitStack) -> None:
        file = self.path / "luxx.lock"
        try:
            handle = stack.enter_context(file.open("w"))
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            where = self.url()
            raise ConfigError(
                f"The data folder {self.path} is in use by another Luxx server"
                + (f", which listens on {where}" if where else "")
            ) from error
        except OSError as error:
            raise ConfigError(f"{file} cannot be locked: {error.strerror}") from error
