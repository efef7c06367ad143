"""The documented API over a real server and a real database: all but messages."""

import re

import pytest
from consumer import Luxx
from visitor import PASSWORD, Visitor

from luxx.core import accounts, health
from luxx.db.trouble import DatabaseTrouble
from luxx.models import User

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


async def test_registering_and_logging_in_answer_as_documented(visitor: Visitor) -> None:
    account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
    registered = await visitor.call("POST", "/api/auth/register", json=account)
    user_id = registered["data"]["id"]
    assert registered == {
        "success": True,
        "message": "Registration successful",
        "data": {"id": user_id, "username": "ann"},
    }
    del account["email"]
    session = await visitor.call("POST", "/api/auth/login", json=account)
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
    visitor.http.headers["Authorization"] = f"Bearer {session['data']['access_token']}"
    me = await visitor.data("GET", "/api/auth/me")
    assert TIME.fullmatch(me.pop("created_at"))
    assert me == session["data"]["user"]
    assert await visitor.call("POST", "/api/auth/logout") == {
        "success": True,
        "message": "Logout successful",
    }
    await visitor.call("GET", "/api/auth/me", status=401)


async def test_users_are_for_administrators(visitor: Visitor) -> None:
    await visitor.enter("ann")
    await visitor.call("GET", "/api/auth/users", status=403)
    await User.filter(username="ann").update(role="admin")
    users = (await visitor.data("GET", "/api/auth/users"))["users"]
    assert set(users[0]) == ACCOUNT | {"created_at"}
    user_id = users[0]["id"]
    changed = await visitor.data(
        "PUT", f"/api/auth/users/{user_id}", json={"permission_level": 3, "role": "admin"}
    )
    assert (changed["permission_level"], changed["role"]) == (3, "admin")
    refused = await visitor.call(
        "PUT", f"/api/auth/users/{user_id}", status=422, json={"permission_level": 5}
    )
    assert refused["errors"] == [
        {"field": "permission_level", "message": "expected one of 1, 2, 3, 4"}
    ]


async def test_core_errors_keep_their_code_and_field(visitor: Visitor) -> None:
    account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
    await visitor.call("POST", "/api/auth/register", json=account)
    taken = await visitor.call("POST", "/api/auth/register", status=409, json=account)
    assert taken["code"] == "CONFLICT"
    account["password"] = "short"
    refused = await visitor.call("POST", "/api/auth/register", status=422, json=account)
    assert refused["errors"][0]["field"] == "password"
    wrong = {"username": "ann", "password": "wrong password"}
    denied = await visitor.call("POST", "/api/auth/login", status=401, json=wrong)
    assert denied["message"] == "Wrong username or password"


async def test_providers_from_creation_to_deletion(visitor: Visitor) -> None:
    await visitor.enter("ann")
    provider = await visitor.provide()
    assert set(provider) == PROVIDER
    assert (provider["provider_type"], provider["is_default"]) == ("openai", True)
    assert TIME.fullmatch(provider["created_at"])
    listed = await visitor.data("GET", "/api/providers/")
    assert listed == {"providers": [provider], "total": 1}
    path = f"/api/providers/{provider['id']}"
    assert await visitor.data("GET", path) == provider
    renamed = await visitor.data("PUT", path, json={"name": "New", "enabled": True})
    assert renamed["name"] == "New"
    assert (await visitor.data("GET", f"{path}/models"))["models"]
    tested = await visitor.call("POST", f"{path}/test")
    assert tested["message"].startswith("HTTP 200: ")
    assert set(tested["data"]) == {"status_code", "success", "response_body"}
    assert (tested["data"]["status_code"], tested["data"]["success"]) == (200, True)
    deleted = await visitor.call("DELETE", path)
    assert deleted == {"success": True, "message": "Provider deleted"}
    await visitor.call("GET", path, status=404)


async def test_conversations_from_creation_to_deletion(member: Visitor) -> None:
    fields = {
        "project_id": "p",
        "title": "Plans",
        "model": "luxx-demo",
        "provider_id": (await member.data("GET", "/api/providers"))["providers"][0]["id"],
        "system_prompt": "You are a helpful assistant.",
        "temperature": 0.5,
        "max_tokens": 100,
        "thinking_enabled": True,
    }
    created = await member.call("POST", "/api/conversations/", json=fields)
    assert created["message"] == "会话创建成功"
    conversation = created["data"]
    assert set(conversation) == CONVERSATION
    assert {key: conversation[key] for key in fields} == fields
    path = f"/api/conversations/{conversation['id']}"
    assert await member.data("GET", path) == conversation
    changed = await member.data("PUT", path, json={"title": "Other", "temperature": 1})
    assert (changed["title"], changed["temperature"]) == ("Other", 1.0)
    page = await member.data("GET", "/api/conversations/", params={"project_id": "p", "page": 1})
    assert page == {"items": [changed], "total": 1, "page": 1, "page_size": 20}
    empty = await member.data("GET", "/api/conversations", params={"project_id": "q"})
    assert (empty["items"], empty["total"]) == ([], 0)
    refused = await member.call("GET", "/api/conversations?page_size=0", status=422)
    assert refused["errors"][0]["field"] == "page_size"
    assert (await member.call("DELETE", path))["message"] == "会话删除成功"
    await member.call("GET", path, status=404)


async def test_tools_are_listed_shown_and_run(member: Visitor) -> None:
    listed = await member.data("GET", "/api/tools/")
    assert listed["total"] == len(listed["tools"])
    assert set(listed["categorized"]) == {"code", "file", "shell", "crawler", "data"}
    assert set(listed["tools"][0]) == {"name", "description", "category", "parameters"}
    data = await member.data("GET", "/api/tools", params={"category": "data"})
    assert [tool["name"] for tool in data["tools"]] == ["process_data"]
    tool = await member.data("GET", "/api/tools/process_data")
    assert tool["category"] == "data"
    arguments = {"data": '{"a": [1, 2]}', "operation": "query", "query": "a[1]"}
    answer = await member.data("POST", "/api/tools/process_data/execute", json=arguments)
    assert set(answer) == {"result"}
    await member.call("GET", "/api/tools/none", status=404)
    await member.call("GET", "/api/tools?category=other", status=422)
    await member.call("POST", "/api/tools/file_write/execute", status=403, json={"path": "a"})


async def test_what_belongs_to_somebody_else_does_not_exist(member: Visitor) -> None:
    conversation_id = await member.converse()
    exchange = await member.data(
        "POST", "/api/messages", json={"conversation_id": conversation_id, "content": "Hi"}
    )
    message_id = exchange["assistant_message"]["id"]
    await member.enter("bob")
    for method, path in [
        ("GET", f"/api/conversations/{conversation_id}"),
        ("DELETE", f"/api/conversations/{conversation_id}"),
        ("GET", f"/api/messages?conversation_id={conversation_id}"),
        ("GET", f"/api/messages/{message_id}"),
        ("GET", f"/api/messages/{message_id}/stream"),
        ("POST", f"/api/messages/{message_id}/cancel"),
        ("DELETE", f"/api/messages/{message_id}"),
    ]:
        assert (await member.call(method, path, status=404))["code"] == "NOT_FOUND"


async def test_no_address_but_the_public_ones_answers_a_stranger(visitor: Visitor) -> None:
    for method, path in [
        ("GET", "/api/auth/me"),
        ("GET", "/api/messages/msg_1/stream"),
        ("POST", "/api/messages/stream"),
        ("GET", "/api/tools"),
    ]:
        refused = await visitor.call(method, path, status=401)
        assert refused["code"] == "UNAUTHENTICATED"


async def test_a_server_is_ready_while_its_database_answers_and_runs_are_taken(
    luxx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = {"status": "ready", "database": "ok", "queue": "ok"}
    assert (await luxx.http.get("/api/ready")).json() == ready

    async def away(*_: object) -> None:
        raise DatabaseTrouble("gone")

    monkeypatch.setattr(health, "HOLDS", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(health, "plain", away)
        refused = await luxx.http.get("/api/ready")
        assert refused.status_code == 503
        assert refused.json() == {
            "success": False,
            "message": "The database does not answer",
            "code": "UNAVAILABLE",
        }
        degraded = await luxx.http.get("/api/health")
        assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    assert (await luxx.http.get("/api/health")).json()["status"] == "ok"
    await luxx.services.runs.close()
    refused = await luxx.http.get("/api/ready")
    assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
    assert "executes" in refused.json()["message"]


async def test_a_database_that_is_away_is_503_and_no_secret(
    luxx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    await luxx.enter("ann")

    async def away(*_: object) -> None:
        raise DatabaseTrouble("the password is hunter2")

    monkeypatch.setattr(accounts, "rows_of", away)
    headers = {"Authorization": f"Bearer {luxx.tokens['ann']}"}
    for method, path in (("GET", "/api/conversations"), ("GET", "/api/auth/me")):
        answer = await luxx.http.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
        assert "hunter2" not in answer.text


async def test_health_is_for_everybody_and_shows_an_administrator_the_sandbox(luxx: Luxx) -> None:
    await luxx.enter("ann")
    await luxx.enter("root", role="admin")
    public = {"status": "ok", "message": "Luxx API is running"}
    for by in ("", "ann"):
        assert (await luxx.send(by, "GET", "/api/health")).json() == public
    stale = {"Authorization": "Bearer stale"}
    assert (await luxx.http.get("/api/health", headers=stale)).json() == public
    found = (await luxx.send("root", "GET", "/api/health/")).json()
    backend = await luxx.services.toolbox.sandbox.backend()
    sandbox = {"backend": backend.name, "safe": backend.safe}
    assert found == {**public, "sandbox": sandbox | {"reason": found["sandbox"]["reason"]}}
