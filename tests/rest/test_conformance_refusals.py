"""What the documented REST API refuses before it looks at values: strangers, methods, bodies."""

from collections.abc import AsyncIterator

import pytest
from consumer import IN_SCOPE, Luxx

from luxx.rest.routes import Endpoint
from luxx.security.tokens import Tokens

STRANGERS = ("absent", "empty", "garbled", "foreign", "expired", "logged out", "wrong scheme")


async def _stranger(luxx: Luxx, kind: str) -> dict[str, str]:
    secret = luxx.services.keys.tokens._secret
    user_id = (await luxx.data("ann", "GET", "/api/auth/me"))["id"]
    if kind == "logged out":
        await luxx.data("ann", "POST", "/api/auth/logout")
    value = {
        "empty": "Bearer",
        "garbled": f"Bearer x{luxx.tokens['ann']}",
        "foreign": f"Bearer {Tokens('another secret of 32 characters!', 3600).issue(user_id, 0)}",
        "expired": f"Bearer {Tokens(secret, -3600).issue(user_id, 0)}",
        "logged out": f"Bearer {luxx.tokens['ann']}",
        "wrong scheme": f"Basic {luxx.tokens['ann']}",
    }.get(kind)
    return {} if value is None else {"Authorization": value}


@pytest.mark.parametrize("kind", STRANGERS)
async def test_a_stranger_is_told_to_log_in_whatever_else_is_wrong(ann: Luxx, kind: str) -> None:
    headers = await _stranger(ann, kind)
    for route in IN_SCOPE:
        if route.public:
            continue
        path = _with_ids(route.path)
        answer = await ann.send("", route.method, path, headers=headers, content=b"{")
        body = answer.json()
        assert (answer.status_code, body["code"]) == (401, "UNAUTHENTICATED"), route
        assert answer.headers["www-authenticate"] == "Bearer"


def _with_ids(path: str) -> str:
    ids = {"id": "1", "user_id": 1, "message_id": "1", "provider_id": 1, "agent_id": 1}
    return path.format(**ids, room_id="1", name="file_read")


async def test_a_wrong_method_is_405_and_says_which_are_right(ann: Luxx) -> None:
    for path in {route.path for route in IN_SCOPE}:
        methods = {route.method for route in IN_SCOPE if route.path == path}
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
            answer = await ann.send("ann", method, _with_ids(path))
            allowed = set(answer.headers["allow"].split(", ")) - {"HEAD", "OPTIONS"}
            assert (answer.status_code, allowed) == (405, methods)
            assert answer.json()["code"] == "METHOD_NOT_ALLOWED"
            assert all(each in answer.json()["message"] for each in methods)


@pytest.mark.parametrize("route", [r for r in IN_SCOPE if r.has_body], ids=lambda r: r.operation)
async def test_a_body_that_cannot_be_read_is_refused(ann: Luxx, route: Endpoint) -> None:
    await ann.enter("admin", "admin")
    path, by = _with_ids(route.path), "" if route.public else "admin"
    plain = {"Content-Type": "application/json"}
    for content, headers, status, code in [
        (b'{"a": ', plain, 400, "BAD_REQUEST"),
        (b"\xff\xfe", plain, 400, "BAD_REQUEST"),
        (b"[1]", plain, 400, "BAD_REQUEST"),
        (b"[" * 10_000, plain, 400, "BAD_REQUEST"),
        (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "UNSUPPORTED_MEDIA"),
        (b"{}", {}, 415, "UNSUPPORTED_MEDIA"),
        (b'{"no_such_key": 1}', plain, 422, "BAD_USER_INPUT"),
    ]:
        body = await ann.refused(by, route.method, path, status, content=content, headers=headers)
        assert body["code"] == code
        assert code != "BAD_USER_INPUT" or body["errors"][0]["field"] == "no_such_key"


async def test_a_body_of_40_megabytes_is_refused_announced_or_not(ann: Luxx) -> None:
    size = 40_000_000

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(size // 100_000):
            yield b" " * 100_000

    for by, path in [("", "/api/auth/login"), ("ann", "/api/messages/")]:
        for content in (b" " * size, unannounced()):
            headers = {"Content-Type": "application/json"}
            body = await ann.refused(by, "POST", path, 413, content=content, headers=headers)
            assert body["code"] == "PAYLOAD_TOO_LARGE"
            assert "2,000,000" in body["message"]
