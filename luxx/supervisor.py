"""Several processes that serve on one socket: started, watched, replaced and stopped together.

SIGTERM and SIGINT stop them all. SIGHUP replaces them one after the other, each only when its
successor serves. One that dies is replaced; one that cannot start at all ends everything.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from luxx import logs, loop
from luxx.app import Server
from luxx.config import Settings
from luxx.datafolder import DataFolder
from luxx.errors import ConfigError, LuxxError
from luxx.metrics import MULTIPROC, forget
from luxx.serving import listen, serve, url_of

logger = logging.getLogger("luxx.serving")

_spawn = multiprocessing.get_context("spawn")

#: Seconds that a process has to begin to serve, and to end when told to.
START_SECONDS, STOP_SECONDS = 60.0, 12.0
#: Seconds before one that died is replaced.
PAUSE = 1.0


async def supervise(settings: Settings, started: Callable[[str], None]) -> None:
    """Serve with as many processes as the settings say, until a signal says otherwise.

    `started(url)` is called once all serve. Raises ConfigError with what keeps one from it.
    """
    with contextlib.ExitStack() as stack:
        if settings.metrics:
            # Before the children are: whichever is asked answers for all of them.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="luxx-metrics-"))
            os.environ[MULTIPROC] = folder
        await Supervisor(settings).run(started)


class Child:
    """One process; `ready` becomes what keeps it from serving, empty once it serves."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._line, theirs = _spawn.Pipe()
        self._process = _spawn.Process(
            target=_serve, args=(settings, listener, theirs), name="luxx-serve"
        )
        self._process.start()
        theirs.close()
        here = asyncio.get_running_loop()
        self.ready: asyncio.Future[str] = here.create_future()
        self.gone: asyncio.Future[int] = here.create_future()
        here.add_reader(self._line.fileno(), self._on_word)
        here.add_reader(self._process.sentinel, self._on_end)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def terminate(self) -> None:
        self._process.terminate()

    async def stop(self) -> None:
        """Tell it to stop and wait until it is gone, in the end without its consent."""
        self.terminate()
        done, _ = await asyncio.wait([self.gone], timeout=STOP_SECONDS)
        if not done:
            self._process.kill()
            await asyncio.wait([self.gone])

    def _on_word(self) -> None:
        asyncio.get_running_loop().remove_reader(self._line.fileno())
        with contextlib.suppress(EOFError, OSError):
            error: str = self._line.recv()
            if not self.ready.done():
                self.ready.set_result(error)

    def _on_end(self) -> None:
        here = asyncio.get_running_loop()
        here.remove_reader(self._process.sentinel)
        if here.remove_reader(self._line.fileno()):
            self._on_word()  # its last one may still be on the line
        self._process.join()
        self._line.close()
        forget(self._process.pid or 0)
        self.gone.set_result(self._process.exitcode or 0)


class Supervisor:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listener = listen(settings)
        self._children: list[Child] = []
        self._stop = asyncio.Event()
        self._replace = asyncio.Event()

    async def run(self, started: Callable[[str], None]) -> None:
        here = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            here.add_signal_handler(number, self._stop.set)
        here.add_signal_handler(signal.SIGHUP, self._replace.set)
        folder = DataFolder(self._settings)
        try:
            with folder.owned():
                self._children = [self._child() for _ in range(self._settings.workers)]
                for child in self._children:
                    if not await self._serves(child):
                        return
                url = url_of(self._listener)
                folder.announce(url)
                started(url)
                await self._watch()
        finally:
            self._listener.close()
            await asyncio.gather(*(child.stop() for child in self._children))

    def _child(self) -> Child:
        return Child(self._settings, self._listener)

    async def _serves(self, child: Child) -> bool:
        """Wait until it does; False if all are told to stop meanwhile."""
        stop = asyncio.create_task(self._stop.wait())
        first: list[asyncio.Future[Any]] = [child.ready, child.gone, stop]
        await asyncio.wait(first, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if self._stop.is_set():
            return False
        if child.ready.done() and not child.ready.result():
            return True
        reason = child.ready.result() if child.ready.done() else "a process does not start to serve"
        raise ConfigError(reason)

    async def _watch(self) -> None:
        while not self._stop.is_set():
            tasks = [asyncio.create_task(each.wait()) for each in (self._stop, self._replace)]
            first: list[asyncio.Future[Any]] = [*tasks, *(each.gone for each in self._children)]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            if self._replace.is_set():
                self._replace.clear()
                await self._replace_all()
            await self._replace_dead()

    async def _replace_all(self) -> None:
        for index, child in enumerate(self._children):
            successor = self._child()
            try:
                if not await self._serves(successor):
                    await successor.stop()
                    return
            except ConfigError:
                logger.exception("process %s stays: its successor does not serve", child.pid)
                await successor.stop()
                return
            self._children[index] = successor
            await child.stop()

    async def _replace_dead(self) -> None:
        for index, child in enumerate(self._children):
            if child.gone.done() and not self._stop.is_set():
                logger.error("process %s has died (%s)", child.pid, child.gone.result())
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), PAUSE)
                if not self._stop.is_set():
                    self._children[index] = self._child()


def _serve(settings: Settings, listener: socket.socket, line: Connection) -> None:
    """What a child does: serve until told to stop, or until nobody is left who could tell."""
    logs.configure(settings)

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_reader(line.fileno(), stop.set)
        await serve(Server(settings), lambda _: line.send(""), stop=stop, shared=listener)

    try:
        loop.run(run())
    except LuxxError as error:
        line.send(error.message)
        raise SystemExit(2) from None
