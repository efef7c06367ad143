"""A bare server on loopback that says what it is told to, and clients that cannot wander off."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult

from luxx.sandbox.addresses import Reach
from luxx.sandbox.egress import Egress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nok"


class Listener:
    def __init__(self) -> None:
        self.answer = OK
        self.close_after = True
        self.requests: list[bytes] = []
        self.closed = asyncio.Event()
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
            if not self.close_after:
                await reader.read()
        writer.close()
        self.closed.set()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/v1"


class FakeResolver(AbstractResolver):
    """Answers with the next of its addresses each time, as a rebinding name server does."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in addresses
        ]

    async def close(self) -> None:
        """It holds nothing."""


def first_is_public(address: str) -> Reach:
    """127.0.0.1 stands for a public server, every other address for a private one."""
    return Reach.PUBLIC if address == "127.0.0.1" else Reach.PRIVATE


MakeEgress = Callable[..., Egress]
