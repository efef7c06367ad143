"""Running the server on a socket: started, announced, and stopped without losing a word."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from luxx.app import Server
from luxx.core.assembly import STOP_GRACE
from luxx.errors import ConfigError

if TYPE_CHECKING:
    import socket

#: Seconds that open connections have after the replies were ended.
CONNECTION_GRACE = 4


class _Uvicorn(uvicorn.Server):
    """Ends the running replies before the connections, so that every stream gets its last event."""

    def __init__(
        self, config: uvicorn.Config, server: Server, started: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._luxx = server
        self._on_started = started

    async def startup(self, sockets: "list[socket.socket] | None" = None) -> None:
        await super().startup(sockets=sockets)
        if not self.should_exit:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._on_started(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: "list[socket.socket] | None" = None) -> None:
        for listener in self.servers:
            listener.close()
        await self._luxx.services.runs.close(STOP_GRACE)
        await super().shutdown(sockets=sockets)
        # A requested stop is a success: the process ends with 0, not with the signal.
        self._captured_signals.clear()


async def serve(
    server: Server,
    started: Callable[[str], None] = lambda _: None,
    *,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until a signal (or `stop`) says otherwise; `started(url)` is called once it listens.

    Raises ConfigError where the address cannot be used or another server owns the data folder.
    """
    settings = server.settings
    config = uvicorn.Config(
        server.app,
        host=settings.host,
        port=settings.port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CONNECTION_GRACE,
        ws_max_size=settings.max_body,
    )

    def listening(url: str) -> None:
        server.folder.announce(url)
        started(url)

    async with server.open():
        running = _Uvicorn(config, server, listening)
        waiter = asyncio.create_task(_stop(running, stop)) if stop else None
        try:
            await running.serve()
        except SystemExit as error:  # uvicorn's word for an address that it cannot bind
            raise ConfigError(
                f"Cannot listen on {settings.host}:{settings.port}: is the port in use?"
            ) from error
        finally:
            if waiter is not None:
                waiter.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiter


async def _stop(running: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    running.should_exit = True
