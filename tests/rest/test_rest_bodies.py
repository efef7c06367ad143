"""How a request body is read: its form, its media type, and its limit."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import shelf
import shelf_operations
from envelope import JSON_HEADERS, MAX_BODY, failed
from starlette.applications import Starlette

from luxx.rest import intake
from luxx.rest.binding import bind_all
from luxx.rest.replies import exception_handlers
from luxx.rest.router import build_routes


@pytest.mark.parametrize("body", [b"{broken", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[1]", b"3"])
async def test_a_body_that_is_no_json_object_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/boxes", content=body, headers=JSON_HEADERS)
    assert answer.status_code == 400
    assert answer.json()["code"] == "BAD_REQUEST"


async def test_an_absent_body_is_an_empty_object(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/boxes")
    assert answer.json()["errors"] == [{"field": "name", "message": "is required"}]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_media_type_is_415(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/api/boxes", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
)
async def test_json_may_be_called_by_its_other_names(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(
        "/api/boxes", content=b'{"name": "a"}', headers={"Content-Type": kind}
    )
    assert answer.status_code == 200


async def test_a_body_at_the_limit_is_taken_and_one_above_is_413(client: httpx.AsyncClient) -> None:
    fits = b'{"name": "%s"}' % (b"a" * (MAX_BODY - 12))
    assert len(fits) == MAX_BODY
    taken = await client.post("/api/boxes", content=fits, headers=JSON_HEADERS)
    assert taken.status_code == 200
    refused = await client.post("/api/boxes", content=fits + b" ", headers=JSON_HEADERS)
    assert refused.status_code == 413
    assert refused.headers["connection"] == "close"
    assert refused.json() == failed(
        "The request body is too large: at most 1,000 bytes are taken", "PAYLOAD_TOO_LARGE"
    )


async def test_a_body_of_unknown_length_is_counted_while_it_is_read(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after the limit is dropped, so that the client reads the answer; not for ever."""
    monkeypatch.setattr(intake, "LINGER_BYTES", 1000)
    pulled = 0

    async def receive() -> dict[str, Any]:
        nonlocal pulled
        pulled += 1
        return {"type": "http.request", "body": b"x" * 400, "more_body": True}

    sent = await call(app, receive)
    assert sent["status"] == 413
    assert pulled == 3 + 3


async def test_a_refused_client_that_falls_silent_is_answered(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LINGER_SECONDS", 0.01)
    pieces = [b"x" * (MAX_BODY + 1)]

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": pieces.pop(), "more_body": True}

    async with asyncio.timeout(10):
        assert (await call(app, receive))["status"] == 413


async def test_a_client_that_asks_first_is_refused_before_it_sends(app: Starlette) -> None:
    async def receive() -> dict[str, Any]:
        pytest.fail("nothing was to be read")

    size = str(MAX_BODY + 1).encode()
    headers = [(b"expect", b"100-continue"), (b"content-length", size)]
    assert (await call(app, receive, headers))["status"] == 413


async def test_a_client_that_leaves_while_it_sends_is_no_defect(
    app: Starlette, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert (await call(app, receive))["status"] == 400
    assert caplog.records == []


async def call(
    app: Starlette, receive: Any, headers: Sequence[tuple[bytes, bytes]] = ()
) -> dict[str, Any]:
    """POST /api/boxes, spoken in ASGI."""
    started: dict[str, Any] = {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.update(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/boxes",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), *headers],
    }
    await app(scope, receive, send)
    return started


async def test_a_limit_of_the_application_is_413_in_the_envelope(world: shelf.World) -> None:
    """Where Starlette counts too and its limit is the lower one."""
    routes = build_routes(
        shelf.schema,
        shelf.types,
        bind_all(shelf.types, shelf_operations.library),
        shelf.context_of(world),
        100,
        shelf_operations.ENDPOINTS,
    )
    app = Starlette(routes=routes, exception_handlers=exception_handlers(), max_body_size=10)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 11, "more_body": True}

    assert (await call(app, receive))["status"] == 413
