"""The log of a whole session: a line for each request, and nobody's secret in any."""

import json
from typing import Any

from server.conftest import Upstream
from server.running import Client, Luxx, client, launch
from server.sockets import exchange, head
from server.subscribing import follow, socket

from luxx.config import Settings
from luxx.llm.demo import Reply

PASSWORD = "canary-password-1"
KEY = "sk-canary-key-2"
CONTENT = "canary content 3"
QUERY = "canaryQuery4"
ANSWER = "canary answer 5"


async def everything(luxx: Luxx, upstream: Upstream, here: Client) -> None:
    """A session with all that can go wrong in it."""
    body = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
    await here.refused("POST", "/api/auth/register", json=body | {"email": PASSWORD})
    await here.refused("POST", "/api/auth/login", json=body | {"extra": PASSWORD})
    await here.refused("POST", "/api/auth/login", json={"username": KEY, "password": KEY})
    await here.refused("POST", "/api/auth/login", content=f'{{"password": "{PASSWORD}"')
    number = await here.provider(upstream.url, api_key=KEY)
    await here.refused("PUT", f"/api/providers/{number}", json={"api_key": [KEY]})
    await here.refused("PUT", f"/api/providers/{number}", json={"base_url": f"ftp://{KEY}@a"})
    upstream.model.script.append(Reply(status=401, error=f"Your key {KEY} is wrong"))
    tested = await here.http.post(f"/api/providers/{number}/test")
    here.refusals.append(tested.text)
    conversation = await here.conversation()
    upstream.model.script.append(Reply(status=400, error=f"It was {KEY}"))
    sent = {"conversation_id": conversation, "content": CONTENT}
    assert await here.refused("POST", "/api/messages", json=sent) == 502
    await here.refused("POST", "/api/messages", json=sent | {"enabled_tools": [CONTENT]})
    upstream.model.script.append(Reply(text=ANSWER))
    message_id = await here.start(conversation, CONTENT)
    async with socket(luxx.url, here.token) as connection:
        await follow(connection, message_id)
    for query in (
        f'mutation {{ login(username: "{QUERY}", password: "{PASSWORD}") {{ accessToken }} }}',
        f'{{ {QUERY}(key: "{KEY}") }}',
        f'mutation {{ login(username: 5, password: "{PASSWORD}',
        f'{{ provider(id: "{KEY}") {{ id }} }}',
    ):
        here.refusals.append(json.dumps(await here.graphql(query)))
    await here.refused("GET", f"/api/messages/{message_id}?token={KEY}&after={KEY}")
    await here.refused("GET", "/api/nothing%0a2026-01-01T00:00:00Z%20INFO%20forged")
    await here.refused("GET", "/api/auth/me", headers={"Authorization": f"Bearer {KEY}"})
    await exchange(luxx.url, [head("GET", f"/graphql?token={KEY}", "Upgrade: websocket")])


def access(lines: list[dict[str, Any]], path: str, method: str = "") -> dict[str, Any]:
    return next(line for line in lines if line["message"].endswith(f"{method} {path}"))


async def test_nothing_that_is_said_in_a_session_is_in_the_log(
    settings: Settings, upstream: Upstream
) -> None:
    variables = {"LUXX_LOG_FORMAT": "console", "LUXX_LOG_LEVEL": "debug"}
    async with launch(settings, password=PASSWORD, **variables) as luxx:
        async with client(luxx.url, enter=False) as here:
            await here.enter(password=PASSWORD)
            await everything(luxx, upstream, here)
        assert await luxx.stop() == 0
    for canary in (PASSWORD, KEY, CONTENT, QUERY, ANSWER, here.token, here.token[-20:], "\x1b"):
        assert canary not in luxx.logged
        assert canary not in luxx.printed
    assert "\nforged" not in luxx.logged
    assert "Traceback" not in luxx.logged
    assert not [text for text in here.refusals if PASSWORD in text or KEY in text]
    if settings.is_sqlite:
        stored = b"".join(file.read_bytes() for file in settings.data_dir.glob("luxx.db*"))
        assert CONTENT.encode() in stored
        for secret in (PASSWORD, KEY, here.token):
            assert secret.encode() not in stored


async def test_every_request_has_one_line_that_says_who_did_what(
    settings: Settings, upstream: Upstream
) -> None:
    async with launch(settings, LUXX_LOG_FORMAT="json") as luxx, client(luxx.url) as here:
        answer = await here.http.get("/api/auth/me", headers={"X-Request-Id": "mine-1"})
        assert answer.headers["X-Request-Id"] == "mine-1"
        made = await here.http.get("/api", headers={"X-Request-Id": "not mine\n"[:-1]})
        await here.graphql("query Mine { me { username } }")
        await here.graphql("{ me { username } }")
        await here.refused("GET", "/api/conversations/none")
        await here.provider(upstream.url)
        async with socket(luxx.url, here.token) as connection:
            await follow(connection, await here.start(await here.conversation()))
        assert await luxx.stop() == 0
    lines = [json.loads(line) for line in luxx.logged.splitlines()]
    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in lines)
    asked = [line for line in lines if line["logger"] == "luxx.access"]
    assert all(line.keys() >= {"request", "user", "operation", "status", "ms"} for line in asked)
    assert len({line["request"] for line in asked}) == len(asked)
    me = access(asked, "/api/auth/me")
    assert (me["request"], me["user"], me["operation"]) == ("mine-1", "admin", "Me")
    assert (me["status"], me["level"]) == (200, "info")
    login = access(asked, "/api/auth/login")
    assert (login["user"], login["operation"]) == ("-", "Login")
    plain = access(asked, "/api")
    assert (plain["request"], plain["operation"]) == (made.headers["X-Request-Id"], "-")
    assert access(asked, "/api/conversations/none")["status"] == 404
    posts = [line for line in asked if line["message"] == "POST /graphql"]
    assert [line["operation"] for line in posts][:2] == ["Mine", "query"]
    over = access(asked, "/graphql", "WEBSOCKET")
    assert (over["status"], over["user"], over["operation"]) == (101, "admin", "subscription")
