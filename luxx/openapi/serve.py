"""The document over HTTP."""

from functools import cache

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from luxx.openapi.document import document

PATH = "/api/openapi.json"


@cache
def _bytes() -> bytes:
    return orjson.dumps(document())


async def _answer(_request: Request) -> Response:
    return Response(
        await anyio.to_thread.run_sync(_bytes),
        media_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )


def openapi_routes(*, enabled: bool) -> list[BaseRoute]:
    """Made when somebody first asks; the same for everybody."""
    return [Route(PATH, _answer)] if enabled else []
