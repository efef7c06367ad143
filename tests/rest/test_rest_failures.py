"""Every failure has its status code and the same envelope."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
import shelf
from envelope import JSON_HEADERS, failed
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from luxx.errors import Forbidden, LuxxError
from luxx.llm.failures import refused
from luxx.rest.replies import exception_handlers, failure, refusal


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


@pytest.mark.parametrize(
    ("asked", "told"), [("1.2", "2"), ("9" * 400, "31536000"), ("01 Jan 24 0:0 +9999999999", None)]
)
def test_a_wait_that_a_provider_asks_for_is_told_within_reason(
    asked: str, told: str | None
) -> None:
    answer = failure(refused(429, {"retry-after": asked}, b"", ""))
    assert (answer.status_code, answer.headers.get("retry-after")) == (502, told)


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
