"""Running the server on a socket: started, announced, and stopped without losing a word."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

import uvicorn

from luxx.app import Server
from luxx.config import Settings
from luxx.core.assembly import end_runs
from luxx.errors import ConfigError

logger = logging.getLogger("luxx.serving")

#: Connections that may wait to be accepted.
BACKLOG = 2048
#: Seconds that running replies have to end by themselves; what has not ended is cut off, or, where
#: other processes are, gone on with there.
DRAIN = 2.0
#: How often, and after how many seconds each, it is seen whether followers know the end.
FOLLOWER_CHECKS, FOLLOWER_INTERVAL = 100, 0.01
#: Seconds that open connections have after that.
CONNECTION_GRACE = 2


class _Uvicorn(uvicorn.Server):
    """Ends the running replies before the connections, so that every stream gets its last event."""

    def __init__(self, config: uvicorn.Config, server: Server, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._luxx = server
        self._on_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if not self.should_exit:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
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
    shared: socket.socket | None = None,
) -> None:
    """Serve until a signal (or `stop`) says otherwise; `started(url)` is called once it listens.

    With `shared`, a socket that listens already, others serve on it too, and it is theirs to say
    where that is. Raises ConfigError where the address cannot be used or another server owns the
    data folder.
    """
    async with server.open():
        listener = shared or listen(server.settings)

        def listening() -> None:
            url = url_of(listener)
            if shared is None:
                server.folder.announce(url)
            logger.info("listening on %s", url)
            started(url)

        running = _Uvicorn(_config(server), server, listening)
        waiter = asyncio.create_task(_stop(running, stop)) if stop else None
        try:
            await running.serve(sockets=[listener])
        finally:
            if waiter is not None:
                waiter.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiter


def listen(settings: Settings) -> socket.socket:
    """Raises ConfigError where the address cannot be used."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (settings.host, settings.port), family=family, backlog=BACKLOG
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"LUXX_HOST={settings.host}, LUXX_PORT={settings.port}: cannot listen: {reason}"
        ) from error
    # What is accepted inherits it: an event is sent at once, and not with the next one.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _config(server: Server) -> uvicorn.Config:
    return uvicorn.Config(
        server.app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=CONNECTION_GRACE,
        ws_max_size=server.settings.max_body,
    )


async def _stop(running: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    running.should_exit = True
