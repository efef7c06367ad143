"""Streams over real HTTP: frames, resuming, failures before and after the beginning, leaving."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import shelf
from frames import farewell, frames
from starlette.applications import Starlette
from support import serve

from luxx.errors import Conflict, Unavailable
from luxx.schema import line

SECONDS = 10.0


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
