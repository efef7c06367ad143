"""Event streams: the frames of one viewer."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from luxx.errors import LuxxError, Unavailable
from luxx.rest.binding import Binding
from luxx.rest.replies import INTERNAL
from luxx.schema.line import Streamed

logger = logging.getLogger("luxx.rest")

Encode = Callable[[Any], bytes]

#: The key under which an operation selects the event's id.
CURSOR = "cursor"
RETRY_MS = 1000
_HEADERS = {"Cache-Control": "no-store", "Connection": "keep-alive", "X-Accel-Buffering": "no"}


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


def stream(feed: Feed, location: str, is_over: Callable[[], bool]) -> Streamed:
    """The response that sends a feed; `is_over` says whether its viewer's login has ended."""
    return Streamed(feed, {**_HEADERS, "Content-Location": location}, is_over)


def told(location: str) -> Response:
    """Nothing follows: a browser that is answered so comes back no more.

    As the specification of server-sent events has it: https://html.spec.whatwg.org/#sse-processing-model
    """
    return Response(
        status_code=HTTPStatus.NO_CONTENT, headers={**_HEADERS, "Content-Location": location}
    )
