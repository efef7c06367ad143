"""Following through a connection that breaks, a server that goes away, and a login that ends."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec
import pytest

from luxx.client import AsyncClient, Luxx
from luxx.client import following as module
from luxx.client.following import Subscribe, follow
from luxx.client.types import StepUpdated
from luxx.errors import NotFound, Unauthenticated, Unavailable


class Tick(msgspec.Struct):
    is_last: ClassVar[bool] = False
    cursor: str
    last: bool = False


class LastTick(Tick):
    is_last: ClassVar[bool] = True


def read(data: Mapping[str, Any]) -> Tick:
    return (LastTick if data.get("last") else Tick)(data["cursor"])


def refusing(error: Exception) -> Subscribe:
    async def subscribe(variables: Mapping[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        if variables["after"] is None:
            raise error
        yield {}

    return subscribe


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.002)


async def test_it_goes_on_after_the_last_event_seen() -> None:
    asked: list[str | None] = []

    async def subscribe(variables: Mapping[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        asked.append(variables["after"])
        at = int(variables["after"] or 0)
        for number in range(at + 1, at + 3):
            yield {"event": {"cursor": str(number), "last": number == 5}}
            if number == 5:
                return
        if at == 2:
            raise Unavailable("broken")

    seen = [tick.cursor async for tick in follow(subscribe, read)]
    assert seen == ["1", "2", "3", "4", "5"]
    assert asked == [None, "2", "4"]


async def test_it_gives_up_after_a_while_without_a_connection() -> None:
    subscribe = refusing(Unavailable("It is not there"))
    with pytest.raises(Unavailable, match="It is not there"):
        [tick async for tick in follow(subscribe, read, patience=0.05)]


async def test_what_else_the_server_says_is_raised_at_once() -> None:
    with pytest.raises(NotFound):
        [tick async for tick in follow(refusing(NotFound()), read)]


class Cutting:
    """A proxy that breaks each connection after so many bytes of answers."""

    def __init__(self, url: str, after: int) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._after = after
        self.cuts = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._idle = asyncio.Event()

    async def close(self) -> None:
        """Break what is connected, and wait until nothing is."""
        while self._writers:
            self._idle.clear()
            for writer in self._writers:
                writer.transport.abort()
            await self._idle.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        asking = asyncio.create_task(self._pour(reader, back, None))
        try:
            await self._pour(there, writer, self._after)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            for each in (writer, back):
                each.transport.abort()
            self._writers -= {writer, back}
            self._idle.set()

    async def _pour(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int | None
    ) -> None:
        total = 0
        while data := await source.read(512):
            sink.write(data)
            await sink.drain()
            total += len(data)
            if most is not None and total > most:
                self.cuts += 1
                return


@asynccontextmanager
async def cutting(url: str, after: int) -> AsyncIterator[tuple[Cutting, str]]:
    proxy = Cutting(url, after)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy, f"http://127.0.0.1:{port}"
        await proxy.close()


async def test_a_reply_is_whole_through_a_connection_that_breaks_again_and_again(lx: Luxx) -> None:
    token = lx.client._transport._token
    async with cutting(lx.url, 3_000) as (proxy, url), AsyncClient(url, token=token) as client:
        talk = await client.create_conversation(title="Cut")
        _, reply = await client.begin_reply(talk.id, "count to 120", tools=[])
        events = [event async for event in client.follow_reply(reply.id)]
        cursors = [int(event.cursor) for event in events]
        assert cursors == sorted(set(cursors))
        text = "".join(event.delta for event in events if isinstance(event, StepUpdated))
        assert text == (await client.message(reply.id)).content
        assert proxy.cuts > 3


async def test_a_start_whose_answer_is_lost_is_not_done_twice(
    lx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.client.core.START_PAUSE", 0.01)
    token = lx.client._transport._token
    async with AsyncClient(lx.url, token=token) as client:
        talk = await client.create_conversation(title="Twice")
        call, tries = client._call, 0

        async def lossy(name: str, /, **variables: Any) -> dict[str, Any]:
            nonlocal tries
            data = await call(name, **variables)
            tries += 1
            if tries < 3:
                raise Unavailable("lost")
            return data

        monkeypatch.setattr(client, "_call", lossy)
        await client.begin_reply(talk.id, "Hello", tools=[])
        monkeypatch.undo()
        assert len(await client.messages(talk.id)) == 2
        monkeypatch.setattr("luxx.client.core.START_PAUSE", 0.01)

        async def dead(name: str, /, **variables: Any) -> dict[str, Any]:
            raise Unavailable("gone")

        monkeypatch.setattr(client, "_call", dead)
        with pytest.raises(Unavailable, match="gone"):
            await client.begin_reply(talk.id, "Hello")


async def test_a_login_that_has_ended_is_renewed_once_for_all(lx: Luxx) -> None:
    good, renewals = lx.client._transport._token, 0

    async def renew() -> str:
        nonlocal renewals
        renewals += 1
        await asyncio.sleep(0)
        return good

    async with AsyncClient(lx.url, token="ended", renew=renew) as client:
        await asyncio.gather(*(client.me() for _ in range(5)))
        assert renewals == 1
    async with AsyncClient(lx.url, token="ended", renew=renew) as client:
        with pytest.raises(Unavailable, match="renewed"):
            [
                each
                async for each in client.subscribe(
                    'subscription { roomEvents(roomId: "x") { __typename } }'
                )
            ]
    async with AsyncClient(lx.url, token="ended") as client:
        with pytest.raises(Unauthenticated):
            await client.me()
        with pytest.raises(Unauthenticated):
            [each async for each in client.follow_reply("msg_x")]
