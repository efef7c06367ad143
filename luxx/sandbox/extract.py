"""Making HTML readable in processes that can be killed.

Every parser in native code can be made to hang while it holds the interpreter: in a thread it would
stop the server. A worker has an empty environment, reads one page after another, and is killed when
it takes too long. If the server is killed its workers follow within seconds: an idle one sees its
input end, and the kernel's alarm clock ends a busy one.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

import anyio
import orjson

from luxx.sandbox import readable
from luxx.sandbox.readable import IDLE, LENGTH, PATIENCE

WORKERS = 2
START_TIME = 15.0
#: No page has so much text: a worker that says so is broken.
MAX_ANSWER = 16_000_000

#: Where an interpreter that is not in its usual place finds its own library.
_KEPT = ("LD_LIBRARY_PATH",)


class Extractor:
    """At most two pages are read at the same time; the others wait."""

    def __init__(self, time_limit: float = PATIENCE) -> None:
        self._time_limit = time_limit
        self._slots = asyncio.Semaphore(WORKERS)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    async def extract(self, page: str, url: str, form: str) -> str | None:
        """The readable text; None where that took too long, or killed the worker."""
        async with self._slots:
            with suppress(TimeoutError, OSError, EOFError):
                return await self._ask(await self._worker(), orjson.dumps([form, url, page]))
        return None

    async def _worker(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.is_fresh:
                return worker
            await self._end(worker)
        worker = await _Worker.start()
        self._all.add(worker)
        return worker

    async def _ask(self, worker: "_Worker", request: bytes) -> str:
        try:
            async with asyncio.timeout(self._time_limit):
                text = await worker.ask(request)
        except BaseException:
            await self._end(worker)
            raise
        self._idle.append(worker)
        return text

    async def _end(self, worker: "_Worker") -> None:
        self._all.discard(worker)
        await worker.kill()

    async def close(self) -> None:
        """End all workers; a page that is being read meanwhile is given up."""
        self._idle.clear()
        for worker in list(self._all):
            await self._end(worker)


class _Worker:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._idle_since = 0.0

    @classmethod
    async def start(cls) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", readable.__file__),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_TIME):
                await worker._answer()
        except BaseException:
            await worker.kill()
            raise
        return worker

    @property
    def is_fresh(self) -> bool:
        """Whether it still runs, and will not be ended for idling just now."""
        idle = asyncio.get_running_loop().time() - self._idle_since
        return self._process.returncode is None and idle < IDLE / 2

    async def ask(self, request: bytes) -> str:
        assert self._process.stdin  # noqa: S101 - it was started with a pipe
        self._process.stdin.writelines((LENGTH.pack(len(request)), request))
        await self._process.stdin.drain()
        text = (await self._answer()).decode()
        self._idle_since = asyncio.get_running_loop().time()
        return text

    async def _answer(self) -> bytes:
        assert self._process.stdout  # noqa: S101 - it was started with a pipe
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        if length > MAX_ANSWER:
            raise EOFError
        return await self._process.stdout.readexactly(length)

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        with anyio.CancelScope(shield=True):
            await self._process.wait()
