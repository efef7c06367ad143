"""The documented API over a real server, a real database and a scripted model."""

import asyncio
import dataclasses
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from frames import Frame, frames
from starlette.applications import Starlette
from support import serve

from luxx.config import Settings
from luxx.core.assembly import make_services, running
from luxx.llm.demo import Call, Reply, ScriptedModel
from luxx.models import PermissionLevel, User
from luxx.rest import exception_handlers, rest_routes
from luxx.sandbox.egress import Egress

SECONDS = 20.0
PASSWORD = "correct horse"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ACCOUNT = {
    "id",
    "username",
    "email",
    "role",
    "permission_level",
    "workspace_path",
    "is_active",
}
PROVIDER = {
    "id",
    "user_id",
    "name",
    "provider_type",
    "base_url",
    "default_model",
    "max_tokens",
    "is_default",
    "enabled",
    "created_at",
    "updated_at",
}
CONVERSATION = {
    "id",
    "user_id",
    "project_id",
    "provider_id",
    "title",
    "model",
    "system_prompt",
    "temperature",
    "max_tokens",
    "thinking_enabled",
    "created_at",
    "updated_at",
}
MESSAGE = {
    "id",
    "conversation_id",
    "role",
    "content",
    "text",
    "attachments",
    "process_steps",
    "token_count",
    "usage",
    "status",
    "error",
    "created_at",
}


class Luxx:
    """One user's view of the server."""

    def __init__(self, http: httpx.AsyncClient, model: ScriptedModel, model_url: str) -> None:
        self.http = http
        self.model = model
        self.model_url = model_url

    async def call(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = await self.http.request(method, path, **options)
        body = answer.json()
        assert answer.status_code == status, body
        assert body["success"] is (status == 200)
        return body

    async def data(self, method: str, path: str, **options: Any) -> Any:
        return (await self.call(method, path, **options))["data"]

    async def enter(self, name: str) -> None:
        """Register and log in; from then on requests carry the token."""
        account = {"username": name, "password": PASSWORD}
        email = f"{name}@example.com"
        await self.call("POST", "/api/auth/register", json={**account, "email": email})
        session = await self.data("POST", "/api/auth/login", json=account)
        self.http.headers["Authorization"] = f"Bearer {session['access_token']}"

    async def provide(self) -> Any:
        fields = {
            "name": "Scripted",
            "provider_type": "openai",
            "base_url": f"{self.model_url}/v1",
            "api_key": "sk-secret",
            "default_model": "luxx-demo",
        }
        return await self.data("POST", "/api/providers/", json=fields)

    async def converse(self) -> str:
        return str((await self.data("POST", "/api/conversations/", json={}))["id"])

    async def stream(self, body: dict[str, Any], query: str = "") -> list[Frame]:
        answer = await self.http.post(f"/api/messages/stream{query}", json=body)
        assert answer.status_code == 200, answer.text
        return frames(answer.text)


@pytest.fixture
async def luxx(database: Settings) -> AsyncIterator[Luxx]:
    settings = dataclasses.replace(
        database, auth_rate_limit=0, allowed_private_hosts=("127.0.0.0/8",), stream_interval_ms=5
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
        yield Luxx(http, model, model_url)
    await egress.close()


@pytest.fixture
async def ann(luxx: Luxx) -> Luxx:
    """A user who is logged in, with a provider."""
    await luxx.enter("ann")
    await luxx.provide()
    return luxx


async def test_registering_and_logging_in_answer_as_documented(luxx: Luxx) -> None:
    account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
    registered = await luxx.call("POST", "/api/auth/register", json=account)
    user_id = registered["data"]["id"]
    assert registered == {
        "success": True,
        "message": "Registration successful",
        "data": {"id": user_id, "username": "ann"},
    }
    del account["email"]
    session = await luxx.call("POST", "/api/auth/login", json=account)
    assert session["message"] == "Login successful"
    assert session["data"]["token_type"] == "bearer"
    assert session["data"]["user"] == {
        "id": user_id,
        "username": "ann",
        "email": "ann@example.com",
        "role": "user",
        "permission_level": 1,
        "workspace_path": None,
        "is_active": True,
    }
    luxx.http.headers["Authorization"] = f"Bearer {session['data']['access_token']}"
    me = await luxx.data("GET", "/api/auth/me")
    assert TIME.fullmatch(me.pop("created_at"))
    assert me == session["data"]["user"]
    assert await luxx.call("POST", "/api/auth/logout") == {
        "success": True,
        "message": "Logout successful",
    }
    await luxx.call("GET", "/api/auth/me", status=401)


async def test_users_are_for_administrators(luxx: Luxx) -> None:
    await luxx.enter("ann")
    await luxx.call("GET", "/api/auth/users", status=403)
    await User.filter(username="ann").update(role="admin")
    users = (await luxx.data("GET", "/api/auth/users"))["users"]
    assert set(users[0]) == ACCOUNT | {"created_at"}
    user_id = users[0]["id"]
    changed = await luxx.data(
        "PUT", f"/api/auth/users/{user_id}", json={"permission_level": 3, "role": "admin"}
    )
    assert (changed["permission_level"], changed["role"]) == (3, "admin")
    refused = await luxx.call(
        "PUT", f"/api/auth/users/{user_id}", status=422, json={"permission_level": 5}
    )
    assert refused["errors"] == [
        {"field": "permission_level", "message": "expected one of 1, 2, 3, 4"}
    ]


async def test_core_errors_keep_their_code_and_field(luxx: Luxx) -> None:
    account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
    await luxx.call("POST", "/api/auth/register", json=account)
    taken = await luxx.call("POST", "/api/auth/register", status=409, json=account)
    assert taken["code"] == "CONFLICT"
    account["password"] = "short"
    refused = await luxx.call("POST", "/api/auth/register", status=422, json=account)
    assert refused["errors"][0]["field"] == "password"
    wrong = {"username": "ann", "password": "wrong password"}
    denied = await luxx.call("POST", "/api/auth/login", status=401, json=wrong)
    assert denied["message"] == "Wrong username or password"


async def test_providers_from_creation_to_deletion(luxx: Luxx) -> None:
    await luxx.enter("ann")
    provider = await luxx.provide()
    assert set(provider) == PROVIDER
    assert (provider["provider_type"], provider["is_default"]) == ("openai", True)
    assert TIME.fullmatch(provider["created_at"])
    listed = await luxx.data("GET", "/api/providers/")
    assert listed == {"providers": [provider], "total": 1}
    path = f"/api/providers/{provider['id']}"
    assert await luxx.data("GET", path) == provider
    renamed = await luxx.data("PUT", path, json={"name": "New", "enabled": True})
    assert renamed["name"] == "New"
    assert (await luxx.data("GET", f"{path}/models"))["models"]
    tested = await luxx.call("POST", f"{path}/test")
    assert tested["message"].startswith("HTTP 200: ")
    assert set(tested["data"]) == {"status_code", "success", "response_body"}
    assert (tested["data"]["status_code"], tested["data"]["success"]) == (200, True)
    deleted = await luxx.call("DELETE", path)
    assert deleted == {"success": True, "message": "Provider deleted"}
    await luxx.call("GET", path, status=404)


async def test_conversations_from_creation_to_deletion(ann: Luxx) -> None:
    fields = {
        "project_id": "p",
        "title": "Plans",
        "model": "luxx-demo",
        "provider_id": (await ann.data("GET", "/api/providers"))["providers"][0]["id"],
        "system_prompt": "You are a helpful assistant.",
        "temperature": 0.5,
        "max_tokens": 100,
        "thinking_enabled": True,
    }
    created = await ann.call("POST", "/api/conversations/", json=fields)
    assert created["message"] == "会话创建成功"
    conversation = created["data"]
    assert set(conversation) == CONVERSATION
    assert {key: conversation[key] for key in fields} == fields
    path = f"/api/conversations/{conversation['id']}"
    assert await ann.data("GET", path) == conversation
    changed = await ann.data("PUT", path, json={"title": "Other", "temperature": 1})
    assert (changed["title"], changed["temperature"]) == ("Other", 1.0)
    page = await ann.data("GET", "/api/conversations/", params={"project_id": "p", "page": 1})
    assert page == {"items": [changed], "total": 1, "page": 1, "page_size": 20}
    empty = await ann.data("GET", "/api/conversations", params={"project_id": "q"})
    assert (empty["items"], empty["total"]) == ([], 0)
    refused = await ann.call("GET", "/api/conversations?page_size=0", status=422)
    assert refused["errors"][0]["field"] == "page_size"
    assert (await ann.call("DELETE", path))["message"] == "会话删除成功"
    await ann.call("GET", path, status=404)


async def test_a_message_is_sent_and_listed_as_documented(ann: Luxx) -> None:
    await User.filter(username="ann").update(permission_level=PermissionLevel.ADMIN)
    conversation_id = await ann.converse()
    ann.model.script += [
        Reply(thinking="Let me see", tool_calls=[Call("process_data", {"data": "[1]"})]),
        Reply("All done."),
    ]
    body = {"conversation_id": conversation_id, "content": "Hello", "thinking_enabled": True}
    exchange = await ann.data("POST", "/api/messages/", json=body)
    asked, answer = exchange["user_message"], exchange["assistant_message"]
    assert set(asked) == set(answer) == MESSAGE
    assert (asked["role"], asked["content"], asked["status"]) == ("user", "Hello", "completed")
    assert (asked["process_steps"], asked["usage"], asked["attachments"]) == ([], None, [])
    assert (answer["role"], answer["content"], answer["text"]) == (
        "assistant",
        "All done.",
        "All done.",
    )
    assert set(answer["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}
    steps = answer["process_steps"]
    assert [step["type"] for step in steps] == ["thinking", "tool_call", "tool_result", "text"]
    assert set(steps[0]) == {"id", "index", "type", "content"}
    assert set(steps[1]) == {"id", "index", "type", "id_ref", "name", "arguments"}
    assert set(steps[2]) == {"id", "index", "type", "id_ref", "name", "content", "success"}
    assert steps[1]["id_ref"] == steps[2]["id_ref"]
    listed = await ann.data("GET", "/api/messages/", params={"conversation_id": conversation_id})
    assert listed == {"messages": [asked, answer], "title": "Hello", "first_message": "Hello"}
    assert await ann.data("GET", f"/api/messages/{answer['id']}") == answer
    newest = {"conversation_id": conversation_id, "limit": 1}
    assert (await ann.data("GET", "/api/messages", params=newest))["messages"] == [answer]
    older = {"conversation_id": conversation_id, "before": answer["id"]}
    assert (await ann.data("GET", "/api/messages", params=older))["messages"] == [asked]
    deleted = await ann.call("DELETE", f"/api/messages/{asked['id']}")
    assert deleted == {"success": True, "message": "Message deleted"}
    await ann.call("GET", f"/api/messages/{asked['id']}", status=404)


async def test_a_list_of_messages_needs_its_conversation(ann: Luxx) -> None:
    refused = await ann.call("GET", "/api/messages/", status=422)
    assert refused["errors"] == [{"field": "conversation_id", "message": "is required"}]
    await ann.call("GET", "/api/messages/?conversation_id=conv_none", status=404)
    await ann.call("GET", "/api/messages/?conversation_id=conv_none&limit=ten", status=422)


async def test_a_reply_is_streamed_with_the_documented_events(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    ann.model.script += [
        Reply(thinking="Hmm", tool_calls=[Call("process_data", {"data": "[1]"})]),
        Reply("A text of some length."),
    ]
    body = {"conversation_id": conversation_id, "content": "Hi", "enabled_tools": ["process_data"]}
    events = await ann.stream(body)
    assert [event.event for event in events[:-1]] == ["process_step"] * (len(events) - 1)
    assert all(set(event.data) == {"step"} for event in events[:-1])
    last: dict[str, Any] = {}
    for event in events[:-1]:
        step: Any = event.data["step"]
        last[step["id"]] = step
    assert [step["type"] for step in last.values()] == [
        "thinking",
        "tool_call",
        "tool_result",
        "text",
    ]
    assert last["step-3"]["content"] == "A text of some length."
    done = events[-1]
    assert done.event == "done"
    assert set(done.data) == {"message_id", "token_count", "usage"}
    message = await ann.data("GET", f"/api/messages/{done.data['message_id']}")
    assert message["process_steps"] == list(last.values())
    assert (message["token_count"], message["usage"]) == (
        done.data["token_count"],
        done.data["usage"],
    )
    ids = [int(event.id or 0) for event in events]
    assert ids == sorted(set(ids))


async def test_deltas_add_up_to_the_reply(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    text = "All work and no play. " * 20
    ann.model.script.append(Reply(text))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    events = await ann.stream(body, "?delta=true")
    steps = [event for event in events if event.event == "process_step"]
    assert "".join(str(event.data["delta"]) for event in steps) == text
    assert all("content" not in json.dumps(event.data["step"]) for event in steps)


async def test_following_resumes_after_any_event(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    ann.model.script.append(Reply("A text of some length, in several pieces."))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    await ann.stream(body, "?delta=true")
    listed = await ann.data("GET", "/api/messages", params={"conversation_id": conversation_id})
    asked, answer = listed["messages"]
    path = f"/api/messages/{answer['id']}/stream?delta=true"
    whole = await ann.http.get(path)
    assert whole.headers["content-location"] == f"/api/messages/{answer['id']}/stream"
    events = frames(whole.text)
    for seen, event in enumerate(events, start=1):
        rest = await ann.http.get(path, headers={"Last-Event-ID": event.id or ""})
        assert [each.id for each in frames(rest.text)] == [each.id for each in events[seen:]]
    for bad in ("x", "-1", "9" * 30):
        refused = await ann.call("GET", f"{path}&after={bad}", status=422)
        assert refused["errors"][0]["field"] == "after"
    await ann.call("GET", f"/api/messages/{asked['id']}/stream", status=422)
    await ann.call("GET", "/api/messages/msg_none/stream", status=404)


async def test_a_viewer_that_leaves_does_not_end_the_reply(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    hold = asyncio.Event()
    ann.model.script.append(Reply("A text that goes on without its viewer.", hold=hold))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    async with ann.http.stream("POST", "/api/messages/stream", json=body) as answer:
        location = answer.headers["content-location"]
    await ann.call("POST", "/api/messages/stream", status=409, json=body)
    hold.set()
    events = frames((await ann.http.get(location)).text)
    assert events[-1].event == "done"
    message = await ann.data("GET", location.removesuffix("/stream"))
    assert message["content"] == "A text that goes on without its viewer."


async def test_a_reply_can_be_cancelled(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    ann.model.script.append(Reply("Never to be finished.", hold=asyncio.Event()))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    async with ann.http.stream("POST", "/api/messages/stream", json=body) as answer:
        path = answer.headers["content-location"].removesuffix("/stream")
        cancelled = await ann.call("POST", f"{path}/cancel")
        text = (await answer.aread()).decode()
    assert cancelled["message"] == "Message cancelled"
    assert cancelled["data"]["status"] == "cancelled"
    last = frames(text)[-1]
    assert (last.event, set(last.data)) == ("error", {"content"})


async def test_a_repeated_start_with_the_same_key_sends_once(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    ann.model.script += [Reply("Once."), Reply("Twice.")]
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "k-1"}
    first = await ann.http.post("/api/messages/stream", json=body, headers=headers)
    again = await ann.http.post("/api/messages/stream", json=body, headers=headers)
    assert frames(first.text)[-1].data == frames(again.text)[-1].data
    assert len(ann.model.requests) == 1


async def test_a_provider_that_fails_ends_the_stream_with_an_error(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    ann.model.script.append(Reply(status=401, error="No such key"))
    events = await ann.stream({"conversation_id": conversation_id, "content": "Hi"})
    assert (events[-1].event, set(events[-1].data)) == ("error", {"content"})


async def test_tools_are_listed_shown_and_run(ann: Luxx) -> None:
    listed = await ann.data("GET", "/api/tools/")
    assert listed["total"] == len(listed["tools"])
    assert set(listed["categorized"]) == {"code", "file", "shell", "crawler", "data"}
    assert set(listed["tools"][0]) == {"name", "description", "category", "parameters"}
    data = await ann.data("GET", "/api/tools", params={"category": "data"})
    assert [tool["name"] for tool in data["tools"]] == ["process_data"]
    tool = await ann.data("GET", "/api/tools/process_data")
    assert tool["category"] == "data"
    arguments = {"data": '{"a": [1, 2]}', "operation": "query", "query": "a[1]"}
    answer = await ann.data("POST", "/api/tools/process_data/execute", json=arguments)
    assert set(answer) == {"result"}
    await ann.call("GET", "/api/tools/none", status=404)
    await ann.call("GET", "/api/tools?category=other", status=422)
    await ann.call("POST", "/api/tools/file_write/execute", status=403, json={"path": "a"})


async def test_what_belongs_to_somebody_else_does_not_exist(ann: Luxx) -> None:
    conversation_id = await ann.converse()
    exchange = await ann.data(
        "POST", "/api/messages", json={"conversation_id": conversation_id, "content": "Hi"}
    )
    message_id = exchange["assistant_message"]["id"]
    await ann.enter("bob")
    for method, path in [
        ("GET", f"/api/conversations/{conversation_id}"),
        ("DELETE", f"/api/conversations/{conversation_id}"),
        ("GET", f"/api/messages?conversation_id={conversation_id}"),
        ("GET", f"/api/messages/{message_id}"),
        ("GET", f"/api/messages/{message_id}/stream"),
        ("POST", f"/api/messages/{message_id}/cancel"),
        ("DELETE", f"/api/messages/{message_id}"),
    ]:
        assert (await ann.call(method, path, status=404))["code"] == "NOT_FOUND"


async def test_no_address_but_the_public_ones_answers_a_stranger(luxx: Luxx) -> None:
    for method, path in [
        ("GET", "/api/auth/me"),
        ("GET", "/api/messages/msg_1/stream"),
        ("POST", "/api/messages/stream"),
        ("GET", "/api/tools"),
    ]:
        refused = await luxx.call(method, path, status=401)
        assert refused["code"] == "UNAUTHENTICATED"
