"""The endpoint over real HTTP and server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from schema.asking import FOLLOW

from luxx.core import conversations, messages
from luxx.core.follow import follow
from luxx.core.services import Services
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import Message, Provider, User
from luxx.schema.limits.documents import MAX_TEXT

ME = {"query": "{ me { username } }"}


@pytest.fixture
async def client(endpoint: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=endpoint, timeout=10, trust_env=False) as made:
        yield made


@pytest.fixture
async def held(
    services: Services, ann: User, provider: Provider, model: tuple[ScriptedModel, str]
) -> Message:
    """A reply that has begun and does not go on."""
    model[0].script.append(Reply(text="Good morning", hold=asyncio.Event()))
    conversation = await conversations.create(ann, {})
    exchange = await messages.send(
        services, ann, conversation_id=conversation.id, content="Hello", enabled_tools=[]
    )
    return exchange.assistant_message


async def test_an_operation_is_a_post(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post("", json=ME, headers=headers)

    assert response.status_code == 200
    assert response.json() == {"data": {"me": {"username": "ann"}}}


async def test_an_error_has_a_code(client: httpx.AsyncClient) -> None:
    response = await client.post("", json=ME, headers={"authorization": "Basic abc"})

    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "BAD_REQUEST"),
        (b"{", 400, "BAD_REQUEST"),
        (b"\xff", 400, "BAD_REQUEST"),
        (b"5", 400, "BAD_REQUEST"),
        (b"[]", 400, "BAD_REQUEST"),
        (b'[{"query": "{ me { id } }"}]', 400, "BAD_REQUEST"),
        (b"{}", 400, "BAD_REQUEST"),
        (b'{"query": 5}', 400, "BAD_REQUEST"),
        (b'{"query": "{ me { id } }", "variables": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ me { id } }", "operationName": "Other"}', 400, "BAD_REQUEST"),
        (b'{"query": "{ me { id } }", "operationName": {}}', 400, "BAD_REQUEST"),
        (b'{"query": "{ me"}', 200, "BAD_USER_INPUT"),
        (b"[" * 100_000, 400, "BAD_REQUEST"),
    ],
)
async def test_what_is_no_operation_is_answered_as_graphql_answers(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    response = await client.post("", content=body, headers={"content-type": "application/json"})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    (error,) = response.json()["errors"]
    assert error["message"]
    assert error["extensions"] == {"code": code}


async def test_a_body_that_is_too_large_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """Announced or not: it is counted while it is read."""
    piece = b'{"query": "' + b" " * 200_000

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield piece

    for content in (piece * 11, endless()):
        answer = await client.post(
            "", content=content, headers=headers | {"content-type": "application/json"}
        )
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "*/*, text/html"])
async def test_a_text_that_is_too_long_is_refused_before_it_is_parsed(
    client: httpx.AsyncClient, headers: dict[str, str], accept: str
) -> None:
    def body(length: int) -> dict[str, str]:
        return {"query": "{ me { id } } #".ljust(length, "\N{GRINNING FACE}")}

    accepts = headers | {"accept": accept}
    longest = await client.post("", json=body(MAX_TEXT), headers=accepts)
    assert "data" in longest.text
    answer = await client.post("", json=body(MAX_TEXT + 1), headers=accepts)
    assert answer.status_code == 413
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}
    assert "query: expected at most 64,000 characters" in error["message"]


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
async def test_a_body_must_be_json(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post("", content=b"{}", headers={"content-type": content_type})

    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"] == {"code": "UNSUPPORTED_MEDIA"}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "", params={"query": "{ me { id } }"})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_numbers_of_any_length_come_through(
    client: httpx.AsyncClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from luxx.core.toolbox import Toolbox  # noqa: PLC0415

    async def execute(*_: Any) -> Any:
        return {"n": 2**100}

    monkeypatch.setattr(Toolbox, "execute", execute)
    query = 'mutation { executeTool(name: "x", arguments: {}) }'

    response = await client.post("", json={"query": query}, headers=headers)

    assert response.json() == {"data": {"executeTool": {"n": 2**100}}}


async def _sse(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> list[Any]:
    accept = headers | {"accept": "text/event-stream"}
    async with client.stream("POST", "", json=body, headers=accept) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line async for line in response.aiter_lines()]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ") or "null"))
        for name, data in zip(lines[::3], lines[1::3], strict=False)
    ]


async def test_a_subscription_over_server_sent_events(
    client: httpx.AsyncClient, headers: dict[str, str], reply: Message
) -> None:
    events = await _sse(client, headers, query=FOLLOW, variables={"id": reply.id})

    *steps, end, complete = [
        data and data["data"]["messageEvents"] for name, data in events if name
    ]
    assert "".join(step["delta"] for step in steps) == "Good morning"
    assert end == {"__typename": "MessageCompleted"}
    assert complete is None
    assert events[-1][0] == "complete"


#: What urql sends with every request.
EITHER = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"


@pytest.mark.parametrize("query", ["{ me { id } }", "{ me", "query A { me { id } } query B { x }"])
async def test_a_client_that_takes_both_is_answered_with_json(
    client: httpx.AsyncClient, headers: dict[str, str], query: str
) -> None:
    response = await client.post("", json={"query": query}, headers=headers | {"accept": EITHER})
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()


async def test_a_client_that_takes_both_is_streamed_a_subscription(
    client: httpx.AsyncClient, headers: dict[str, str], reply: Message
) -> None:
    body = {"query": FOLLOW, "variables": {"id": reply.id}}
    response = await client.post("", json=body, headers=headers | {"accept": EITHER})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "\r" not in response.text
    assert response.text.endswith("event: complete\ndata: \n\n")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "multipart/mixed"])
@pytest.mark.parametrize("more", [{}, {"operationName": "Follow", "extensions": {}}])
async def test_a_subscription_without_a_stream_is_told_what_it_needs(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    accept: str,
    more: dict[str, Any],
) -> None:
    query = FOLLOW.replace("subscription", "subscription Follow")
    query += " query Me { me { id } }" if more else ""
    body = {"query": query, "variables": {"id": "msg_none"}, **more}

    response = await client.post("", json=body, headers=headers | {"accept": accept})

    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "Accept: text/event-stream, or a websocket (graphql-transport-ws)" in error["message"]
    assert caplog.records == []
    if more:
        body["operationName"] = "Me"
        del body["variables"]
        response = await client.post("", json=body, headers=headers | {"accept": accept})
        assert response.json()["data"]["me"]["id"]


async def test_what_is_wrong_with_a_streamed_operation_is_its_first_event(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for query, code in ((FOLLOW, "NOT_FOUND"), ("{ me {", "BAD_USER_INPUT")):
        events = await _sse(client, headers, query=query, variables={"id": "msg_none"})

        assert events[0][1]["errors"][0]["extensions"]["code"] == code
        assert [name for name, _ in events] == ["next", "complete"]


async def test_a_client_that_leaves_ends_its_stream_and_not_the_reply(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    held: Message,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = asyncio.Event()

    async def watched(*args: Any, **options: Any) -> AsyncIterator[Any]:
        updates = await follow(*args, **options)

        async def events() -> AsyncIterator[Any]:
            try:
                async for update in updates:
                    yield update
            finally:
                ended.set()

        return events()

    monkeypatch.setattr("luxx.schema.events.follow", watched)
    body = {"query": FOLLOW, "variables": {"id": held.id}}
    accept = headers | {"accept": "text/event-stream"}
    async with client.stream("POST", "", json=body, headers=accept) as response:
        async for line in response.aiter_lines():
            if "delta" in line:
                break
        assert not ended.is_set()

    async with asyncio.timeout(10):
        await ended.wait()
    assert (await Message.get(id=held.id)).status == "running"
