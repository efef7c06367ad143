"""Whatever is sent, the server answers as it should, stays small and goes on serving."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from hashlib import shake_128
from itertools import chain, product, repeat

import psutil
import pytest
from server.running import Client, Luxx, client
from server.sockets import bearer, exchange, head, silent
from server.subscribing import receive, socket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

MEGABYTE = 1 << 20
#: What one huge request may cost: buffers and what the memory allocator keeps.
ROOM = 24 * MEGABYTE
QUICK_SECONDS = 2.0
GARBAGE = 1_000
AT_ONCE = 50
HALF_OPEN = 100
JSON = "Content-Type: application/json"


@pytest.fixture
async def serving(luxx: Luxx) -> AsyncIterator[Luxx]:
    """A server that is as well afterwards as it was before."""
    yield luxx
    assert await luxx.healthy() < QUICK_SECONDS
    assert await luxx.stop() == 0
    assert "Traceback" not in luxx.logged


def noise(seed: str, length: int) -> bytes:
    """The same bytes every time, without any pattern."""
    return shake_128(seed.encode()).digest(length)


async def test_bad_requests_are_refused_with_a_code(serving: Luxx, admin: Client) -> None:
    conversation = await admin.conversation()
    path = f"/api/conversations/{conversation}"
    async with client(serving.url, enter=False) as stranger:
        body = {"username": "eve", "email": "eve@example.com", "password": "a password"}
        await stranger.call("POST", "/api/auth/register", **body)
        assert await stranger.refused("GET", path) == 401
        await stranger.enter("eve", "a password")
        assert await stranger.refused("GET", path) == 404
        assert await stranger.refused("DELETE", path) == 404
        assert await stranger.refused("GET", "/api/auth/users") == 403
        stranger.http.headers["Authorization"] = f"Bearer {stranger.token[:-2]}xx"
        assert await stranger.refused("GET", "/api/auth/me") == 401
    refused = admin.refused
    assert await refused("PUT", path, content=b'{"title": "never', headers=kind()) == 400
    assert await refused("PUT", path, content=b"[]", headers=kind()) == 400
    assert await refused("PUT", path, content=b"\xff\xfe", headers=kind()) == 400
    assert await refused("PUT", path, content=b"[" * 100_000, headers=kind()) == 400
    assert await refused("PUT", path, content=b"title=x", headers=kind("text/plain")) == 415
    assert await refused("PUT", path, json={"title": 5, "temperature": "hot"}) == 422
    assert await refused("PUT", path, json={"titel": "unknown"}) == 422
    assert await refused("POST", "/api/messages", json={"content": "no conversation"}) == 422
    assert await refused("GET", "/api/conversations/nobody's") == 404
    assert await refused("GET", "/api/providers/99999999999999999999") == 422
    assert await refused("PATCH", path) == 405
    assert await refused("GET", "/api/nowhere") == 404
    for text in admin.refusals:
        answer = json.loads(text)
        assert answer["success"] is False
        assert answer["message"]
        assert answer["code"] not in {"", "INTERNAL"}


def kind(content_type: str = "application/json") -> dict[str, str]:
    return {"Content-Type": content_type}


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


async def peak_of(process: psutil.Process, sending: Awaitable[object]) -> int:
    """The most memory that the process had while something was sent."""
    task = asyncio.ensure_future(sending)
    peak = 0
    while not task.done():
        peak = max(peak, process.memory_info().rss)
        await asyncio.wait([task], timeout=0.005)
    await task
    return max(peak, int(process.memory_info().rss))


async def flood(connection: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        await connection.send("x" * 40 * MEGABYTE)
        await connection.recv()


async def test_a_huge_request_is_refused_and_not_kept(serving: Luxx, admin: Client) -> None:
    process = psutil.Process(serving.process.pid)
    piece = b'{"query":"' + b"x" * MEGABYTE
    known, unknown = f"Content-Length: {len(piece) * 40}", "Transfer-Encoding: chunked"
    before = process.memory_info().rss
    for path, length in product(("/graphql", "/api/auth/login", "/api/messages"), (known, unknown)):
        start = head("POST", path, JSON, bearer(admin.token), length)
        body = repeat(piece, 40) if length == known else chunked(repeat(piece, 40))
        sending = asyncio.ensure_future(exchange(serving.url, chain([start], body)))
        assert await peak_of(process, sending) - before < ROOM
        # Nothing where the connection was closed while this still sent.
        assert sending.result()[:12] in {b"HTTP/1.1 413", b""}
    async with socket(serving.url, admin.token) as connection:
        assert (await receive(connection))["type"] == "connection_ack"
        assert await peak_of(process, flood(connection)) - before < ROOM
        assert connection.close_code in {1006, 1009}
    assert process.memory_info().rss - before < ROOM


METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW")
PATHS = ("/graphql", "/api/messages", "/api/auth/login", "/api/providers/1", "/static/%2e%2e/", "/")


def garbage(number: int) -> list[bytes]:
    """Noise: as a whole, as a body, as a body that is JSON, or as a path and a header."""
    seed = f"request {number}"
    method, path = METHODS[number % len(METHODS)], PATHS[number % len(PATHS)]
    junk = noise(seed, 20 + number % 400)
    match number % 4:
        case 0:
            return [junk]
        case 1:
            return [head(method, path, JSON, f"Content-Length: {len(junk)}"), junk]
        case 2:
            content = json.dumps({"query": junk.decode("latin-1"), "password": [junk.hex()]})
            return [head("POST", path, JSON, f"Content-Length: {len(content)}"), content.encode()]
        case _:
            return [head(method, f"{path}{junk.hex()}?{junk.hex()}={number}", f"X: {junk.hex()}")]


async def throw_garbage(serving: Luxx) -> set[bytes]:
    """The status of every request that was answered."""
    numbers = iter(range(GARBAGE))
    answers: dict[int, bytes] = {}

    async def throw() -> None:
        for number in numbers:
            answers[number] = await exchange(serving.url, garbage(number), seconds=0.2)

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(throw())
    assert len(answers) == GARBAGE
    return {answer[9:12] for answer in answers.values() if answer}


async def test_garbage_and_connections_that_never_finish_harm_nobody(
    serving: Luxx, admin: Client
) -> None:
    statuses = await throw_garbage(serving)
    assert statuses
    assert not [status for status in statuses if status.startswith(b"5")]
    unfinished = (
        b"",
        b"GET /api/hea",
        head("POST", "/graphql", JSON, "Content-Length: 100") + b"{",
        head("POST", "/api/auth/login", JSON, "Transfer-Encoding: chunked") + b"5\r\n{",
        head("GET", "/graphql", "Upgrade: websocket", "Connection: Upgrade")[:-2],
    )
    async with contextlib.AsyncExitStack() as stack:
        for number in range(HALF_OPEN):
            content = unfinished[number % len(unfinished)]
            await stack.enter_async_context(silent(serving.url, content))
        assert await serving.healthy() < QUICK_SECONDS
        assert (await admin.call("GET", "/api/auth/me"))["username"] == "admin"
