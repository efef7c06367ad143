"""The document over HTTP."""

import gzip
from functools import cache

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from luxx.openapi.document import document

PATH = "/api/openapi.json"


@cache
def _plain() -> bytes:
    return orjson.dumps(document())


@cache
def _compressed() -> bytes:
    return gzip.compress(_plain(), mtime=0)


async def _answer(request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    is_small = "gzip" in request.headers.get("accept-encoding", "")
    if is_small:
        headers["Content-Encoding"] = "gzip"
    body = await anyio.to_thread.run_sync(_compressed if is_small else _plain)
    return Response(body, media_type="application/json", headers=headers)


def openapi_routes(*, enabled: bool) -> list[BaseRoute]:
    """Made when somebody first asks; the same for everybody."""
    return [Route(PATH, _answer)] if enabled else []
