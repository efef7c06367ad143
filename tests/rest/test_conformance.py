"""The whole server, as a consumer of the documented REST API sees it."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from frames import Frame, frames
from rest.contract import EVENTS, ROWS, TOOLS, Row, filled, unlike
from starlette.applications import Starlette
from support import serve
from world import make_user

from luxx.config import Settings
from luxx.core.assembly import make_services, running
from luxx.core.services import Services
from luxx.llm.demo import Call, Reply, ScriptedModel
from luxx.models import PermissionLevel
from luxx.rest import exception_handlers, rest_routes
from luxx.rest.routes import ROUTES, Endpoint
from luxx.sandbox.egress import Egress
from luxx.security.tokens import Tokens

SECONDS = 20.0
KEY = "sk-canary-0123456789"
WIRES = ("openai", "anthropic")
SCOPE = ("/api/auth", "/api/conversations", "/api/messages", "/api/providers", "/api/tools")
IN_SCOPE = [route for route in ROUTES if route.path.startswith(SCOPE)]
OWN_IDS = ("{id}", "{message_id}", "{provider_id}")


@dataclass
class Luxx:
    """A running server, the model it can reach, and its users' tokens by name."""

    http: httpx.AsyncClient
    model: ScriptedModel
    model_url: str
    services: Services
    tokens: dict[str, str] = field(default_factory=dict)

    async def send(self, by: str, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**options.pop("headers", {})}
        if by:
            headers["Authorization"] = f"Bearer {self.tokens[by]}"
        answer = await self.http.request(method, path, headers=headers, **options)
        assert KEY not in answer.text
        return answer

    async def data(self, by: str, method: str, path: str, **options: Any) -> Any:
        answer = await self.send(by, method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json().get("data")

    async def refused(self, by: str, method: str, path: str, status: int, **options: Any) -> Any:
        """The envelope of a failure."""
        answer = await self.send(by, method, path, **options)
        body = answer.json()
        assert (answer.status_code, body["success"]) == (status, False), answer.text
        assert set(body) - {"errors"} == {"success", "message", "code"}
        return body

    async def enter(self, name: str, role: str = "user") -> None:
        """A user as registration makes one, with a token as login gives it."""
        level = PermissionLevel.ADMIN if role == "admin" else PermissionLevel.READ_ONLY
        user = await make_user(name, role=role, permission_level=level)
        self.tokens[name] = self.services.keys.tokens.issue(user.id, user.token_version)

    async def provide(self, by: str, wire: str = "openai", **fields: Any) -> int:
        body = {
            "name": "Scripted",
            "provider_type": wire,
            "base_url": self.model_url,
            "api_key": KEY,
            "default_model": "luxx-demo",
        }
        made = await self.data(by, "POST", "/api/providers/", json=body | fields)
        return int(made["id"])

    async def converse(self, by: str = "ann", **fields: Any) -> str:
        return str((await self.data(by, "POST", "/api/conversations/", json=fields))["id"])

    async def messages(self, by: str, conversation_id: str) -> list[Any]:
        query = {"conversation_id": conversation_id}
        listed = await self.data(by, "GET", "/api/messages/", params=query)
        return list(listed["messages"])


@pytest.fixture
async def luxx(database: Settings) -> AsyncIterator[Luxx]:
    settings = dataclasses.replace(
        database,
        auth_rate_limit=0,
        allowed_private_hosts=("127.0.0.0/8",),
        stream_interval_ms=5,
    )
    egress = Egress(settings.allowed_private_hosts)
    services = make_services(settings, egress)
    model = ScriptedModel()
    app = Starlette(routes=rest_routes(services), exception_handlers=exception_handlers())
    async with (
        serve(model) as model_url,
        running(services),
        serve(app) as url,
        httpx.AsyncClient(base_url=url, timeout=SECONDS) as http,
    ):
        yield Luxx(http, model, f"{model_url}/v1", services)
    await egress.close()


@pytest.fixture
async def ann(luxx: Luxx) -> Luxx:
    """Ann is logged in."""
    await luxx.enter("ann")
    return luxx


# What is documented


def test_every_endpoint_has_a_row() -> None:
    listed = {f"{route.method} {route.path}" for route in IN_SCOPE}
    rows = {row.request.rstrip("/") for row in ROWS}
    assert rows == listed | {"GET /api/health", "GET /api"}


@pytest.mark.parametrize("slash", ["as documented", "the other way"])
@pytest.mark.parametrize("wire", WIRES)
async def test_every_documented_request_is_answered_as_documented(
    luxx: Luxx, wire: str, slash: str
) -> None:
    await luxx.enter("ann")
    await luxx.enter("admin", "admin")
    luxx.model.script += [
        Reply("AI 回复文本内容"),
        Reply("我看看", thinking="让我思考", tool_calls=[Call("file_read", {"path": "none"})]),
        Reply("根据搜索结果"),
    ]
    luxx.model.script.appendleft(Reply("ok"))  # The provider's test comes first.
    known = {"wire": wire, "model_url": luxx.model_url, "key": KEY, "name": "process_data"}
    wrong: list[str] = []
    for row in ROWS:
        wrong += await _compare(luxx, row, known, turned=slash == "the other way")
    assert wrong == []


async def _compare(luxx: Luxx, row: Row, known: dict[str, Any], *, turned: bool) -> list[str]:
    method, path = row.request.format(**known).split()
    if turned:
        path = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    options: dict[str, Any] = {"params": filled(dict(row.query), known)}
    if row.body is not None:
        options["json"] = filled(row.body, known)
    answer = await luxx.send(row.by, method, path, **options)
    if answer.status_code != 200:
        return [f"{row.request}: {answer.status_code} {answer.text}"]
    if row.answer is EVENTS:
        found = frames(answer.text)
        known[row.keep] = str(found[-1].data.get("message_id"))
        return [f"{row.request}: {each}" for each in _unlike_events(found)]
    body = answer.json()
    if row.keep:
        known[row.keep] = body["data"]["id"]
    return [f"{row.request}: {each}" for each in unlike(row.answer, body)]


def _unlike_events(found: list[Frame]) -> list[str]:
    wrong = [each for frame in found for each in unlike(EVENTS[frame.event], frame.data)]
    kinds = [frame.data["step"]["type"] for frame in found if frame.event == "process_step"]
    order = list(dict.fromkeys(kinds))
    if order != ["thinking", "text", "tool_call", "tool_result"]:
        wrong.append(f"the steps are {order}")
    if [frame.event for frame in found].index("done") != len(found) - 1:
        wrong.append("done is not the last event")
    return wrong


async def test_the_documented_tools_need_the_documented_level(ann: Luxx) -> None:
    """A new user reads only: what needs more is refused before its arguments are looked at."""
    listed = (await ann.data("ann", "GET", "/api/tools/"))["tools"]
    for tool in listed:
        category, level = TOOLS[tool["name"]]
        assert tool["category"] == category
        path = f"/api/tools/{tool['name']}/execute"
        answer = await ann.send("ann", "POST", path, json={"no_such_argument": 1})
        assert answer.status_code == (422 if level == 1 else 403), tool["name"]


# What is refused

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
    return path.format(id="1", user_id=1, message_id="1", provider_id=1, name="file_read")


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
CODES = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    422: "BAD_USER_INPUT",
}


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
    exchange = await _say(ann, await ann.converse(), "Hi")
    asked, answer = (exchange[key]["id"] for key in ("user_message", "assistant_message"))
    for path, headers, field_name in [
        (f"/api/messages/{asked}/stream", {}, "message_id"),
        (f"/api/messages/{answer}/stream", {"Last-Event-ID": "x"}, "after"),
        (f"/api/messages/{answer}/stream?after=1&after=2", {}, "after"),
        (f"/api/messages/{answer}/stream?after=-1", {}, "after"),
    ]:
        body = await ann.refused("ann", "GET", path, 422, headers=headers)
        assert body["errors"][0]["field"] == field_name


async def _say(luxx: Luxx, conversation_id: str, content: str, **headers: str) -> Any:
    body = {"conversation_id": conversation_id, "content": content}
    return await luxx.data("ann", "POST", "/api/messages/", json=body, headers=headers)


# What belongs to somebody else

#: Every way to name what belongs to ann: request, body or query, status.
FOREIGN: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("GET /api/conversations/{id}", {}, 404),
    ("PUT /api/conversations/{id}", {"title": "mine"}, 404),
    ("DELETE /api/conversations/{id}", {}, 404),
    ("GET /api/messages", {"conversation_id": "{id}"}, 404),
    ("POST /api/messages", {"conversation_id": "{id}", "content": "x"}, 404),
    ("POST /api/messages/stream", {"conversation_id": "{id}", "content": "x"}, 404),
    ("GET /api/messages/{message_id}", {}, 404),
    ("DELETE /api/messages/{message_id}", {}, 404),
    ("GET /api/messages/{message_id}/stream", {}, 404),
    ("POST /api/messages/{message_id}/cancel", {}, 404),
    ("GET /api/messages/{running_id}", {}, 404),
    ("DELETE /api/messages/{running_id}", {}, 404),
    ("GET /api/messages/{running_id}/stream", {}, 404),
    ("POST /api/messages/{running_id}/cancel", {}, 404),
    ("GET /api/messages", {"conversation_id": "{own_id}", "before": "{message_id}"}, 422),
    ("GET /api/providers/{provider_id}", {}, 404),
    ("PUT /api/providers/{provider_id}", {"name": "mine", "is_default": True}, 404),
    ("DELETE /api/providers/{provider_id}", {}, 404),
    ("POST /api/providers/{provider_id}/test", {}, 404),
    ("GET /api/providers/{provider_id}/models", {}, 404),
    ("POST /api/conversations", {"provider_id": "{provider_id}"}, 404),
    ("PUT /api/conversations/{own_id}", {"provider_id": "{provider_id}"}, 404),
    ("PUT /api/auth/users/{user_id}", {"permission_level": 4}, 403),
)


def test_every_endpoint_with_an_id_is_tried_by_somebody_else() -> None:
    tried = {request for request, _, _ in FOREIGN}
    for route in IN_SCOPE:
        if any(name in route.path for name in OWN_IDS):
            assert f"{route.method} {route.path}" in tried


async def test_what_belongs_to_somebody_else_is_neither_seen_nor_changed(ann: Luxx) -> None:
    await ann.enter("bob")
    provider_id = await ann.provide("ann")
    conversation_id, busy_id = await ann.converse(), await ann.converse()
    ann.model.script.append(Reply("Private."))
    said = await _say(ann, conversation_id, "Hi")
    hold = asyncio.Event()
    ann.model.script.append(Reply("Not to be stopped.", hold=hold))
    body = {"conversation_id": busy_id, "content": "Go"}
    headers = {"Authorization": f"Bearer {ann.tokens['ann']}"}
    async with ann.http.stream("POST", "/api/messages/stream", json=body, headers=headers) as live:
        running_path = live.headers["content-location"].removesuffix("/stream")
        known = {
            "id": conversation_id,
            "own_id": await ann.converse("bob"),
            "message_id": said["assistant_message"]["id"],
            "running_id": running_path.rpartition("/")[2],
            "provider_id": provider_id,
            "user_id": (await ann.data("ann", "GET", "/api/auth/me"))["id"],
        }
        before = await _belongings(ann)
        asked = len(ann.model.requests)
        for request, given, status in FOREIGN:
            await _try_foreign(ann, request, filled(given, known), status, known)
        assert await _belongings(ann) == before
        assert len(ann.model.requests) == asked
        hold.set()
        assert frames((await live.aread()).decode())[-1].event == "done"
    own = await ann.data("bob", "GET", f"/api/conversations/{known['own_id']}")
    assert own["provider_id"] is None


async def _try_foreign(
    luxx: Luxx, request: str, given: Any, status: int, known: dict[str, Any]
) -> None:
    method, path = request.format(**known).split()
    options: dict[str, Any] = {"params" if method == "GET" else "json": given}
    body = await luxx.refused(
        "bob", method, path, status, **({} if method == "DELETE" else options)
    )
    assert body["code"] == CODES[status]
    for name in (each[1:-1] for each in OWN_IDS if each in request):
        # What is hidden looks like what does not exist.
        none = known | {name: 999 if name == "provider_id" else "none"}
        absent = await luxx.refused("bob", method, request.format(**none).split()[1], status)
        text = body["message"].replace(str(known[name]), str(none[name]))
        assert {**body, "message": text} == absent


async def _belongings(luxx: Luxx) -> list[Any]:
    """All that ann has."""
    page = await luxx.data("ann", "GET", "/api/conversations/")
    return [
        page,
        [await luxx.messages("ann", each["id"]) for each in page["items"]],
        await luxx.data("ann", "GET", "/api/providers"),
        await luxx.data("ann", "GET", "/api/auth/me"),
    ]


# Streams


@pytest.mark.parametrize("query", ["", "?delta=true"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_broken_stream_is_resumed_without_loss_or_repetition(
    ann: Luxx, wire: str, query: str
) -> None:
    await ann.provide("ann", wire)
    conversation_id, text, hold = (
        await ann.converse(),
        "没有遗漏,也没有重复。 " * 20,
        asyncio.Event(),
    )
    ann.model.script.append(Reply(text, thinking="Hmm. " * 20, hold=hold, hold_after=8, chunk=3))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Authorization": f"Bearer {ann.tokens['ann']}"}
    seen: list[Frame] = []
    async with (
        asyncio.timeout(SECONDS),
        ann.http.stream(
            "POST", f"/api/messages/stream{query}", json=body, headers=headers
        ) as answer,
    ):
        location = answer.headers["content-location"]
        async for block in _blocks(answer):
            seen += frames(block)
            if seen:
                break
    hold.set()
    last = {"Last-Event-ID": str(seen[-1].id)}
    rest = await ann.send("ann", "GET", f"{location}{query}", headers=last)
    seen += frames(rest.text)
    ids = [int(str(frame.id)) for frame in seen]
    assert ids == sorted(set(ids))
    assert seen[-1].event == "done"
    stored = await ann.data("ann", "GET", location.removesuffix("/stream"))
    assert stored["content"] == text
    assert _put_together(seen, deltas=bool(query)) == {
        step["id"]: step["content"] for step in stored["process_steps"]
    }
    again = await ann.send("ann", "GET", f"{location}?after={ids[-1]}")
    assert frames(again.text) == []


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    buffer = ""
    async for piece in answer.aiter_text():
        buffer += piece
        *whole, buffer = buffer.split("\n\n")
        for block in whole:
            yield f"{block}\n\n"


def _put_together(seen: list[Frame], *, deltas: bool) -> dict[str, str]:
    """The content of each step, as a client has it in the end."""
    contents: dict[str, str] = {}
    for frame in seen[:-1]:
        step = frame.data["step"]
        before = contents.get(step["id"], "")
        contents[step["id"]] = before + frame.data["delta"] if deltas else step["content"]
    return contents


@pytest.mark.parametrize("first", ["/api/messages/", "/api/messages/stream"])
@pytest.mark.parametrize("second", ["/api/messages/", "/api/messages/stream"])
async def test_a_repeated_request_finds_the_first_reply_on_either_endpoint(
    ann: Luxx, first: str, second: str
) -> None:
    await ann.provide("ann")
    conversation_id = await ann.converse()
    ann.model.script += [Reply("Once."), Reply("Twice.")]
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "a-key"}
    for path in (first, second):
        answer = await ann.send("ann", "POST", path, json=body, headers=headers)
        assert "Once." in answer.text
    assert len(await ann.messages("ann", conversation_id)) == 2
    assert len(ann.model.requests) == 1
    other = {**body, "content": "Something else"}
    await ann.refused("ann", "POST", second, 409, json=other, headers=headers)
    await ann.refused("ann", "POST", second, 422, json=body, headers={"Idempotency-Key": ""})


@pytest.mark.parametrize("wire", WIRES)
async def test_a_provider_that_fails_is_502_and_the_messages_are_kept(ann: Luxx, wire: str) -> None:
    provider_id = await ann.provide("ann", wire)
    conversation_id = await ann.converse()
    ann.model.script.append(Reply(status=400, error=f"No model for the key {KEY}"))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "k"}
    refused = await ann.refused("ann", "POST", "/api/messages/", 502, json=body, headers=headers)
    assert refused["code"] == "UPSTREAM"
    assert "400" in refused["message"]
    again = await ann.refused("ann", "POST", "/api/messages/", 502, json=body, headers=headers)
    assert again == refused
    asked, failed = await ann.messages("ann", conversation_id)
    assert (asked["content"], asked["status"]) == ("Hi", "completed")
    assert (failed["status"], failed["error"]) == ("failed", refused["message"])
    events = await ann.send("ann", "GET", f"/api/messages/{failed['id']}/stream")
    assert frames(events.text)[-1].data == {"content": refused["message"]}
    ann.model.script.append(Reply(status=401, error="No such key"))
    tested = await ann.send("ann", "POST", f"/api/providers/{provider_id}/test")
    assert tested.json()["message"] == "HTTP 401: Unauthorized"
    assert (tested.json()["success"], tested.json()["data"]["success"]) == (True, False)
    ann.model.script.append(Reply("Now it works."))
    exchange = await _say(ann, conversation_id, "Once more")
    assert exchange["assistant_message"]["content"] == "Now it works."


async def test_an_unreachable_provider_has_no_status(ann: Luxx) -> None:
    provider_id = await ann.provide("ann", base_url="http://127.0.0.1:1/v1")
    tested = await ann.send("ann", "POST", f"/api/providers/{provider_id}/test")
    assert json.loads(tested.text)["data"] == {
        "status_code": 0,
        "success": False,
        "response_body": "The provider could not be reached",
    }
