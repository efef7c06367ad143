"""The ASGI app: from a request to the reply, sent at its pace."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from secrets import token_hex
from types import ModuleType
from typing import Any, Final

import orjson

from luxx.errors import LuxxError, MethodNotAllowed, NotFound, Unauthenticated
from luxx.llm.base import ModelRequest
from luxx.llm.demo import (
    anthropic_answer,
    anthropic_request,
    asgi,
    fields,
    mind,
    openai_answer,
    openai_request,
)
from luxx.llm.demo.reply import Asked, Received, Reply, limited

KEPT_REQUESTS = 1_000
#: The one key that this server refuses.
WRONG_KEY = "wrong"
OK = 200

_JSON = "application/json"
_EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class _Wire:
    """One wire format: the module that reads it, the module that writes it."""

    request: ModuleType
    answer: ModuleType
    call_prefix: str


_OPENAI: Final = _Wire(openai_request, openai_answer, "call")
_ANTHROPIC: Final = _Wire(anthropic_request, anthropic_answer, "toolu")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What goes out. `opening` is how many events a held stream sends before it waits."""

    reply: Reply
    content_type: str
    chunks: Iterable[bytes]
    opening: int = 1
    #: A whole document: it is cut in its middle, and it has a length.
    document: bytes | None = None


class ScriptedModel:
    """A model server without a model, at any prefix: `/chat/completions`, `/messages`, `/models`.

    A reply comes from `routes[model]`, else from `script`; when both are empty, from `mind`.
    """

    def __init__(self, *, pace: float = 0.0, models: Sequence[str] = ("luxx-demo",)) -> None:
        self.pace = pace
        self.models = tuple(models)
        self.script: deque[Reply] = deque()
        self.routes: dict[str, deque[Reply]] = {}
        #: The newest ones; the oldest go first.
        self.requests: list[Received] = []
        #: Answers that are on their way.
        self.active = 0
        self._started = 0
        self._arrived = 0
        # Ids must not come again after a restart: conversations keep them.
        self._salt = token_hex(3)
        self._news = asyncio.Event()

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            await asgi.lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def arrived(self, count: int = 1) -> Received:
        """The `count`th request since the start, waiting for it if it has not come yet."""
        while self._arrived < count:
            await self._news.wait()
        return self.requests[count - 1 - self._arrived]

    async def _http(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        received = Received(scope["method"], scope["path"], headers)
        self._started += 1
        request_id = f"{self._salt}{self._started}"
        self.active += 1
        try:
            answer = await self._answer(received, receive, request_id)
            await self._unless_gone(receive, received, self._send(send, answer))
        finally:
            self.active -= 1
            received.closed.set()

    def _keep(self, received: Received) -> None:
        self.requests.append(received)
        del self.requests[:-KEPT_REQUESTS]
        self._arrived += 1
        self._news.set()
        self._news = asyncio.Event()

    async def _answer(self, received: Received, receive: asgi.Receive, request_id: str) -> _Answer:
        wire = _wire(received)
        try:
            try:
                received.body = await asgi.read_body(receive)
            finally:
                self._keep(received)
            _authenticate(received)
            if _tail(received, "chat/completions", "messages"):
                _method(received, "POST")
                asked = wire.request.read(fields.load(received.body))
                return _spoken(wire, asked, self._choose(wire, asked.request), request_id)
            _method(received, "GET")
            return _document(Reply(), orjson.dumps(self._models(wire, received.path)))
        except LuxxError as error:
            refusal = Reply(status=error.status)
            return _document(refusal, wire.answer.error(error.status, error.message, request_id))

    def _models(self, wire: _Wire, path: str) -> Any:
        _, _, name = path.rpartition("/models")
        if not name:
            return wire.answer.models(self.models)
        if name[1:] in self.models:
            return wire.answer.one_model(name[1:])
        raise NotFound(f"The model {name[1:]!r} does not exist.")

    def _choose(self, wire: _Wire, request: ModelRequest) -> Reply:
        for queue in (self.routes.get(request.model), self.script):
            if queue:
                return queue.popleft()
        return limited(mind.answer(request), request.max_tokens, wire.answer.CUT_SHORT)

    async def _unless_gone(
        self, receive: asgi.Receive, received: Received, work: Coroutine[Any, Any, None]
    ) -> None:
        """Do the work, but stop at once when the client leaves."""
        gone = asyncio.ensure_future(asgi.until_gone(receive))
        writer = asyncio.ensure_future(work)
        try:
            await asyncio.wait((gone, writer), return_when=asyncio.FIRST_COMPLETED)
            received.disconnected = not writer.done()
        finally:
            gone.cancel()
            writer.cancel()
            await asyncio.gather(gone, writer, return_exceptions=True)
        if not writer.cancelled():
            writer.result()

    async def _send(self, send: asgi.Send, answer: _Answer) -> None:
        reply = answer.reply
        opening = answer.opening if reply.hold_after is None else reply.hold_after
        if reply.hold and opening == 0:
            await reply.hold.wait()
        headers = dict(reply.headers)
        if answer.document is not None:
            headers["content-length"] = str(len(answer.document))
        await asgi.start(send, reply.status, answer.content_type, headers)
        chunks = iter(answer.chunks)
        pace = self.pace if reply.pace is None else reply.pace
        if reply.hold:
            await _pour(send, islice(chunks, opening), pace)
            await reply.hold.wait()
        await _pour(send, chunks, pace)
        if reply.cut_after is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        # Else the answer stays open, which makes the server close the connection.


async def _pour(send: asgi.Send, chunks: Iterator[bytes], pace: float) -> None:
    """Sends by the clock, so that one late chunk does not delay all the others."""
    clock = asyncio.get_running_loop().time
    due = clock()
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        due += pace
        await asyncio.sleep(max(due - clock(), 0) if pace else 0)


def _spoken(wire: _Wire, asked: Asked, reply: Reply, request_id: str) -> _Answer:
    if reply.raw is not None:
        return _Answer(reply, _EVENTS, _cut(reply, _chunks(reply.raw)))
    if reply.status != OK:
        message = reply.error or f"The scripted model was told to answer {reply.status}."
        return _document(reply, wire.answer.error(reply.status, message, request_id))
    reply = _with_ids(reply, f"{wire.call_prefix}_{request_id}")
    if not asked.stream:
        return _document(reply, wire.answer.whole(asked, reply, request_id))
    events = wire.answer.events(asked, reply, request_id)
    return _Answer(reply, _EVENTS, _cut(reply, events), wire.answer.FIRST_PIECE)


def _with_ids(reply: Reply, start: str) -> Reply:
    """An id of ours says which thinking went before the call: it has to come back with it."""
    mark = fields.thought_mark(reply.thinking)
    calls = [
        call if call.id else replace(call, id=f"{start}_{at}{mark}")
        for at, call in enumerate(reply.tool_calls)
    ]
    return replace(reply, tool_calls=calls)


def _chunks(raw: bytes | Sequence[bytes]) -> Sequence[bytes]:
    return (raw,) if isinstance(raw, bytes) else raw


def _cut(reply: Reply, chunks: Iterable[bytes]) -> Iterable[bytes]:
    return chunks if reply.cut_after is None else islice(chunks, reply.cut_after)


def _document(reply: Reply, body: bytes) -> _Answer:
    sent = body if reply.cut_after is None else body[: len(body) // 2]
    return _Answer(reply, _JSON, (sent,), opening=0, document=body)


def _wire(received: Received) -> _Wire:
    if received.path.endswith("/messages") or "anthropic-version" in received.headers:
        return _ANTHROPIC
    return _OPENAI


def _tail(received: Received, *names: str) -> bool:
    return received.path.endswith(tuple(f"/{name}" for name in names))


def _method(received: Received, expected: str) -> None:
    known = _tail(received, "chat/completions", "messages") or "/models" in received.path
    if not known:
        raise NotFound(f"There is nothing at {received.path}.")
    if received.method != expected:
        raise MethodNotAllowed(f"Use {expected} here, not {received.method}.")


def _authenticate(received: Received) -> None:
    bearer = received.headers.get("authorization", "").removeprefix("Bearer ")
    if WRONG_KEY in (bearer, received.headers.get("x-api-key")):
        raise Unauthenticated("The API key is not valid.")
