"""The yardsticks: the least that a Starlette server can do with a model's stream, pass it on.

Nothing is parsed, stored or checked. One sends its requests with aiohttp, one with plain httpx.
"""

import argparse
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

CONNECTIONS = 1_000
PATH = "/v1/chat/completions"

Opened = AbstractAsyncContextManager[AsyncIterator[bytes]]
Open = Callable[[bytes], Opened]


@contextlib.asynccontextmanager
async def with_aiohttp(upstream: str) -> AsyncIterator[Open]:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:

        @contextlib.asynccontextmanager
        async def open_(body: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
            async with session.post(upstream + PATH, data=body) as reply:
                yield reply.content.iter_any()

        yield open_


@contextlib.asynccontextmanager
async def with_httpx(upstream: str) -> AsyncIterator[Open]:
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:

        @contextlib.asynccontextmanager
        async def open_(body: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
            async with client.stream("POST", upstream + PATH, content=body) as reply:
                yield reply.aiter_raw()

        yield open_


CLIENTS = {"aiohttp": with_aiohttp, "httpx": with_httpx}


def application(client: str, upstream: str) -> Starlette:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with CLIENTS[client](upstream) as open_:
            app.state.open = open_
            yield

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[Route(PATH, _pass_on, methods=["POST"]), Route("/health", health)],
        lifespan=lifespan,
    )


async def _pass_on(request: Request) -> Response:
    body = await request.body()
    open_: Open = request.app.state.open

    async def chunks() -> AsyncIterator[bytes]:
        async with open_(body) as reply:
            async for chunk in reply:
                yield chunk

    return StreamingResponse(chunks(), media_type="text/event-stream")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("client", choices=CLIENTS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    options = parser.parse_args()
    uvicorn.run(
        application(options.client, options.upstream),
        port=options.port,
        log_level="error",
        access_log=False,
        loop="uvloop",
        http="httptools",
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
