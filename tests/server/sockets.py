"""Connections below HTTP: requests that no client library would send."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

SECONDS = 10.0


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: luxx", *headers, "", ""]).encode()


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


async def exchange(url: str, parts: Iterable[bytes], seconds: float = SECONDS) -> bytes:
    """Send until the server has enough; what it answers in time, as far as it can be read."""
    reader, writer = await asyncio.open_connection(*address(url))
    try:
        with suppress(OSError):
            for part in parts:
                writer.write(part)
                await writer.drain()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(seconds):
                return await reader.read(65_536)
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def silent(url: str, content: bytes) -> AsyncIterator[socket.socket]:
    """A connection that sends something and then neither reads nor closes."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        await loop.sock_connect(connection, address(url))
        await loop.sock_sendall(connection, content)
        yield connection
