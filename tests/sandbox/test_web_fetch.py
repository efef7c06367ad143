"""What is taken of an answer, and what an answer cannot do."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sandbox.loopback import PUBLIC, Listener, MakeEgress, answer, public_server

from luxx.errors import ToolFailed
from luxx.sandbox.fetch import MAX_BODY, Page, fetch

Get = Callable[..., Coroutine[Any, Any, Page]]
HTML = "Content-Type: text/html"
ZEROS = b"\0" * 1_000_000


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _bomb(wbits: int, megabytes: int = 64) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    data = b"".join(packer.compress(b"a" * 1_000_000) for _ in range(megabytes))
    return data + packer.flush()


@pytest.fixture
def get(public: Listener, make_egress: MakeEgress) -> Get:
    egress = make_egress(reach=public_server, web_ports={public.port})

    async def get(response: bytes | None = None, time_limit: float = 20) -> Page:
        if response is not None:
            public.answer = response
        url = public.url(PUBLIC)
        return await fetch(egress.web, url, ports=egress.web_ports, time_limit=time_limit)

    return get


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "TEXT/HTML; Charset=UTF-8",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/json",
        "application/ld+json",
        "application/xml",
        "application/atom+xml",
    ],
)
async def test_text_of_every_kind_is_taken(kind: str, get: Get) -> None:
    page = await get(answer(f"Content-Type: {kind}", body=b"hello"))
    assert (page.text, page.status, page.truncated) == ("hello", 200, False)
    assert page.content_type == kind.partition(";")[0].lower()


@pytest.mark.parametrize(
    "kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4", "font/woff2"]
)
async def test_what_is_no_text_is_refused_by_its_type(kind: str, get: Get) -> None:
    with pytest.raises(ToolFailed, match=f"url: {kind} is not fetched"):
        await get(answer(f"Content-Type: {kind}", body=b"hello"))


@pytest.mark.parametrize(
    ("header", "body", "kind"),
    [
        ("X: y", b"<!DOCTYPE html><p>x", "text/html"),
        ("X: y", b"  <HTML><p>x", "text/html"),
        ("X: y", b"just text", "text/plain"),
        ("X: y", b"", "text/plain"),
        ("Content-Type: nonsense", b"just text", "text/plain"),
    ],
)
async def test_a_missing_type_is_guessed(header: str, body: bytes, kind: str, get: Get) -> None:
    assert (await get(answer(header, body=body))).content_type == kind


@pytest.mark.parametrize("header", [HTML, "Content-Type: text/plain", "X: y"])
async def test_binary_data_under_another_name_is_refused(header: str, get: Get) -> None:
    with pytest.raises(ToolFailed, match="binary data"):
        await get(answer(header, body=b"\x7fELF\x02\x01\0\0\0"))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("404 Not here", "404 Not Found"),
        ("500 Oops", "500 Internal Server Error"),
        ("403 <script>", "403 Forbidden"),
        ("204 No Content", None),
        ("299 Strange", None),
        ("599 Strange", "599"),
    ],
)
async def test_a_status_of_failure_is_said_in_our_words(
    status: str, said: str | None, get: Get
) -> None:
    response = answer(HTML, "Content-Length: 0", status=status)
    if said is None:
        assert (await get(response)).status == int(status[:3])
        return
    with pytest.raises(ToolFailed) as caught:
        await get(response)
    assert caught.value.message == f"url: the server answered {said}"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("x-gzip", gzip.compress(b"hello", mtime=0)),
        (" GZIP ", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", _raw_deflate(b"hello")),
        ("identity", b"hello"),
        ("", b"hello"),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"and more that is no part of it"),
    ],
)
async def test_a_compressed_page_is_unpacked(coding: str, body: bytes, get: Get) -> None:
    assert (await get(answer(HTML, f"Content-Encoding: {coding}", body=body))).text == "hello"


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "x"])
async def test_another_compression_is_refused_by_its_name(coding: str, get: Get) -> None:
    body = gzip.compress(gzip.compress(ZEROS))
    with pytest.raises(ToolFailed, match=f"compressed in a way that was not asked for: '{coding}'"):
        await get(answer(HTML, f"Content-Encoding: {coding}", body=body))


@pytest.mark.parametrize(
    ("coding", "body", "said"),
    [
        ("gzip", b"not compressed at all", "damaged"),
        ("deflate", b"\x78\x9cnot so", "damaged"),
        ("gzip", gzip.compress(b"hello" * 100, mtime=0)[:-12], "broke off"),
    ],
)
async def test_a_broken_compression_is_a_failure(
    coding: str, body: bytes, said: str, get: Get
) -> None:
    with pytest.raises(ToolFailed, match=said):
        await get(answer(HTML, f"Content-Encoding: {coding}", body=body))


@pytest.mark.parametrize(("coding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
async def test_a_decompression_bomb_costs_no_more_than_a_page(
    coding: str, wbits: int, get: Get
) -> None:
    bomb = answer(HTML, f"Content-Encoding: {coding}", body=_bomb(wbits))
    await get(answer(HTML, body=b"warm"))
    tracemalloc.start()
    page = await get(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(page.text), page.truncated) == (MAX_BODY, True)
    assert peak < 5 * MAX_BODY


async def test_a_body_is_taken_up_to_its_bound(get: Get) -> None:
    page = await get(answer(HTML, body=b"a" * MAX_BODY))
    assert (len(page.text), page.truncated) == (MAX_BODY, False)
    page = await get(answer(HTML, body=b"a" * (MAX_BODY + 1)))
    assert (len(page.text), page.truncated) == (MAX_BODY, True)


async def test_empty_blocks_without_end_are_not_read_without_end(get: Get) -> None:
    """A stream can be valid, endless, and unpack to nothing."""
    empty = b"\x00\x00\x00\xff\xff" * (MAX_BODY // 4)
    page = await get(answer(HTML, "Content-Encoding: deflate", body=empty))
    assert (page.text, page.truncated) == ("", True)


class _Stream:
    """Sends a piece again and again, until nobody listens."""

    def __init__(self, head: bytes, piece: bytes, pause: float) -> None:
        self._head, self._piece, self._pause = head, piece, pause
        self.gone = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._head)
            while True:
                writer.write(self._piece)
                await writer.drain()
                await asyncio.sleep(self._pause)
        except ConnectionError:
            self.gone.set()
        finally:
            writer.close()


async def _streamed(stream: _Stream, make_egress: MakeEgress, time_limit: float) -> Page:
    async with await asyncio.start_server(stream, PUBLIC, 0) as server:
        port = server.sockets[0].getsockname()[1]
        egress = make_egress(reach=public_server, web_ports={port})
        try:
            return await fetch(
                egress.web, f"http://{PUBLIC}:{port}/", ports={port}, time_limit=time_limit
            )
        finally:
            async with asyncio.timeout(5):
                await stream.gone.wait()


async def test_an_endless_body_is_cut_and_its_connection_closed(make_egress: MakeEgress) -> None:
    page = await _streamed(_Stream(answer(HTML), b"endless " * 1_000, 0), make_egress, 20)
    assert (len(page.text), page.truncated) == (MAX_BODY, True)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (answer(HTML), b"."),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"", b"H"),
        (answer("Transfer-Encoding: chunked", HTML), b"1\r\n.\r\n"),
    ],
    ids=["body", "headers", "one header", "status", "chunks"],
)
async def test_a_slow_drip_ends_at_the_time_limit(
    head: bytes, piece: bytes, make_egress: MakeEgress
) -> None:
    start = time.monotonic()
    with pytest.raises(ToolFailed, match=r"did not arrive within 0.3 seconds|not HTTP"):
        await _streamed(_Stream(head, piece, 0.02), make_egress, 0.3)
    assert time.monotonic() - start < 3


async def test_a_server_that_says_nothing_ends_at_the_time_limit(
    get: Get, public: Listener
) -> None:
    public.close_after = False
    with pytest.raises(ToolFailed, match=r"did not arrive within 0.2 seconds"):
        await get(b"", time_limit=0.2)


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok and more",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        answer("X: " + "a" * 100_000),
        answer(*[f"X-{n}: y" for n in range(20_000)]),
    ],
    ids=[
        "nothing",
        "no HTTP",
        "short",
        "long",
        "negative",
        "two lengths",
        "chunk",
        "header",
        "headers",
    ],
)
async def test_a_broken_answer_is_said_to_be_broken(response: bytes, get: Get) -> None:
    with pytest.raises(ToolFailed, match="broke off, or what it answered is not HTTP"):
        await get(response)


async def test_a_server_without_tls_is_said_to_have_none(make_egress: MakeEgress) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"not TLS at all\r\n")
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(babble, PUBLIC, 0) as server:
        port = server.sockets[0].getsockname()[1]
        egress = make_egress(reach=public_server, web_ports={port})
        with pytest.raises(ToolFailed, match="no secure connection"):
            await fetch(egress.web, f"https://{PUBLIC}:{port}/", ports={port})


async def test_a_fetch_that_is_cancelled_closes_its_connection(get: Get, public: Listener) -> None:
    public.close_after = False
    public.answer = answer(HTML, body=b"more to come")
    task = asyncio.create_task(get())
    async with asyncio.timeout(5):
        while not public.requests:
            await asyncio.sleep(0.005)
        task.cancel()
        await public.closed.wait()
    assert task.cancelled()
