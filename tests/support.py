"""What several test folders share: a real server on a loopback port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import uvicorn

#: Any ASGI app: uvicorn's own type is narrower than what most apps declare.
ASGIApplication = Callable[..., Any]

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class _Server(uvicorn.Server):
    """A server that leaves the signals to pytest and stops the moment it is told to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.stop = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.up.set()
        await self.stop.wait()


@asynccontextmanager
async def serve(
    app: ASGIApplication, *, lifespan: Literal["auto", "on", "off"] = "off"
) -> AsyncIterator[str]:
    """Serve `app` over real HTTP on a port that the system chooses; yields its base URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    # As the loop sets it for sockets of its own: without it each small write waits for an answer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, lifespan=lifespan, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.create_task(server.up.wait())
    try:
        async with asyncio.timeout(START_SECONDS):
            await asyncio.wait((running, up), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            raise RuntimeError("The server ended before it was up.") from running.exception()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        up.cancel()
        server.stop.set()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(running, return_exceptions=True)
                await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
        finally:
            listener.close()


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Poll until `condition()` holds; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)
