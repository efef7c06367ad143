"""Requests and answers: the envelope, every failure, and what HTTP asks of an address."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import orjson
import pytest
import shelf
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from luxx.errors import Forbidden, LuxxError
from luxx.rest import intake
from luxx.rest.replies import categorized, dump, exception_handlers, refusal
from luxx.rest.router import build_routes

JSON_HEADERS = {"Content-Type": "application/json"}
MAX_BODY = 1000


def failed(message: str, code: str, **more: Any) -> dict[str, Any]:
    return {"success": False, "message": message, "code": code, **more}


async def test_data_has_the_documented_names_and_leaf_values(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/boxes/0001")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "success": True,
        "data": {
            "id": 1,
            "name": "box-1",
            "weight": 1.5,
            "colour": "dark_blue",
            "level": 2,
            "levels": [1, 3],
            "inner": None,
            "parts": [
                {"id": "n-0", "index": 0, "colour": "red", "text": "line\nbreak ‘’ 会话"},
                {
                    "id": "c-1",
                    "index": 1,
                    "colour": "dark_blue",
                    "id_ref": "call_1",
                    "name": "file_read",
                },
            ],
        },
    }


async def test_a_list_is_counted_and_query_values_are_cast(client: httpx.AsyncClient) -> None:
    data = (await client.get("/api/boxes", params={"page": "2", "colour": "red"})).json()["data"]
    assert [each["id"] for each in data["boxes"]] == [1, 2]
    assert data["total"] == 2


async def test_a_body_becomes_variables_and_the_message_is_told(client: httpx.AsyncClient) -> None:
    body = {"name": "a", "weight": None, "colour": "red", "level": 3, "parts": [{"part_name": "p"}]}
    answer = await client.post("/api/boxes", json=body)
    assert answer.json() == {
        "success": True,
        "message": "Box created",
        "data": {
            "made": {
                "name": "a",
                "weight": None,
                "colour": "red",
                "level": 3,
                "heavy": False,
                "parts": [{"part_name": "p", "copies": 1}],
            }
        },
    }


async def test_nothing_to_say_is_said_without_data(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/boxes/1")
    assert answer.json() == {"success": True, "message": "Box deleted"}


async def test_a_message_may_come_from_the_answer(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/test")
    assert answer.json() == {
        "success": True,
        "message": "HTTP 200: fine",
        "data": {"success": True},
    }


async def test_a_whole_body_may_hold_any_key(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/run/grep", json={"name": "x", "deep": [{"a": None}]})
    assert answer.json()["data"]["result"] == {
        "name": "grep",
        "arguments": {"name": "x", "deep": [{"a": None}]},
    }


@pytest.mark.parametrize(
    ("kind", "status", "body", "header"),
    [
        ("missing", 404, failed("There is no such box", "NOT_FOUND"), None),
        (
            "field",
            422,
            failed(
                "The name is taken",
                "BAD_USER_INPUT",
                errors=[{"field": "name", "message": "The name is taken"}],
            ),
            None,
        ),
        ("tool", 422, failed("It fell", "BAD_USER_INPUT"), None),
        ("limited", 429, failed("Slow down", "RATE_LIMITED"), "7"),
        ("upstream", 502, failed("The provider is busy", "UPSTREAM"), "2"),
        ("defect", 500, failed("Internal error", "INTERNAL"), None),
    ],
)
async def test_a_failure_has_its_status_code_and_envelope(
    client: httpx.AsyncClient, kind: str, status: int, body: dict[str, Any], header: str | None
) -> None:
    answer = await client.get(f"/api/fail/{kind}")
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers.get("retry-after") == header


async def test_everything_that_does_not_fit_is_named_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/boxes", json={"weight": "heavy", "color": 1})
    assert answer.status_code == 422
    assert answer.json() == failed(
        "color: is not known; weight: expected a number, got a string; name: is required",
        "BAD_USER_INPUT",
        errors=[
            {"field": "color", "message": "is not known"},
            {"field": "weight", "message": "expected a number, got a string"},
            {"field": "name", "message": "is required"},
        ],
    )


async def test_a_path_value_that_does_not_fit_is_422(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/boxes/one")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "box_id", "message": "expected a whole number"}]


async def test_a_stranger_is_told_to_log_in_before_anything_is_read(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Authorization": "Bearer bad", **JSON_HEADERS}
    answer = await client.post("/api/boxes", content="{broken", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == failed(
        "Log in first: the request carries no valid token", "UNAUTHENTICATED"
    )


async def test_a_public_address_asks_for_no_login(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/fail/missing", headers={"Authorization": "Bearer bad"})
    assert answer.status_code == 404


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


@pytest.mark.parametrize("path", ["/api/boxes/1", "/api/boxes/1/"])
async def test_a_last_slash_makes_no_difference(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).json()["data"]["id"] == 1


@pytest.mark.parametrize("path", ["/api/none", "/none", "/api/boxes/1/2/3"])
async def test_an_unknown_address_is_404_in_the_envelope(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json() == failed("There is nothing at this address", "NOT_FOUND")


async def test_a_wrong_method_is_405_and_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/api/boxes/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, DELETE, HEAD, OPTIONS"
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"


async def test_options_name_the_methods(client: httpx.AsyncClient) -> None:
    answer = await client.options("/api/boxes")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, POST, HEAD, OPTIONS")


async def test_head_is_answered_like_get(client: httpx.AsyncClient) -> None:
    assert (await client.head("/api/boxes/1")).status_code == 200
    assert (await client.head("/api/boxes/0")).status_code == 404


@pytest.mark.parametrize("slash", ["", "/"])
async def test_the_public_addresses_answer_as_documented(
    client: httpx.AsyncClient, slash: str
) -> None:
    health = await client.get(f"/api/health{slash}")
    assert health.json() == {"status": "ok", "message": "Luxx API is running"}
    about = await client.get(f"/api{slash}")
    assert about.json() == {"name": "Luxx", "version": "1.0.0", "description": "AI Chat API"}


async def test_numbers_and_texts_that_orjson_refuses_are_sent_all_the_same() -> None:
    value = {"big": 2**70, "lone": "\ud800"}
    with pytest.raises(TypeError):
        orjson.dumps(value)
    assert json.loads(dump(value)) == value


@pytest.mark.parametrize(
    ("extensions", "status", "message"),
    [
        ({"code": "BAD_USER_INPUT"}, 422, "Ask for less"),
        ({}, 500, "Internal error"),
    ],
)
def test_what_the_schema_itself_refuses_is_said_where_it_may_be(
    extensions: dict[str, Any], status: int, message: str
) -> None:
    answer = refusal([GraphQLError("Ask for less", extensions=extensions)])
    assert (answer.status_code, orjson.loads(answer.body)["message"]) == (status, message)


def test_tools_are_listed_and_grouped_with_every_category_present() -> None:
    tools = [{"name": "a", "category": "code"}, {"name": "b", "category": "new"}]
    data = categorized({"tools": tools}).data
    assert data["tools"] == tools
    assert data["total"] == 2
    assert data["categorized"] == {
        "code": tools[:1],
        "file": [],
        "shell": [],
        "crawler": [],
        "data": [],
        "new": tools[1:],
    }


@pytest.fixture
async def bare() -> AsyncIterator[httpx.AsyncClient]:
    """Handlers of somebody else's that raise, under Luxx's exception handlers."""

    async def forbidden(_request: Request) -> Response:
        raise Forbidden

    async def broken(_request: Request) -> Response:
        raise RuntimeError("secret detail")

    async def teapot(_request: Request) -> Response:
        raise HTTPException(418, "short and stout", headers={"X-Pot": "1"})

    routes = [Route("/forbidden", forbidden), Route("/broken", broken), Route("/teapot", teapot)]
    app = Starlette(routes=routes, exception_handlers=exception_handlers())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://luxx") as client:
        yield client


async def test_errors_outside_the_table_have_the_same_envelope(bare: httpx.AsyncClient) -> None:
    forbidden = await bare.get("/forbidden")
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "FORBIDDEN")
    broken = await bare.get("/broken")
    assert (broken.status_code, broken.json()) == (500, failed("Internal error", "INTERNAL"))
    wrong = await bare.post("/forbidden")
    assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    teapot = await bare.get("/teapot")
    assert (teapot.status_code, teapot.headers["x-pot"]) == (418, "1")
    assert teapot.json() == failed("short and stout", "HTTP_418")


@pytest.mark.parametrize("kind", [HTTPException, LuxxError])
async def test_a_handler_passes_on_what_is_not_its_own(kind: Any) -> None:
    """Starlette chooses by class; a handler asked for something else does not hide it."""
    request = Request({"type": "http"})
    with pytest.raises(KeyError):
        await exception_handlers()[kind](request, KeyError("x"))


async def test_a_limit_of_the_application_is_413_in_the_envelope(world: shelf.World) -> None:
    """Where Starlette counts too and its limit is the lower one."""
    routes = build_routes(
        shelf.schema, shelf.types, shelf.context_of(world), 100, shelf.ENDPOINTS, shelf.library
    )
    app = Starlette(routes=routes, exception_handlers=exception_handlers(), max_body_size=10)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 11, "more_body": True}

    assert (await call(app, receive))["status"] == 413


async def test_a_defect_in_the_facade_is_logged_and_hidden(
    client: httpx.AsyncClient,
    world: shelf.World,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken() -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(world, "session", broken)
    answer = await client.get("/api/boxes/1")
    assert (answer.status_code, answer.json()) == (500, failed("Internal error", "INTERNAL"))
    assert "GET /api/boxes/{box_id}" in caplog.text
