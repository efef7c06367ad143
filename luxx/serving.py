"""Running the server on a socket: started, announced, and stopped without losing a word."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn
from sse_starlette.sse import AppStatus

from luxx.app import Server
from luxx.core.assembly import end_runs
from luxx.errors import ConfigError

if TYPE_CHECKING:
    import socket

logger = logging.getLogger("luxx.serving")

#: Seconds that running replies have to end by themselves; what has not ended is cut off, or, where
#: other processes are, gone on with there.
DRAIN = 2.0
#: How often, and after how many seconds each, it is seen whether followers know the end.
FOLLOWER_CHECKS, FOLLOWER_INTERVAL = 100, 0.01
#: Seconds that open connections have after that.
CONNECTION_GRACE = 2


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
        logger.info("stopping")
        for listener in self.servers:
            listener.close()
        await end_runs(self._luxx.services, DRAIN)
        await self._followers_gone()
        await super().shutdown(sockets=sockets)
        # A requested stop is a success: the process ends with 0, not with the signal.
        self._captured_signals.clear()

    async def _followers_gone(self) -> None:
        """Wait, bounded, until every follower has read the end: a websocket is closed at once."""
        for _ in range(FOLLOWER_CHECKS):
            services = self._luxx.services
            if not services.log.readers and not services.starts.waiting:
                return
            await asyncio.sleep(FOLLOWER_INTERVAL)


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
    # The library would end every stream when the signal comes: before its reply has ended.
    AppStatus.enable_automatic_graceful_drain = False
    config = _config(server)

    def listening(url: str) -> None:
        server.folder.announce(url)
        logger.info("listening on %s", url)
        started(url)

    async with server.open():
        running = _Uvicorn(config, server, listening)
        waiter = asyncio.create_task(_stop(running, stop)) if stop else None
        try:
            await running.serve()
        except SystemExit as error:  # uvicorn's word for an address that it cannot bind
            reason = error.__context__ or "is the port in use?"
            raise ConfigError(
                f"LUXX_HOST={settings.host}, LUXX_PORT={settings.port}: cannot listen: {reason}"
            ) from error
        finally:
            if waiter is not None:
                waiter.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiter


def _config(server: Server) -> uvicorn.Config:
    settings = server.settings
    return uvicorn.Config(
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


async def _stop(running: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    running.should_exit = True
