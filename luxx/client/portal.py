"""A thread with an event loop of its own, so that blocking code can use what is asynchronous.

In a notebook the kernel's own loop stands still while a cell runs; this one does not.
"""

import asyncio
import atexit
import concurrent.futures
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
#: Seconds after which a wait looks up, so that an interrupt is seen on every system.
SLICE = 0.2


class Portal:
    """Started when it is first used; ends with the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[concurrent.futures.Future[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._loop.is_closed():
                self._loop = asyncio.new_event_loop()
                thread = threading.Thread(
                    target=_serve, args=(self._loop,), name=self._name, daemon=True
                )
                thread.start()
                atexit.register(self.stop)
            return self._loop

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Begin it; the caller goes on."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        self._tasks.add(future)
        future.add_done_callback(self._tasks.discard)
        return future

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for it; an interrupt cancels it and goes on to the caller."""
        future = self.submit(work)
        try:
            while not future.done():
                concurrent.futures.wait([future], timeout=SLICE)
        except BaseException:
            future.cancel()
            raise
        return future.result()

    async def hop(self, work: Coroutine[Any, Any, T]) -> T:
        """The same for asynchronous code on another loop."""
        return await asyncio.wrap_future(self.submit(work))

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call it there, soon."""
        self.loop.call_soon_threadsafe(function, *arguments)

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """The source's items one by one; it is closed when the caller stops."""
        try:
            while True:
                try:
                    yield self.run(_next(source))
                except StopAsyncIteration:
                    return
        finally:
            self.run(_close(source))

    async def aiterate(self, source: AsyncIterator[T]) -> AsyncIterator[T]:
        """The same for asynchronous code on another loop."""
        try:
            while True:
                try:
                    yield await self.hop(_next(source))
                except StopAsyncIteration:
                    return
        finally:
            await self.hop(_close(source))

    def stop(self) -> None:
        """Cancel what runs and end the thread."""
        atexit.unregister(self.stop)
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.stop)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


async def _next(source: AsyncIterator[T]) -> T:
    # A coroutine of its own: what an iterator gives need not be one.
    item: Awaitable[T] = anext(source)
    return await item


async def _close(source: AsyncIterator[Any]) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()
