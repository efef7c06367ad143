"""The line to the viewer of a stream: a response that always lets go of its source.

A viewer that leaves ends nothing but its own view: the source is closed, the run goes on.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Protocol

import anyio
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

#: A silent line has a sign of life at the latest after so long.
PING_SECONDS = 15
SEND_SECONDS = 30
CLOSE_SECONDS = 10
_PING = b": ping\n\n"
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Frames(Protocol):
    """What is sent, one frame after the other."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


class Streamed(Response):
    """Sends frames as server-sent events.

    A frame costs one send and no timer: a task beside it looks now and then whether the line needs
    a sign of life, or whether its viewer has stopped taking what is sent; one whose login is over
    is waited for no longer. Whatever ends it, the source is closed, also where nothing was ever
    drawn from it (HEAD, or a viewer gone before the first frame).
    """

    media_type = "text/event-stream"

    def __init__(
        self, frames: Frames, headers: Mapping[str, str], is_over: Callable[[], bool]
    ) -> None:
        self.status_code = HTTPStatus.OK
        self.background = None
        self.init_headers(headers)
        self._frames = frames
        self._line = _Line(is_over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send(self._begin())
            if scope["method"] == "HEAD":
                await send(_END)
            else:
                await self._follow(receive, send)
        except* OSError:
            pass  # the viewer has gone while it was sent something
        finally:
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                await self._frames.aclose()

    async def _follow(self, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(_end_when_gone, receive, group.cancel_scope)
            group.start_soon(self._line.watch, send, group.cancel_scope)
            async for frame in self._frames:
                await self._line.send(send, frame)
            await send(_END)
            group.cancel_scope.cancel()

    def _begin(self) -> Message:
        return {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }


class _Line:
    """When a frame was sent last, and whether one is being sent."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._since = time.monotonic()
        self._is_sending = False
        self._is_over = is_over

    async def send(self, send: Send, body: bytes) -> None:
        self._since, self._is_sending = time.monotonic(), True
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._is_sending = False

    async def watch(self, send: Send, scope: anyio.CancelScope) -> None:
        """Cancels the scope where the viewer has taken nothing for too long."""
        while True:
            await anyio.sleep(PING_SECONDS / 3)
            silent = time.monotonic() - self._since
            if self._is_sending and silent > (
                PING_SECONDS / 3 if self._is_over() else SEND_SECONDS
            ):
                scope.cancel()
            elif not self._is_sending and silent >= 2 * PING_SECONDS / 3:
                self._since = time.monotonic()
                with anyio.move_on_after(SEND_SECONDS) as patience:
                    await send({"type": "http.response.body", "body": _PING, "more_body": True})
                if patience.cancelled_caught:
                    scope.cancel()


async def _end_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
