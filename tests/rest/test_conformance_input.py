"""Values that the documented REST API refuses, each by its name."""

from typing import Any

from consumer import CODES, Luxx, say
from rest.contract import filled

#: Request, query or body, status, and the fields that the answer names.
UNFIT: tuple[tuple[str, dict[str, Any], int, list[str]], ...] = (
    ("POST /api/auth/register", {}, 422, ["username", "email", "password"]),
    (
        "POST /api/auth/register",
        {"username": "a b", "email": "a@b.cc", "password": "12345678"},
        422,
        ["username"],
    ),
    (
        "POST /api/auth/register",
        {"username": "abc", "email": "abc", "password": "12345678"},
        422,
        ["email"],
    ),
    (
        "POST /api/auth/register",
        {"username": "abc", "email": "a@b.cc", "password": "1234567"},
        422,
        ["password"],
    ),
    (
        "POST /api/auth/register",
        {"username": "ANN", "email": "a@b.cc", "password": "12345678"},
        409,
        [],
    ),
    (
        "POST /api/auth/register",
        {"username": "abc", "email": "ANN@example.com", "password": "12345678"},
        409,
        [],
    ),
    ("POST /api/auth/login", {"username": 1, "password": None}, 422, ["username", "password"]),
    ("POST /api/auth/login", {"username": "ann", "password": "wrong pass"}, 401, []),
    ("POST /api/auth/login", {"username": "nobody", "password": "wrong pass"}, 401, []),
    ("GET /api/auth/users", {}, 403, []),
    ("PUT /api/auth/users/1", {"permission_level": 2}, 403, []),
    ("GET /api/conversations", {"page": "x"}, 422, ["page"]),
    ("GET /api/conversations", {"page": "0"}, 422, ["page"]),
    ("GET /api/conversations", {"page": "9" * 30}, 422, ["page"]),
    ("GET /api/conversations", {"page_size": "101"}, 422, ["page_size"]),
    ("GET /api/conversations", {"page_size": "100000"}, 422, ["page_size"]),
    ("GET /api/conversations", {"size": "1"}, 422, ["size"]),
    ("GET /api/conversations", {"project_id": "x" * 101}, 422, ["project_id"]),
    (
        "POST /api/conversations",
        {
            "title": 1,
            "model": [],
            "provider_id": "1",
            "system_prompt": {},
            "temperature": "hot",
            "max_tokens": 1.5,
            "thinking_enabled": 1,
            "titel": "x",
        },
        422,
        [
            "titel",
            "title",
            "model",
            "provider_id",
            "system_prompt",
            "temperature",
            "max_tokens",
            "thinking_enabled",
        ],
    ),
    ("POST /api/conversations", {"temperature": 2.1}, 422, ["temperature"]),
    ("POST /api/conversations", {"max_tokens": 0}, 422, ["max_tokens"]),
    ("POST /api/conversations", {"title": "x" * 201}, 422, ["title"]),
    ("POST /api/conversations", {"title": " "}, 422, ["title"]),
    ("POST /api/conversations", {"title": "\0"}, 422, ["title"]),
    ("POST /api/conversations", {"provider_id": 999}, 404, []),
    ("PUT /api/conversations/{id}", {"max_tokens": 2**40}, 422, ["max_tokens"]),
    ("PUT /api/conversations/{id}", {"project_id": "q"}, 422, ["project_id"]),
    ("GET /api/conversations/conv_none", {}, 404, []),
    ("GET /api/conversations/" + "x" * 3000, {}, 404, []),
    ("GET /api/conversations/%00", {}, 404, []),
    ("GET /api/messages", {}, 422, ["conversation_id"]),
    ("GET /api/messages", {"conversation_id": "x" * 3000}, 404, []),
    ("GET /api/messages", {"conversation_id": "{id}", "limit": "0"}, 422, ["limit"]),
    ("GET /api/messages", {"conversation_id": "{id}", "limit": "1001"}, 422, ["limit"]),
    ("GET /api/messages", {"conversation_id": "{id}", "limit": "100000"}, 422, ["limit"]),
    ("GET /api/messages", {"conversation_id": "{id}", "before": "msg_none"}, 422, ["before"]),
    ("POST /api/messages", {"content": "x"}, 422, ["conversation_id"]),
    ("POST /api/messages", {"conversation_id": "{id}", "content": " "}, 422, ["content"]),
    (
        "POST /api/messages",
        {"conversation_id": "{id}", "content": "x", "enabled_tools": ["none"]},
        422,
        ["enabled_tools"],
    ),
    (
        "POST /api/messages/stream",
        {"conversation_id": "{id}", "content": "x", "enabled_tools": [1]},
        422,
        ["enabled_tools.0"],
    ),
    ("POST /api/messages/stream", {"conversation_id": "conv_none", "content": "x"}, 404, []),
    ("POST /api/messages", {"conversation_id": "{id}", "content": "x"}, 422, ["provider_id"]),
    ("GET /api/messages/msg_none", {}, 404, []),
    ("GET /api/messages/msg_none/stream", {"after": "x"}, 422, ["after"]),
    ("GET /api/messages/msg_none/stream", {"delta": "1"}, 422, ["delta"]),
    ("POST /api/messages/msg_none/cancel", {}, 404, []),
    ("DELETE /api/messages/msg_none", {}, 404, []),
    (
        "POST /api/providers",
        {},
        422,
        ["name", "provider_type", "base_url", "api_key", "default_model"],
    ),
    (
        "POST /api/providers",
        {
            "name": "x",
            "provider_type": "other",
            "base_url": "https://a.example",
            "api_key": "k",
            "default_model": "m",
        },
        422,
        ["provider_type"],
    ),
    (
        "POST /api/providers",
        {
            "name": "x",
            "provider_type": "openai",
            "base_url": "ftp://a.example",
            "api_key": "k",
            "default_model": "m",
        },
        422,
        ["base_url"],
    ),
    ("GET /api/providers/abc", {}, 422, ["provider_id"]),
    ("GET /api/providers/99999999999999999999", {}, 422, ["provider_id"]),
    ("PUT /api/providers/999", {"name": "x"}, 404, []),
    ("POST /api/providers/999/test", {}, 404, []),
    ("GET /api/tools", {"category": "other"}, 422, ["category"]),
    ("GET /api/tools/none", {}, 404, []),
    ("POST /api/tools/none/execute", {}, 404, []),
    ("POST /api/tools/process_data/execute", {"data": "[]"}, 422, ["operation"]),
    ("POST /api/tools/file_read/execute", {"path": "none"}, 422, ["path"]),
    ("POST /api/tools/file_read/execute", {"path": "../../etc/passwd"}, 422, ["path"]),
    ("GET /api/nothing", {}, 404, []),
)


async def test_bad_input_is_refused_by_name_and_nothing_is_stored(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    before = await ann.data("ann", "GET", "/api/conversations")
    for request, given, status, fields in UNFIT:
        method, path = request.format(id=conversation_id).split()
        values = filled(given, {"id": conversation_id})
        options = {"params": values} if method == "GET" else {"json": values}
        if method == "DELETE":
            options = {}
        body = await ann.refused("ann", method, path, status, **options)
        assert body["code"] == CODES[status]
        assert [each["field"] for each in body.get("errors", ())] == fields, (request, body)
        assert all(_noun(each) in body["message"] for each in fields), body["message"]
        _assert_said_well(body)
    assert await ann.data("ann", "GET", "/api/conversations") == before
    assert await ann.messages("ann", conversation_id) == []


def _noun(field_name: str) -> str:
    return field_name.partition(".")[0].partition("_")[0]


def _assert_said_well(body: Any) -> None:
    """One line for a person: short, without the machine's own words or a value of 3,000 letters."""
    for text in [body["message"], *(each["message"] for each in body.get("errors", ()))]:
        assert 5 < len(text) < 500
        assert not text.endswith(".")
        assert not any(word in text for word in ("Traceback", "luxx.", "tortoise", "GraphQL", "$"))
    for each in body.get("errors", ()):
        assert not each["message"].startswith(f"{each['field']}: ")


async def test_what_cannot_be_followed_is_said_in_the_envelope(ann: Luxx) -> None:
    await ann.provide("ann")
    exchange = await say(ann, await ann.converse(), "Hi")
    asked, answer = (exchange[key]["id"] for key in ("user_message", "assistant_message"))
    for path, headers, field_name in [
        (f"/api/messages/{asked}/stream", {}, "message_id"),
        (f"/api/messages/{answer}/stream", {"Last-Event-ID": "x"}, "after"),
        (f"/api/messages/{answer}/stream?after=1&after=2", {}, "after"),
        (f"/api/messages/{answer}/stream?after=-1", {}, "after"),
    ]:
        body = await ann.refused("ann", "GET", path, 422, headers=headers)
        assert body["errors"][0]["field"] == field_name
