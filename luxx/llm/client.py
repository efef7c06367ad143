"""The one client for models: follows replies, tries again and gives up where that is due."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass

import httpx

from luxx.errors import Upstream
from luxx.llm import catalogue
from luxx.llm.base import Delta, Endpoint, ModelRequest, Text, Turn
from luxx.llm.body import Body
from luxx.llm.exchange import MAX_REFUSAL, Clients, Exchange, close, read
from luxx.llm.failures import Translated, clean, readable
from luxx.llm.watch import Timeouts, Watch
from luxx.llm.wire import NotJsonError, Parser, cut_off, strange
from luxx.llm.wires import WIRES
from luxx.sandbox.egress import TRANSPORT

__all__ = ["ModelClient", "Probe", "Timeouts"]

Rest = Callable[[], Awaitable[None]]

RETRIES = 2
#: Bytes of a read behind which more is probably waiting.
FULL = 8_192
#: Seconds to wait for the end of a complete body, so that its connection can be used again.
DRAIN = 0.25
#: Seconds for what is no reply: a list of models, a probe.
PATIENCE = 60.0

#: What a parser raises where a reply has not the shape that it must have.
_SHAPE = (AttributeError, KeyError, IndexError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a provider answered to the smallest request; `status_code` is 0 if it did not."""

    status_code: int
    body: str


class ModelClient:
    def __init__(self, egress: Clients, timeouts: Timeouts, *, backoff: float = 0.5) -> None:
        self._timeouts = timeouts
        self._backoff = backoff
        self._exchange = Exchange(egress, connect=timeouts.connect)

    async def stream(
        self, endpoint: Endpoint, request: ModelRequest, rest: Rest | None = None
    ) -> AsyncGenerator[Sequence[Delta], None]:
        """The reply as it comes: a batch for each socket read, `End` last of all.

        `rest` is awaited between two reads, unless more is waiting already: who cannot use the
        next token at once saves the work of waking up for it.

        Raises Upstream. Closing the generator closes the connection. A call that fails before
        anything came is made again where that may help.
        """
        with closing(Watch(self._timeouts)) as watch:
            for attempt in range(RETRIES + 1):
                try:
                    async with self._reply(endpoint, request, watch, rest) as batches:
                        async for batch in batches:
                            yield batch
                        return
                except Upstream as error:
                    delay = self._delay(error, attempt)
                    if watch.has_begun or delay is None or not watch.allows(delay):
                        raise
                await asyncio.sleep(delay)

    async def models(self, endpoint: Endpoint) -> list[str]:
        """The names of the models that the provider offers, sorted."""
        limit = min(self._timeouts.first_token, PATIENCE)
        try:
            async with asyncio.timeout(limit):
                return await catalogue.names(self._exchange, endpoint)
        except TimeoutError as error:
            raise Upstream(f"The provider did not list its models in {limit:g} s") from error

    async def probe(self, endpoint: Endpoint, model: str) -> Probe:
        """Make the smallest model call there is and report what came back, whatever it is."""
        request = ModelRequest(model=model, turns=[Turn("user", (Text("Hi"),))], max_tokens=1)
        limit = min(self._timeouts.first_token, PATIENCE)
        try:
            async with asyncio.timeout(limit):
                reply, _ = await self._exchange.open(endpoint, request, streamed=False)
                try:
                    body = await read(reply, MAX_REFUSAL)
                finally:
                    await close(reply)
        except TimeoutError:
            return Probe(0, f"The provider did not answer in {limit:g} s")
        except Upstream as error:
            return Probe(error.upstream_status, error.body or error.message)
        return Probe(reply.status_code, clean(body.decode("utf-8", "replace"), endpoint.api_key))

    def _delay(self, error: Upstream, attempt: int) -> float | None:
        """Seconds until the next attempt; None if there is to be none."""
        if not error.retryable or attempt == RETRIES:
            return None
        if error.retry_after is not None:
            return error.retry_after
        return float(self._backoff * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311

    @asynccontextmanager
    async def _reply(
        self, endpoint: Endpoint, request: ModelRequest, watch: Watch, rest: Rest | None
    ) -> AsyncIterator[AsyncGenerator[Sequence[Delta], None]]:
        """One attempt: its batches, and at the end its connection closed."""
        try:
            with watch:
                reply, used = await self._exchange.open(endpoint, request)
        except TimeoutError as error:
            raise watch.expired() from error
        parser = WIRES[endpoint.wire].parser(request, endpoint, used)
        try:
            async with aclosing(_follow(reply, parser, watch, rest)) as batches:
                yield batches
        finally:
            await close(reply)


async def _follow(
    reply: httpx.Response, parser: Parser, watch: Watch, rest: Rest | None
) -> AsyncGenerator[Sequence[Delta], None]:
    """The batches of one open reply."""
    body, chunks = Body(), reply.aiter_raw()
    while not parser.done:
        chunk = await _next(chunks, parser, watch)
        failure = _parse(body, parser, chunk)
        if not chunk or parser.done:
            break
        if batch := parser.take():
            yield batch
        if batch or body.is_document:
            watch.progressed()
        if failure:  # what came before it in the same read has been handed on
            raise failure
        if parser.finished:
            watch.finishing()
        elif batch and rest is not None and len(chunk) < FULL:
            with _unheard(reply):
                await rest()
    yield _last(body, parser)
    with suppress(TimeoutError, Upstream), Translated():
        async with asyncio.timeout(DRAIN):
            await anext(chunks, b"")


@contextmanager
def _unheard(reply: httpx.Response) -> Iterator[None]:
    """Leave what comes to the kernel: one wake-up for all of it instead of one for each packet."""
    transport = reply.extensions.get(TRANSPORT)
    if transport is None or transport.is_closing():
        yield
        return
    transport.pause_reading()
    try:
        yield
    finally:
        if not transport.is_closing():
            transport.resume_reading()


async def _next(chunks: AsyncIterator[bytes], parser: Parser, watch: Watch) -> bytes:
    """The next socket read; empty at the end, which may come in any way after a finish."""
    try:
        with Translated(), watch:
            return await anext(chunks, b"")
    except TimeoutError as error:
        if parser.finished:
            return b""
        raise watch.expired() from error
    except Upstream as error:
        if parser.finished:
            return b""
        raise cut_off() from error


def _parse(body: Body, parser: Parser, chunk: bytes) -> Upstream | None:
    """Take in one socket read; the error that it holds, if it does."""
    try:
        for data in body.feed(chunk):
            parser.feed(data)
            if parser.done:
                break
    except Upstream as error:
        return error
    except _SHAPE as error:
        return strange(error)
    return None


def _last(body: Body, parser: Parser) -> Sequence[Delta]:
    """The deltas that the end of the body completes; Upstream if it came too early."""
    try:
        if body.is_document:
            parser.whole(readable(body.document()))
        for data in body.rest():
            with suppress(NotJsonError):  # an event cut in two
                parser.feed(data)
        return parser.end()
    except _SHAPE as error:
        raise strange(error) from error
