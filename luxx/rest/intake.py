"""Intake: what a request carries, read with bounds."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import orjson
from starlette.requests import Request

from luxx.errors import MalformedRequest, PayloadTooLarge, UnsupportedMedia

#: How much of a refused body is still taken, and for how long.
LINGER_BYTES = 100_000_000
LINGER_SECONDS = 5.0


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object in the body; an absent body is an empty object."""
    raw = await read_body(request, limit)
    if not raw:
        return {}
    if not _is_json(request.headers.get("content-type", "")):
        raise UnsupportedMedia
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"The request body is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedRequest("The request body must be a JSON object")
    return value


async def read_body(request: Request, limit: int) -> bytes:
    """At most `limit` bytes are ever held, whatever the client announced or did not."""
    announced = request.headers.get("content-length", "0")
    stream = request.stream()
    if announced.isdecimal() and int(announced) > limit:
        # Who asked before sending is told at once, and sends nothing.
        if "expect" not in request.headers:
            await _linger(stream)
        raise PayloadTooLarge(_too_large(limit))
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > limit:
            body.clear()
            await _linger(stream)
            raise PayloadTooLarge(_too_large(limit))
    return bytes(body)


async def _linger(rest: AsyncIterator[bytes]) -> None:
    """Drop what still comes: a client that is cut off while it sends never reads why."""
    taken = 0
    with anyio.move_on_after(LINGER_SECONDS):
        async for chunk in rest:
            taken += len(chunk)
            if taken > LINGER_BYTES:
                return


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _too_large(limit: int) -> str:
    return f"The request body is too large: at most {limit:,} bytes are taken"
