"""Viewers of a stream that leave, stall or stay silent, and the source that is always let go of."""

import asyncio

import pytest
from starlette.types import Message

from luxx.rest.streams import Feed, stream
from luxx.schema import line

SECONDS = 10.0
GET = {"type": "http", "method": "GET"}


class Source:
    """Counts what is drawn and whether it was closed."""

    def __init__(self) -> None:
        self.drawn = 0
        self.closed = 0

    def __aiter__(self) -> "Source":
        return self

    async def __anext__(self) -> int:
        self.drawn += 1
        return self.drawn

    async def aclose(self) -> None:
        self.closed += 1


async def test_a_source_that_cannot_be_closed_is_left_alone() -> None:
    class Plain:
        def __aiter__(self) -> "Plain":
            return self

        async def __anext__(self) -> int:
            raise StopAsyncIteration

    await Feed(Plain(), lambda _event: b"").aclose()


async def test_the_source_is_closed_although_nothing_was_drawn() -> None:
    """A viewer that is gone before the first frame leaves nothing behind."""
    source = Source()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        raise OSError("gone")

    response = viewed(Feed(source, lambda _event: b"x"))
    await response(GET, receive, send)
    assert (source.drawn, source.closed) == (0, 1)


def viewed(feed: Feed, *, ended: bool = False) -> line.Streamed:
    return stream(feed, "/x", lambda: ended)


async def never() -> Message:
    """What a viewer says who stays."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("stuck", [True, False], ids=("stuck", "gone"))
async def test_a_viewer_that_takes_nothing_more_is_left(
    stuck: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.03)
    monkeypatch.setattr(line, "SEND_SECONDS", 0.02)
    source = Source()
    taken: list[bytes] = []

    async def send(message: Message) -> None:
        if len(taken) == 3:
            await asyncio.Event().wait() if stuck else None
            raise OSError("gone")
        taken.append(message.get("body", b""))

    response = viewed(Feed(source, lambda event: b"%d" % event))
    async with asyncio.timeout(SECONDS):
        await response(GET, never, send)
    assert taken == [b"", b"retry: 1000\n1", b"2"]
    assert source.closed == 1


async def test_a_viewer_whose_login_is_over_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.03)
    source = Source()

    async def send(message: Message) -> None:
        if message.get("body"):
            await asyncio.Event().wait()

    async with asyncio.timeout(SECONDS):
        await viewed(Feed(source, lambda _event: b"x"), ended=True)(GET, never, send)
    assert (source.drawn, source.closed) == (1, 1)


async def test_a_stream_that_is_not_silent_gets_no_sign_of_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.5)
    sent: list[bytes] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    class Steady(Source):
        async def __anext__(self) -> int:
            await asyncio.sleep(0.005)
            if self.drawn == 200:
                raise StopAsyncIteration
            return await super().__anext__()

    response = viewed(Feed(Steady(), lambda _event: b"x"))
    await response(GET, never, send)
    assert len(sent) == 202
    assert not any(body.startswith(b":") for body in sent)


async def test_a_viewer_that_takes_no_sign_of_life_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.03)
    monkeypatch.setattr(line, "SEND_SECONDS", 0.02)

    class Silent(Source):
        async def __anext__(self) -> int:
            await asyncio.Event().wait()
            raise AssertionError

    async def send(message: Message) -> None:
        if message.get("body", b"").startswith(b": ping"):
            await asyncio.Event().wait()

    source = Silent()
    response = viewed(Feed(source, lambda _event: b""))
    async with asyncio.timeout(SECONDS):
        await response(GET, never, send)
    assert source.closed == 1
