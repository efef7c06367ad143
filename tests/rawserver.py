"""A real HTTP server on loopback that answers with raw bytes, and a client that talks to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from luxx.config import Secret
from luxx.llm.base import (
    Delta,
    End,
    Endpoint,
    ModelRequest,
    Text,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    Turn,
)
from luxx.llm.body import Body
from luxx.llm.client import ModelClient, Timeouts, _last, _parse
from luxx.llm.profiles import profile
from luxx.llm.wires import WIRES
from luxx.sandbox.egress import Egress

KEY = "sk-test-0123456789abcdef"
LIMITS = Timeouts(first_token=10, progress=10, total=20)


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any


@dataclass
class Answer:
    """Raw bytes to answer with, each piece in a write of its own."""

    pieces: Sequence[bytes] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: Close the connection in the middle of the body.
    cut: bool = False
    #: Awaited after the pieces, before the body ends.
    hold: Callable[[], Awaitable[object]] | None = None
    #: Sent after `hold`.
    after: bytes = b""
    #: More pieces, as long as the client stays.
    drip: Callable[[], AsyncIterator[bytes]] | None = None
    #: Close without an answer.
    drop: bool = False
    #: Say nothing until the client leaves.
    mute: bool = False


@dataclass
class RawServer:
    """Answers from `answers` in order; the last one answers all that follow."""

    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    #: Set when a client has closed its connection.
    left: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set when all pieces of an answer were sent.
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def body(self) -> Any:
        return self.received[-1].body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await _request(reader):
                self.received.append(request)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer.drop or not await self._answer(answer, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        finally:
            writer.close()

    async def _answer(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if answer.mute:
            self.answering.set()
            return await self._held(asyncio.Event().wait, reader)
        lines = [f"HTTP/1.1 {answer.status} Status", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in answer.pieces:
            await _send(writer, piece)
        self.answering.set()
        if answer.drip is not None:
            async for piece in answer.drip():
                await _send(writer, piece)
        if answer.hold is not None and not await self._held(answer.hold, reader):
            return False
        if answer.cut:
            return False
        if answer.after:
            await _send(writer, answer.after)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _held(
        self, hold: Callable[[], Awaitable[object]], reader: asyncio.StreamReader
    ) -> bool:
        """Wait for `hold`, or for the client to leave."""
        waiting = asyncio.ensure_future(hold())
        leaving = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        has_left = leaving.done()
        if has_left:
            self.left.set()
        for task in (waiting, leaving):
            task.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)
        return not has_left


async def _send(writer: asyncio.StreamWriter, piece: bytes) -> None:
    if piece:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    # Let the client read this piece before the next one is on its way.
    await asyncio.sleep(0)


async def _request(reader: asyncio.StreamReader) -> Received | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head.decode().strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, target, headers, orjson.loads(content) if content else None)


@asynccontextmanager
async def raw_server() -> AsyncIterator[RawServer]:
    raw = RawServer()
    tcp = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.port = tcp.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        tcp.close()


@asynccontextmanager
async def model_client(limits: Timeouts = LIMITS) -> AsyncIterator[ModelClient]:
    egress = Egress(())
    try:
        yield ModelClient(egress, limits, backoff=0.001)
    finally:
        await egress.close()


def endpoint_of(
    server: RawServer, wire: Literal["openai", "anthropic"] = "openai", path: str = ""
) -> Endpoint:
    return Endpoint(
        origin=f"1:{wire}",
        wire=wire,
        base_url=server.url + path,
        api_key=Secret(KEY),
        trusted=True,
    )


def ask(model: str = "some-model", **fields: Any) -> ModelRequest:
    return ModelRequest(**{"model": model, "turns": [Turn("user", (Text("Hi"),))], **fields})


def event(value: Any, name: str = "") -> bytes:
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + orjson.dumps(value) + b"\n\n"


def delta(finish: str | None = None, **fields: Any) -> bytes:
    """One chat completion chunk."""
    return event({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


DONE = b"data: [DONE]\n\n"
STOP = delta("stop") + DONE
HELLO = Answer([delta(content="Hel"), delta(content="lo"), STOP])
BUSY = Answer([b'{"error": {"message": "Busy"}}'], status=503)
KEEP_ALIVE = b": keep-alive\n\n"
SHORT = Timeouts(first_token=0.3, progress=0.3, total=5)


def dripping(server: RawServer, drop: bytes, first: bytes = b"") -> None:
    """Answer with `first`, then with `drop` again and again, until the client leaves."""

    async def pieces() -> AsyncIterator[bytes]:
        yield first
        while True:
            await asyncio.sleep(0.02)
            yield drop

    server.answers = [Answer(drip=pieces)]


@dataclass
class Heard:
    """A reply put together from its deltas."""

    text: str = ""
    thinking: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    end: End | None = None
    batches: int = 0
    progress: int = 0

    @property
    def finish(self) -> str:
        assert self.end is not None
        return self.end.finish

    def add(self, deltas: Iterable[Delta]) -> None:
        assert self.end is None, "something came after the end"
        self.batches += 1
        for each in deltas:
            if isinstance(each, TextDelta):
                self.text += each.text
            elif isinstance(each, ThinkingDelta):
                self.thinking += each.text
            elif isinstance(each, ToolCall):
                self.calls.append(each)
            elif isinstance(each, End):
                self.end = each
            else:
                self.progress += 1


async def hear(client: ModelClient, endpoint: Endpoint, request: ModelRequest) -> Heard:
    heard = Heard()
    async for batch in client.stream(endpoint, request):
        assert batch
        heard.add(batch)
    return heard


def parse(
    *reads: bytes,
    wire: Literal["openai", "anthropic"] = "openai",
    request: ModelRequest | None = None,
) -> Heard:
    """What the client makes of these socket reads, without a network."""
    request = request or ask()
    endpoint = Endpoint(
        origin=f"1:{wire}", wire=wire, base_url="https://host.example", api_key=Secret(KEY)
    )
    used = profile(wire, "host.example", request.model)
    parser, body, heard = WIRES[wire].parser(request, endpoint, used), Body(), Heard()
    for read in reads:
        failure = _parse(body, parser, read)
        if not parser.done and (batch := parser.take()):
            heard.add(batch)
        if failure:
            raise failure
        if parser.done:
            break
    heard.add(_last(body, parser))
    return heard
