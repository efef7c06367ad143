"""Intake: what a request carries, read with bounds."""

from typing import Any

import orjson
from starlette.requests import Request

from luxx.errors import MalformedRequest, PayloadTooLarge, UnsupportedMedia


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
    if announced.isdecimal() and int(announced) > limit:
        raise PayloadTooLarge(_too_large(limit))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise PayloadTooLarge(_too_large(limit))
    return bytes(body)


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _too_large(limit: int) -> str:
    return f"The request body is too large: at most {limit} bytes are taken"
