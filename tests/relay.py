"""What is between a client and its server, to be cut and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Cable:
    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: set[asyncio.StreamWriter] = set()
        self.is_cut = False

    def cut(self) -> None:
        """Break every connection, and each that is tried."""
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self.is_cut = False

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        beyond, there = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, there}
        self._writers |= ends
        try:
            await asyncio.gather(_pump(reader, there), _pump(beyond, writer))
        finally:
            self._writers -= ends
            for end in ends:
                end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def cable(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """A cable to a server, and the address of the near end."""
    made = Cable(urlsplit(url).port or 80)
    near = await asyncio.start_server(made.join, "127.0.0.1", 0)
    yield made, f"http://127.0.0.1:{near.sockets[0].getsockname()[1]}"
    near.close()
    made.cut()
    await near.wait_closed()
