"""Streams over real HTTP: frames, resuming, failures before and after the beginning, leaving."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import shelf
from frames import farewell, frames
from starlette.applications import Starlette
from starlette.types import Message
from support import serve

from luxx.errors import Conflict, Unavailable
from luxx.rest.streams import Feed, stream
from luxx.schema import line

SECONDS = 10.0
GET = {"type": "http", "method": "GET"}


@pytest.fixture
async def web(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Over a real server: only there can a stream be watched while it runs."""
    async with serve(app) as url, httpx.AsyncClient(base_url=url, timeout=SECONDS) as client:
        yield client


async def test_a_start_answers_with_its_events(web: httpx.AsyncClient, world: shelf.World) -> None:
    world.script = [shelf.piece(1), shelf.filled(2)]
    answer = await web.post("/api/stream", json={"name": "a"}, headers={"Idempotency-Key": "k"})
    assert world.started == ["a:k"]
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["content-location"] == "/api/boxes/5/stream"
    assert answer.headers["cache-control"] == "no-store"
    first, last = frames(answer.text)
    assert (first.id, first.event, first.retry) == ("1", "piece", "1000")
    assert first.data == {
        "type": "piece",
        "part": {"id": "n-0", "index": 0, "colour": "red", "text": "line\nbreak ‘’ 会话"},
    }
    assert (last.id, last.event, last.retry) == ("2", "done", None)
    assert (last.data["level"], last.data["colours"]) == (3, ["red", "dark_blue"])


async def test_a_frame_is_one_line_of_data(web: httpx.AsyncClient, world: shelf.World) -> None:
    world.script = [shelf.piece(1)]
    answer = await web.get("/api/boxes/5/stream")
    lines = answer.text.split("\n")
    assert lines[0] == "retry: 1000"
    assert lines[1:3] == ["id: 1", "event: piece"]
    assert lines[3].startswith("data: {")
    assert lines[4:] == ["", ""]


async def test_deltas_are_sent_in_place_of_whole_texts(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    world.script = [shelf.piece(1), shelf.burst(2)]
    followed = await web.get("/api/boxes/5/stream", params={"delta": "true"})
    assert [frame.data for frame in frames(followed.text)] == [
        {"delta": "new"},
        {"content": "too much"},
    ]
    started = await web.post("/api/stream?delta=true", json={"name": "a"})
    assert frames(started.text)[0].data == {"delta": "new"}
    whole = await web.get("/api/boxes/5/stream", params={"delta": "false"})
    assert "part" in frames(whole.text)[0].data


async def test_following_goes_on_after_the_last_event_seen(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    world.script = [shelf.piece(1), shelf.piece(2), shelf.piece(3)]

    async def seen(after: str | None, last: str | None) -> list[str | None]:
        headers = {"Last-Event-ID": last} if last is not None else {}
        params = {"after": after} if after is not None else {}
        answer = await web.get("/api/boxes/5/stream", params=params, headers=headers)
        return [frame.id for frame in frames(answer.text)]

    assert await seen(None, None) == ["1", "2", "3"]
    assert await seen("1", None) == ["2", "3"]
    assert await seen(None, "2") == ["3"]
    assert await seen("1", "2") == ["3"]  # A browser's second try: what it saw last wins.
    assert await seen("1", "") == ["2", "3"]


async def test_a_repeated_start_goes_on_only_where_it_is_the_same_run(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    world.script = [shelf.piece(1), shelf.piece(2)]
    headers = {"Last-Event-ID": "1"}
    fresh = await web.post("/api/stream", json={"name": "a"}, headers=headers)
    assert [frame.id for frame in frames(fresh.text)] == ["1", "2"]
    headers["Idempotency-Key"] = "k"
    again = await web.post("/api/stream", json={"name": "a"}, headers=headers)
    assert [frame.id for frame in frames(again.text)] == ["2"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "busy"}, 409, "CONFLICT"),
        ({"name": "gone"}, 404, "NOT_FOUND"),
        ({}, 422, "BAD_USER_INPUT"),
    ],
)
async def test_a_start_that_fails_answers_before_any_stream(
    web: httpx.AsyncClient, body: dict[str, str], status: int, code: str
) -> None:
    answer = await web.post("/api/stream", json=body)
    assert answer.headers["content-type"] == "application/json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/boxes/0/stream", 404, "NOT_FOUND"),
        ("/api/boxes/x/stream", 422, "BAD_USER_INPUT"),
        ("/api/boxes/5/stream?delta=maybe", 422, "BAD_USER_INPUT"),
        ("/api/boxes/5/stream?from=1", 422, "BAD_USER_INPUT"),
        ("/api/boxes/99999999999/stream", 422, "BAD_USER_INPUT"),
    ],
)
async def test_a_follow_that_fails_answers_before_any_stream(
    web: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    answer = await web.get(path)
    assert answer.headers["content-type"] == "application/json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_defect_in_opening_is_logged_and_hidden(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await web.get("/api/boxes/13/stream")
    assert answer.status_code == 500
    assert answer.json() == {"success": False, "message": "Internal error", "code": "INTERNAL"}
    assert "secret detail" in caplog.text


async def test_variables_that_the_schema_refuses_do_not_open_a_stream(
    app: Starlette, web: httpx.AsyncClient, world: shelf.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a reader ever let something through, the schema still says no."""
    monkeypatch.setattr("luxx.rest.binding.Binder.bind", lambda *_: ({"box_id": "x"}, []))
    answer = await web.get("/api/boxes/5/stream")
    assert answer.status_code == 500
    assert world.opened == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [(Conflict("It was reset"), "It was reset"), (RuntimeError("secret"), "Internal error")],
)
async def test_a_stream_that_breaks_says_so_and_ends(
    web: httpx.AsyncClient, world: shelf.World, error: Exception, message: str
) -> None:
    world.script = [shelf.piece(1), error, shelf.piece(2)]
    answer = await web.get("/api/boxes/5/stream")
    first, last = frames(answer.text)
    assert first.id == "1"
    assert (last.id, last.event, last.data) == (None, "error", {"content": message})
    assert world.closed.is_set()


async def test_a_stream_that_goes_on_elsewhere_ends_without_an_event(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    """No client takes that for the end of what it follows: it comes back with the last id."""
    world.script = [shelf.piece(1), Unavailable("Come back"), shelf.piece(2)]
    answer = await web.get("/api/boxes/5/stream")
    assert [frame.id for frame in frames(answer.text)] == ["1"]
    assert farewell(answer.text) == "Come back"
    assert world.closed.is_set()


async def test_a_viewer_that_leaves_closes_its_source(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    world.script, world.hold = [shelf.piece(1)], asyncio.Event()
    async with web.stream("GET", "/api/boxes/5/stream") as answer:
        async with asyncio.timeout(SECONDS):
            async for line in answer.aiter_lines():
                if line.startswith("data"):
                    break
        assert not world.closed.is_set()
    async with asyncio.timeout(SECONDS):
        await world.closed.wait()


async def test_the_answer_begins_before_the_first_event(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    """A model may think for long: the client knows at once where to come back to."""
    world.hold = asyncio.Event()
    async with (
        asyncio.timeout(SECONDS),
        web.stream("POST", "/api/stream", json={"name": "a"}) as answer,
    ):
        assert answer.headers["content-location"] == "/api/boxes/5/stream"


async def test_head_opens_nothing_that_stays_open(
    web: httpx.AsyncClient, world: shelf.World
) -> None:
    world.script = [shelf.piece(1)]
    answer = await web.head("/api/boxes/5/stream")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (await web.head("/api/boxes/0/stream")).status_code == 404


async def test_a_stream_is_kept_alive(
    web: httpx.AsyncClient, world: shelf.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.01)
    world.hold = asyncio.Event()
    async with (
        asyncio.timeout(SECONDS),
        web.stream("GET", "/api/boxes/5/stream") as answer,
    ):
        assert (await anext(answer.aiter_lines())).startswith(": ping")


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
