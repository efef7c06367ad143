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
    ("POST /api/conversations", {"provider_id": 999}, 404, ["provider_id"]),
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
    (
        "POST /api/messages/stream",
        {"conversation_id": "conv_none", "content": "x"},
        404,
        ["conversation_id"],
    ),
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
    (
        "POST /api/agents",
        {"role": 1, "color": [], "enabled_tools": "all", "colour": "#10b981"},
        422,
        ["colour", "role", "color", "enabled_tools", "name"],
    ),
    ("POST /api/agents", {"name": " "}, 422, ["name"]),
    ("POST /api/agents", {"name": "x" * 101}, 422, ["name"]),
    ("POST /api/agents", {"name": "x", "role": "x" * 1001}, 422, ["role"]),
    ("POST /api/agents", {"name": "x", "color": "green"}, 422, ["color"]),
    ("POST /api/agents", {"name": "x", "model": "x" * 201}, 422, ["model"]),
    ("POST /api/agents", {"name": "x", "enabled_tools": ["none"]}, 422, ["enabled_tools"]),
    ("POST /api/agents", {"name": "x", "enabled_tools": [1]}, 422, ["enabled_tools.0"]),
    ("POST /api/agents", {"name": "x", "provider_id": 999}, 404, ["provider_id"]),
    ("PUT /api/agents/{agent_id}", {"color": "#10b98"}, 422, ["color"]),
    ("PUT /api/agents/{agent_id}", {"provider_id": 999}, 404, ["provider_id"]),
    ("GET /api/agents/abc", {}, 422, ["agent_id"]),
    ("GET /api/agents/999", {}, 404, []),
    ("PUT /api/agents/999", {"name": "x"}, 404, []),
    ("DELETE /api/agents/999", {}, 404, []),
    ("GET /api/chat-rooms", {"page": "0"}, 422, ["page"]),
    ("GET /api/chat-rooms", {"page_size": "101"}, 422, ["page_size"]),
    ("GET /api/chat-rooms", {"project_id": "p"}, 422, ["project_id"]),
    ("POST /api/chat-rooms", {}, 422, ["title", "task"]),
    ("POST /api/chat-rooms", {"title": "x" * 201, "task": "x"}, 422, ["title"]),
    ("POST /api/chat-rooms", {"title": "x", "task": "x" * 50_001}, 422, ["task"]),
    ("POST /api/chat-rooms", {"title": "x", "task": "\0"}, 422, ["task"]),
    ("POST /api/chat-rooms", {"title": "x", "task": "x", "max_rounds": 101}, 422, ["max_rounds"]),
    ("POST /api/chat-rooms", {"title": "x", "task": "x", "status": "idle"}, 422, ["status"]),
    ("POST /api/chat-rooms", {"title": "x", "task": "x", "agents": None}, 422, ["agents"]),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x"}, {"name": 1, "colour": "red"}, 2]},
        422,
        ["agents.1.colour", "agents.1.name", "agents.2"],
    ),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x"}, {"role": "x"}]},
        422,
        ["agents.1.name"],
    ),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x", "color": "red"}]},
        422,
        ["agents.0.color"],
    ),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x"}] * 21},
        422,
        ["agents"],
    ),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x"}, {"agent_id": 999}]},
        404,
        ["agents.1.agent_id"],
    ),
    ("PUT /api/chat-rooms/{room_id}", {"status": "running"}, 422, ["status"]),
    ("PUT /api/chat-rooms/{room_id}", {"status": "IDLE"}, 422, ["status"]),
    ("PUT /api/chat-rooms/{room_id}", {"status": "completed", "title": "y"}, 422, ["status"]),
    ("PUT /api/chat-rooms/{room_id}", {"max_rounds": 0}, 422, ["max_rounds"]),
    ("PUT /api/chat-rooms/{room_id}", {"agents": []}, 422, ["agents"]),
    ("GET /api/chat-rooms/room_none", {}, 404, []),
    ("GET /api/chat-rooms/" + "x" * 3000, {}, 404, []),
    ("GET /api/chat-rooms/%00", {}, 404, []),
    ("PUT /api/chat-rooms/room_none", {"title": "x"}, 404, []),
    ("DELETE /api/chat-rooms/room_none", {}, 404, []),
    ("POST /api/chat-rooms/room_none/stop", {}, 404, []),
    ("POST /api/chat-rooms/room_none/reset", {}, 404, []),
    ("GET /api/chat-rooms/room_none/messages", {}, 404, []),
    ("GET /api/chat-rooms/{room_id}/messages", {"limit": "1001"}, 422, ["limit"]),
    ("GET /api/chat-rooms/{room_id}/messages", {"before": "msg_none"}, 422, ["before"]),
    ("POST /api/chat-rooms/{room_id}/agents", {}, 422, ["name"]),
    ("POST /api/chat-rooms/{room_id}/agents", {"name": "x", "turn_order": 0}, 422, ["turn_order"]),
    ("POST /api/chat-rooms/{room_id}/agents", {"agent_id": 999}, 404, ["agent_id"]),
    ("PUT /api/chat-rooms/{room_id}/agents/{seat_id}", {"turn_order": 1}, 422, ["turn_order"]),
    ("PUT /api/chat-rooms/{room_id}/agents/{seat_id}", {"agent_id": 1}, 422, ["agent_id"]),
    ("PUT /api/chat-rooms/{room_id}/agents/{seat_id}", {"color": ""}, 422, ["color"]),
    ("PUT /api/chat-rooms/{room_id}/agents/999", {"name": "x"}, 404, []),
    ("DELETE /api/chat-rooms/{room_id}/agents/999", {}, 404, []),
    ("GET /api/nothing", {}, 404, []),
)

LISTS = ("/api/conversations", "/api/agents", "/api/chat-rooms")


async def test_bad_input_is_refused_by_name_and_nothing_is_stored(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    room = await ann.convene()
    known = {
        "id": conversation_id,
        "agent_id": await ann.invent(),
        "room_id": room["id"],
        "seat_id": room["agents"][0]["id"],
    }
    before = [await ann.data("ann", "GET", path) for path in LISTS]
    for request, given, status, fields in UNFIT:
        method, path = request.format(**known).split()
        values = filled(given, known)
        options = {"params": values} if method == "GET" else {"json": values}
        if method == "DELETE":
            options = {}
        body = await ann.refused("ann", method, path, status, **options)
        assert body["code"] == CODES[status]
        assert [each["field"] for each in body.get("errors", ())] == fields, (request, body)
        if status == 422:
            assert all(_noun(each) in body["message"] for each in fields), body["message"]
        _assert_said_well(body)
    assert [await ann.data("ann", "GET", path) for path in LISTS] == before
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
