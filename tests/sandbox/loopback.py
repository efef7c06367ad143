"""A bare server on loopback that says what it is told to, and clients that cannot wander off."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult

from luxx.sandbox.addresses import Reach, reach
from luxx.sandbox.egress import Egress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nok"


class Listener:
    def __init__(self) -> None:
        self.answer = OK
        self.close_after = True
        #: By path, for what does not get the usual answer.
        self.answers: dict[str, bytes] = {}
        self.connections = 0
        self.requests: list[bytes] = []
        self.closed = asyncio.Event()
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:  # also where the test is over while a client still says nothing
            writer.close()
            self.closed.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        path = request.split(b" ", 2)[1].decode()
        writer.write(self.answers.get(path, self.answer))
        await writer.drain()
        if not self.close_after:
            await reader.read()

    def url(self, host: str = "127.0.0.1", path: str = "/v1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def is_untouched(self) -> bool:
        """Whether nobody connected. What did would be served before this connection."""
        before = self.connections
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        async with asyncio.timeout(5):
            await reader.read(1)
        writer.close()
        return (before, self.connections) == (0, 1)


def answer(*headers: str, status: str = "200 OK", body: bytes = b"") -> bytes:
    """An HTTP answer as it goes over the wire, ended by the connection's end."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(f"Location: {location}", "Content-Length: 0", status=status)


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


class Names(AbstractResolver):
    """A name server that knows these names; each look-up of one takes its next answer."""

    def __init__(self, names: dict[str, list[tuple[str, ...]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: int = 0,  # noqa: ARG002 - the interface has it
    ) -> list[ResolveResult]:
        if host not in self._names:
            raise OSError(f"no such name: {host}")
        answers = self._names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for each in addresses
        ]

    async def close(self) -> None:
        """It holds nothing."""


#: Stands for a server of the public internet, while all other addresses are what they are.
PUBLIC = "127.0.0.2"


def public_server(address: str) -> Reach:
    return Reach.PUBLIC if address == PUBLIC else reach(address)


MakeEgress = Callable[..., Egress]
