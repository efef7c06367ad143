"""A model whose tokens say when they were sent: `@` and nanoseconds of the machine's own clock.

It answers every request with as many tokens as it was told, 20 ms apart, and costs as little as it
can: what is measured is the server behind which it stands.
"""

import argparse
import asyncio
import re
import time
from typing import cast

import orjson
import uvloop

#: Seconds between two tokens.
PACE = 0.020

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
_MODELS = b'{"data": [{"id": "clock"}]}'
_WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_CHUNK = (
    b'data: {"id":"clock","object":"chat.completion.chunk","choices":[{"index":0,"delta":'
    b'{"content":%b},"finish_reason":%b}]}\n\n'
)


def _frame(content: str, finish: str | None = None, last: bytes = b"") -> bytes:
    event = _CHUNK % (orjson.dumps(content), orjson.dumps(finish)) + last
    return b"%x\r\n%b\r\n" % (len(event), event)


class Connection(asyncio.Protocol):
    """One connection of the server's; it may ask again and again."""

    def __init__(self, tokens: int) -> None:
        self._tokens = tokens
        self._held = b""
        self._transport: asyncio.Transport
        self._ticking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._ticking is not None:
            self._ticking.cancel()

    def data_received(self, data: bytes) -> None:
        self._held += data
        head = self._held.find(b"\r\n\r\n")
        length = _LENGTH.search(self._held, 0, head + 2)
        if head < 0 or len(self._held) < head + 4 + (int(length[1]) if length else 0):
            return
        is_list, self._held = self._held.startswith(b"GET"), b""
        if is_list:
            self._transport.write(_WHOLE % (len(_MODELS), _MODELS))
        else:
            self._transport.write(_STREAM)
            self._tick(self._tokens, asyncio.get_running_loop().time())

    def _tick(self, left: int, due: float) -> None:
        if not left:
            self._transport.write(_frame("", "stop", b"data: [DONE]\n\n") + b"0\r\n\r\n")
            return
        self._transport.write(_frame(f"@{time.monotonic_ns()} "))
        loop = asyncio.get_running_loop()
        self._ticking = loop.call_at(due + PACE, self._tick, left - 1, due + PACE)


async def serve(port: int, tokens: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(tokens), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=int, required=True)
    options = parser.parse_args()
    uvloop.run(serve(options.port, options.tokens))


if __name__ == "__main__":
    main()
