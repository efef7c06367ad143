"""What every request passes through: its id and its line in the log."""

import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders

from luxx import logs
from luxx.metrics import Metrics

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("luxx.access")

#: Characters of a path that the log shows.
SHOWN = 200

#: Where a route notes what it is called; what has not is of no number of names.
ROUTE, OTHER = "luxx.route", "other"

_ID = re.compile(r"[\w.\-]{1,64}", re.ASCII)


class RequestLog:
    """Logs each request once, when it has ended, and gives it an id.

    A caller's `X-Request-Id` is kept if it is harmless; the answer always carries the id.
    """

    def __init__(self, app: "ASGIApp", metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        info = logs.RequestInfo(given if _ID.fullmatch(given) else logs.new_request_id())
        token = logs.current.set(info)
        status, answered = 0, 0.0
        began = time.perf_counter()

        async def sending(message: "Message") -> None:
            nonlocal status, answered
            status = status or _status(message)
            answered = answered or time.perf_counter()
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = info.id
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            status = status or HTTPStatus.INTERNAL_SERVER_ERROR  # answered outside of this
            raise
        finally:
            if scope["type"] == "http" and status:
                route = scope.get(ROUTE, OTHER)
                self._metrics.requested(scope["method"], route, status, answered - began)
            _log(scope, info, status, time.perf_counter() - began)
            logs.current.reset(token)


def _status(message: "Message") -> int:
    """The status that a message says its request has; 0 if it says nothing of that."""
    match message["type"]:
        case "http.response.start":
            return int(message["status"])
        case "websocket.accept":
            return HTTPStatus.SWITCHING_PROTOCOLS
        case "websocket.close":
            return HTTPStatus.FORBIDDEN
        case _:
            return 0


def _log(scope: "Scope", info: logs.RequestInfo, status: int, seconds: float) -> None:
    # The path without its query string: clients put things there that are nobody's business.
    # Quoted, so that it cannot begin a line of its own.
    logger.info(
        "%s %s",
        scope.get("method", "WEBSOCKET"),
        quote(scope["path"])[:SHOWN],
        extra={
            "status": int(status),
            "ms": round(seconds * 1000, 1),
            "user": info.user,
            "operation": info.operation,
        },
    )
