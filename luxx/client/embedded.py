"""A server in a thread of this process: for a notebook or a script that has none to connect to.

It is the ordinary server on a loopback port, with its data in a folder, and ends with the process.
Who opens the same folder in another process shares the server that is there: `notebook.token`,
readable by the folder's owner alone, lets them in.
"""

import asyncio
import atexit
import concurrent.futures.thread  # noqa: F401 - see `_at_exit`
import contextlib
import logging
import os
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from luxx import loop, serving
from luxx.app import Server
from luxx.config import Secret, Settings, load
from luxx.datafolder import DataFolder
from luxx.demo import demo_server, demo_settings
from luxx.demo.providers import scripted
from luxx.errors import ConfigError

TOKEN = "notebook.token"  # noqa: S105 - a file's name
#: Seconds that a start and a stop may take.
START, STOP = 60.0, 15.0


@dataclass(frozen=True, slots=True)
class Found:
    """A server that can be asked, and how to be let in."""

    url: str
    token: str
    renew: Callable[[], Awaitable[str]]


class Embedded:
    """One server and its thread."""

    def __init__(self, server: Server, username: str) -> None:
        self.server = server
        self.url = ""
        self._username = username
        self._up = threading.Event()
        self._failed: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="luxx-server", daemon=True)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        """Returns when it can be asked. Raises what kept it from starting."""
        self._thread.start()
        if not self._up.wait(START):
            raise ConfigError(f"The server did not start within {START:.0f} s")
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """What runs is given a moment to end, and stored; nothing is lost."""
        if self._loop is not None and self._stop is not None and self.is_alive:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP)

    async def token(self) -> str:
        """A login of its user; others who can read the folder are let in with it, too."""
        token = await self.on_its_loop(self.server.token_for(self._username))
        await asyncio.to_thread(_write, self._token_file, token)
        return token

    async def on_its_loop(self, work: Coroutine[Any, Any, str]) -> str:
        """The server's database belongs to the server's loop."""
        if self._loop is None:
            raise ConfigError("The server has not started")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    @property
    def _token_file(self) -> Path:
        return self.server.settings.data_dir / TOKEN

    def _run(self) -> None:
        logger, log = logging.getLogger("luxx"), _log_file(self.server.settings.data_dir)
        logger.addHandler(log)
        try:
            loop.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it is raised where the start is waited for
            self._failed = error
        finally:
            if self.url:
                self._token_file.unlink(missing_ok=True)
            logger.removeHandler(log)
            log.close()
            self._up.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()

        def started(url: str) -> None:
            self.url = url
            self._up.set()

        await serving.serve(self.server, started, stop=self._stop)


_servers: dict[Path, Embedded] = {}
_lock = threading.Lock()


def open_folder(folder: Path | None, *, demo: bool) -> Callable[[], Awaitable[Found]]:
    """The server of the folder, which is started where there is none; await how to be let in.

    Raises ConfigError for settings that do not work, and where the folder is in use by a server
    that lets nobody in.
    """
    settings = _settings(folder, demo=demo)
    path = settings.data_dir
    with _lock:
        server = _servers.get(path)
        if server is None or not server.is_alive:
            server = _make(settings, demo=demo)
            try:
                _check_alone()
                server.start()
            except ConfigError as error:
                url = DataFolder(settings).url()
                if url is None:
                    raise
                if _read(path / TOKEN) is None:
                    there = f"connect there with luxx.connect({url!r}, token=…)"
                    raise ConfigError(f"{error.message}: {there}") from error
                return lambda: _neighbour(url, path)
            _servers[path] = server
    return lambda: _ours(server, demo=demo)


def _check_alone() -> None:
    """Raises ConfigError where this process serves another folder: it has one database open."""
    for path, server in _servers.items():
        if server.is_alive:
            raise ConfigError(
                f"This process serves {path} already, and can serve one folder: open another one in"
                " another process, or end this with luxx.client.embedded.close_all()"
            )


def close_all() -> None:
    """Stop every server of this process now, rather than at its end."""
    with _lock:
        while _servers:
            _servers.popitem()[1].stop()


def _at_exit(stop: Callable[[], None]) -> None:
    """Calls `stop` at the end of the process while its pools of threads take work.

    A server that stops needs them, and `concurrent.futures` closes them before `atexit` is called.
    It does so with the interpreter's list of what ends before threads do, of which the newest is
    called first: it is imported above to be there already. The list has no public name; `atexit`
    stands in where it is not found.
    """
    getattr(threading, "_register_atexit", atexit.register)(stop)


_at_exit(close_all)


def _settings(folder: Path | None, *, demo: bool) -> Settings:
    if demo:
        return demo_settings((folder or Path("luxx-demo")).resolve(), 0)
    settings = load({} if folder is None else {"data_dir": folder})
    # A password that is printed in a notebook is stored with it.
    password = settings.admin_password or Secret(secrets.token_urlsafe(24))
    return replace(
        settings,
        data_dir=settings.data_dir.resolve(),
        host="127.0.0.1",
        port=0,
        workers=1,
        admin_password=password,
    )


def _make(settings: Settings, *, demo: bool) -> Embedded:
    server = demo_server(settings) if demo else Server(settings)
    return Embedded(server, settings.admin_username)


def _log_file(folder: Path) -> logging.Handler:
    """What a server would say on its terminal goes to a file: a cell is no place for it."""
    handler = logging.FileHandler(folder / "luxx.log", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


async def _ours(server: Embedded, *, demo: bool) -> Found:
    found = Found(server.url, await server.token(), server.token)
    if demo:
        bearer = {"Authorization": f"Bearer {found.token}"}
        async with httpx.AsyncClient(base_url=found.url, headers=bearer, trust_env=False) as http:
            await scripted(http, found.url)
    return found


async def _neighbour(url: str, path: Path) -> Found:
    async def renew() -> str:
        token = await asyncio.to_thread(_read, path / TOKEN)
        if token is None:
            raise ConfigError("The server of this folder has ended: connect again")
        return token

    return Found(url, await renew(), renew)


def _write(file: Path, token: str) -> None:
    temporary = file.with_suffix(".tmp")
    with open(temporary, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as handle:
        handle.write(token)
    temporary.replace(file)


def _read(file: Path) -> str | None:
    try:
        return file.read_text()
    except OSError:
        return None
