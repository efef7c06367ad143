"""A model whose tokens say when they were sent: `@` and nanoseconds of the machine's own clock."""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

#: Seconds between two tokens.
PACE = 0.020


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
    document = {"id": "clock", "object": "chat.completion.chunk", "choices": [choice]}
    return b"data: %b\n\n" % orjson.dumps(document)


async def _tokens(count: int) -> AsyncIterator[bytes]:
    began = time.monotonic()
    for number in range(count):
        yield _chunk({"content": f"@{time.monotonic_ns()} "})
        # By the clock, not by pauses: a pause that is late does not make all others late.
        await asyncio.sleep(max(0.0, began + (number + 1) * PACE - time.monotonic()))
    yield _chunk({}, "stop")
    yield b"data: [DONE]\n\n"


def app(tokens: int) -> Starlette:
    async def complete(_request: Request) -> StreamingResponse:
        return StreamingResponse(_tokens(tokens), media_type="text/event-stream")

    async def models(_request: Request) -> JSONResponse:
        return JSONResponse({"data": [{"id": "clock"}]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", models),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=int, required=True)
    options = parser.parse_args()
    uvicorn.run(app(options.tokens), port=options.port, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
