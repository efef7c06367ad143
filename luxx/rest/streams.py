"""Event streams: the frames of one viewer, and a response that always lets go of its source.

A viewer that leaves ends nothing but its own view: the source is closed, the run goes on.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import anyio
import orjson
from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from luxx.errors import LuxxError, Unavailable
from luxx.rest.binding import Binding
from luxx.rest.replies import INTERNAL

logger = logging.getLogger("luxx.rest")

Encode = Callable[[Any], bytes]

#: The key under which an operation selects the event's id.
CURSOR = "cursor"
RETRY_MS = 1000
PING_SECONDS = 15
SEND_SECONDS = 30
SHUTDOWN_SECONDS = 1
CLOSE_SECONDS = 10


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
        self.closing = anyio.Event()
        self._source = source
        self._encode = encode
        self._broken = broken or {}
        self._prefix = b"retry: %d\n" % RETRY_MS

    def __aiter__(self) -> "Feed":
        return self

    async def __anext__(self) -> bytes:
        if self.closing.is_set():
            raise StopAsyncIteration
        prefix, self._prefix = self._prefix, b""
        try:
            return prefix + self._encode(await anext(self._source))
        except StopAsyncIteration:
            raise
        except Unavailable as error:
            self.closing.set()
            return interrupted(error.message)
        except LuxxError as error:
            self.closing.set()
            return prefix + failed(error.message, self._broken)
        except Exception as error:
            logger.exception("A stream broke: %r", error)  # noqa: TRY401
            self.closing.set()
            return prefix + failed(INTERNAL, self._broken)

    async def aclose(self) -> None:
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


class EventStream(EventSourceResponse):
    """Sends a feed as server-sent events.

    Order matters when a viewer leaves: the library cancels what waits for the next event and awaits
    its end, and only then is the source closed, here, where it also happens when nothing was ever
    drawn from it (HEAD, or a viewer gone before the first frame).
    """

    def __init__(self, feed: Feed, location: str) -> None:
        super().__init__(
            feed,
            headers={"Content-Location": location},
            ping=PING_SECONDS,
            sep="\n",
            send_timeout=SEND_SECONDS,
            shutdown_event=feed.closing,
            shutdown_grace_period=SHUTDOWN_SECONDS,
        )
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                await self._feed.aclose()
