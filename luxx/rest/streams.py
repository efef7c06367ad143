"""Event streams: the frames of one viewer, and a response that always lets go of its source.

A viewer that leaves ends nothing but its own view: the source is closed, the run goes on.
"""

import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any

import anyio
import orjson
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from luxx.errors import LuxxError, Unavailable
from luxx.rest.binding import Binding
from luxx.rest.replies import INTERNAL

logger = logging.getLogger("luxx.rest")

Encode = Callable[[Any], bytes]

#: The key under which an operation selects the event's id.
CURSOR = "cursor"
RETRY_MS = 1000
#: A silent line has a sign of life at the latest after so long.
PING_SECONDS = 15
SEND_SECONDS = 30
CLOSE_SECONDS = 10
_HEADERS = {"Cache-Control": "no-store", "Connection": "keep-alive", "X-Accel-Buffering": "no"}
_PING = b": ping\n\n"
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


def encoder(
    binding: Binding, events: Mapping[str, str], lifted: Mapping[str, str] | None = None
) -> Encode:
    """Compile what turns an event of the source stream into one SSE frame.

    `events` names every type of event that the operation can send, and no other; `lifted` the
    object, in some of them, whose fields are sent as the event's own.
    """
    classes = binding.event_classes()
    if set(classes.values()) != set(events):
        raise TypeError(f"{binding.operation.name}: {sorted(classes.values())} need event names")
    project = binding.projection(events)
    names = {each: f"\nevent: {events[name]}\ndata: ".encode() for each, name in classes.items()}
    lifts = {each: lifted[name] for each, name in classes.items() if lifted and name in lifted}
    dumps = orjson.dumps

    def encode(event: Any) -> bytes:
        data = project(event)
        cursor: str = data.pop(CURSOR)
        if lift := lifts.get(type(event)):
            data |= data.pop(lift)
        return b"id: %b%b%b\n\n" % (cursor.encode(), names[type(event)], dumps(data))

    return encode


def failed(message: str, fields: Mapping[str, str]) -> bytes:
    """A stream that breaks says so; it has no id, so a client can come back to where it was."""
    return b"event: error\ndata: %b\n\n" % orjson.dumps({**fields, "content": message})


def interrupted(message: str) -> bytes:
    """A stream that goes on elsewhere says nothing that a client would take for its end.

    A browser comes back by itself, with the last id that it has seen; so should everybody.
    """
    return b"retry: %d\n: %b\n\n" % (RETRY_MS, message.encode())


class Feed:
    """The frames of one stream, drawn from the schema's source of events."""

    def __init__(
        self, source: AsyncIterator[Any], encode: Encode, broken: Mapping[str, str] | None = None
    ) -> None:
        self._is_over = False
        self._source = source
        self._encode = encode
        self._broken = broken or {}
        self._prefix = b"retry: %d\n" % RETRY_MS

    def __aiter__(self) -> "Feed":
        return self

    async def __anext__(self) -> bytes:
        if self._is_over:
            raise StopAsyncIteration
        prefix, self._prefix = self._prefix, b""
        try:
            return prefix + self._encode(await anext(self._source))
        except StopAsyncIteration:
            raise
        except Unavailable as error:
            self._is_over = True
            return interrupted(error.message)
        except LuxxError as error:
            self._is_over = True
            return prefix + failed(error.message, self._broken)
        except Exception as error:
            logger.exception("A stream broke: %r", error)  # noqa: TRY401
            self._is_over = True
            return prefix + failed(INTERNAL, self._broken)

    async def aclose(self) -> None:
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


class EventStream(Response):
    """Sends a feed as server-sent events.

    A frame costs one send and no timer: a task beside it looks now and then whether the line needs
    a sign of life, or whether its viewer has stopped taking what is sent. Whatever ends it, the
    source is closed, also where nothing was ever drawn from it (HEAD, or a viewer gone before the
    first frame).
    """

    media_type = "text/event-stream"

    def __init__(self, feed: Feed, location: str) -> None:
        self.status_code = HTTPStatus.OK
        self.background = None
        self.init_headers({**_HEADERS, "Content-Location": location})
        self._feed = feed
        self._line = _Line()

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
                await self._feed.aclose()

    async def _follow(self, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(_end_when_gone, receive, group.cancel_scope)
            group.start_soon(self._line.watch, send, group.cancel_scope)
            async for frame in self._feed:
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

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._is_sending = False

    async def send(self, send: Send, body: bytes) -> None:
        self._since, self._is_sending = time.monotonic(), True
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._is_sending = False

    async def watch(self, send: Send, scope: anyio.CancelScope) -> None:
        """Cancels the scope where the viewer has taken nothing for too long."""
        while True:
            await anyio.sleep(PING_SECONDS / 3)
            silent = time.monotonic() - self._since
            if self._is_sending and silent > SEND_SECONDS:
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
