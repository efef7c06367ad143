"""What every request passes through: its id and its line in the log."""

import logging
import re
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from luxx import logs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("luxx.access")

_ID = re.compile(r"[\w.\-]{1,64}", re.ASCII)


class RequestLog:
    """Logs each request once, when it has ended, and gives it an id.

    A caller's `X-Request-Id` is kept if it is harmless; the answer always carries the id.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        info = logs.RequestInfo(given if _ID.fullmatch(given) else logs.new_request_id())
        token = logs.current.set(info)
        status = 0
        began = time.perf_counter()

        async def sending(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = info.id
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            _log(scope, info, status, time.perf_counter() - began)
            logs.current.reset(token)


def _log(scope: "Scope", info: logs.RequestInfo, status: int, seconds: float) -> None:
    # The path without its query string: clients put things there that are nobody's business.
    logger.info(
        "%s %s",
        scope.get("method", "WEBSOCKET"),
        scope["path"],
        extra={
            "status": status,
            "ms": round(seconds * 1000, 1),
            "user": info.user,
            "operation": info.operation,
        },
    )
