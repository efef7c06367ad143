"""The load, in a process of its own: raw connections that read much and parse next to nothing.

Says `ready`, reads a job as JSON from its standard input and writes what it saw. A job is
`{"port", "kind": "streams" | "requests", ...}`; `Streams` and `Requests` name the rest.
"""

import asyncio
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
import uvloop

HOST = "127.0.0.1"
#: Long enough for a marker that two reads cut in two.
OVERLAP = 64
#: Seconds after which a stream or an answer is given up.
LIMIT = 90.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `{found}` in its body is what the one before it found."""

    path: str
    body: str
    method: str = "POST"
    #: A regular expression: what its first group finds in the answer is for the next request.
    find: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def message(self, found: str) -> bytes:
        body = self.body.replace("{found}", found).encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Connection(asyncio.Protocol):
    """One connection; `on_data` has each read, `over` is done when the server closes it."""

    def __init__(self) -> None:
        self.on_data: Callable[[bytes], None] = lambda _: None
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        self.on_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(ConnectionError(f"the server closed the connection: {exc}"))

    def send(self, message: bytes) -> None:
        self._transport.write(message)

    def close(self) -> None:
        self.over.cancel()
        self._transport.close()


async def connect(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, HOST, port)
    return connection


async def _either(wanted: "asyncio.Future[None]", over: "asyncio.Future[None]") -> None:
    await asyncio.wait({wanted, over}, timeout=LIMIT, return_when=asyncio.FIRST_COMPLETED)
    if not wanted.done():
        wanted.cancel()
        if over.done():
            over.result()
        raise TimeoutError(f"no end within {LIMIT:g} s")
    wanted.result()


async def answer(connection: Connection, message: bytes) -> bytes:
    """Send a request and wait for its whole answer, which must have a length and be a success."""
    held = bytearray()
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def read(data: bytes) -> None:
        held.extend(data)
        head = held.find(b"\r\n\r\n")
        length = _LENGTH.search(held, 0, head + 2) if head >= 0 else None
        if length and len(held) >= head + 4 + int(length[1]) and not done.done():
            done.set_result(None)

    connection.on_data = read
    connection.send(message)
    await _either(done, connection.over)
    if not held.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(bytes(held[:600]).decode("utf-8", "replace"))
    return bytes(held)


@dataclass(frozen=True, slots=True)
class Streams:
    """Streams that begin `stagger` seconds apart, or one after another.

    A stream is a list of requests, the last of which is answered by events. Its first token is
    there with `first`, and it is complete with `last`.
    """

    port: int
    streams: Sequence[Sequence[Ask]]
    first: bytes
    last: bytes
    stagger: float = 0.0
    serial: bool = False

    async def run(self) -> dict[str, Any]:
        if self.serial:
            results = [await self._stream(asks) for asks in self.streams]
        else:
            results = await asyncio.gather(
                *(self._stream(asks, at * self.stagger) for at, asks in enumerate(self.streams))
            )
        whole = [result for result in results if result is not None]
        if not whole:
            raise ConnectionError("no stream came to its end")
        firsts, sizes = zip(*whole, strict=True)
        return {
            "first_ms": [first * 1000 for first in firsts],
            "bytes": sum(sizes),
            "broken": len(results) - len(whole),
        }

    async def _stream(self, asks: Sequence[Ask], delay: float = 0.0) -> tuple[float, int] | None:
        """Seconds to the first token, and how many bytes came; None if the server broke it off."""
        await asyncio.sleep(delay)
        began = time.perf_counter()
        connection = await connect(self.port)
        try:
            found = ""
            for ask in asks[:-1]:
                match = re.search(ask.find.encode(), await answer(connection, ask.message(found)))
                found = match[1].decode() if match else ""
            return await self._follow(connection, asks[-1].message(found), began)
        except ConnectionError:
            return None
        finally:
            connection.close()

    async def _follow(
        self, connection: Connection, message: bytes, began: float
    ) -> tuple[float, int]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        first, size, tail = 0.0, 0, b""

        def read(data: bytes) -> None:
            nonlocal first, size, tail
            size += len(data)
            seen = tail + data
            if not first and self.first in seen:
                first = time.perf_counter() - began
            if self.last in seen and not done.done():
                done.set_result(None)
            tail = seen[-OVERLAP:]

        connection.on_data = read
        connection.send(message)
        await _either(done, connection.over)
        if not first:
            raise RuntimeError("the stream ended without a token")
        return first, size


@dataclass(frozen=True, slots=True)
class Requests:
    """The same request again and again, for `seconds`, by so many clients."""

    port: int
    ask: Ask
    clients: int
    seconds: float

    async def run(self) -> dict[str, Any]:
        began = time.perf_counter()
        counts = await asyncio.gather(*(self._client(began) for _ in range(self.clients)))
        return {"requests": sum(counts), "seconds": time.perf_counter() - began}

    async def _client(self, began: float) -> int:
        connection = await connect(self.port)
        message, count = self.ask.message(""), 0
        try:
            while time.perf_counter() - began < self.seconds:
                await answer(connection, message)
                count += 1
        finally:
            connection.close()
        return count


def _ask(fields: Mapping[str, Any]) -> Ask:
    headers = tuple((name, value) for name, value in fields.get("headers", {}).items())
    return Ask(**{**fields, "headers": headers})


def _job(fields: dict[str, Any]) -> Streams | Requests:
    kind = fields.pop("kind")
    if kind == "requests":
        return Requests(**{**fields, "ask": _ask(fields["ask"])})
    streams = [[_ask(ask) for ask in asks] for asks in fields["streams"]]
    markers = {name: fields[name].encode() for name in ("first", "last")}
    return Streams(**{**fields, **markers, "streams": streams})


def main() -> None:
    print("ready", flush=True)
    job = _job(orjson.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(orjson.dumps(uvloop.run(job.run())))


if __name__ == "__main__":
    main()
