"""The endpoint over real websockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from schema.asking import FOLLOW, Ask, data_of
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from luxx.core.services import Services
from luxx.models import Message, User
from luxx.schema import endpoint as module
from luxx.schema.limits.documents import MAX_TEXT


@asynccontextmanager
async def socket(
    endpoint: str, payload: Any = None, *, protocol: str = "graphql-transport-ws"
) -> AsyncIterator[ClientConnection]:
    url = endpoint.replace("http", "ws", 1)
    subprotocols = [Subprotocol(protocol)]
    async with connect(url, subprotocols=subprotocols, proxy=None, close_timeout=1) as made:
        if payload is not None:
            await made.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield made


async def receive(connection: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        message = await connection.recv()
    assert isinstance(message, str)
    return json.loads(message)


async def closed(connection: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        await receive(connection)
    return connection.close_code


async def subscribe(connection: ClientConnection, id_: str, query: str, **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    await connection.send(json.dumps({"id": id_, "type": "subscribe", "payload": payload}))


@pytest.fixture
def login(headers: dict[str, str]) -> dict[str, str]:
    return {"client": "a test", "Authorization": headers["authorization"]}


async def test_a_subscription_over_a_websocket(
    endpoint: str, login: dict[str, str], reply: Message
) -> None:
    async with socket(endpoint, login) as connection:
        assert (await receive(connection))["type"] == "connection_ack"
        await subscribe(connection, "1", FOLLOW, id=reply.id)
        received = [await receive(connection)]
        while received[-1]["type"] == "next":
            received.append(await receive(connection))

    *events, complete = received
    assert complete == {"id": "1", "type": "complete"}
    last = events[-1]["payload"]["data"]["messageEvents"]
    assert last == {"__typename": "MessageCompleted"}


@pytest.mark.parametrize(
    "payload", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": 5}, {"authorization": ""}]
)
async def test_a_websocket_without_a_valid_login_is_closed(endpoint: str, payload: Any) -> None:
    async with socket(endpoint, payload) as connection:
        assert await closed(connection) == 4403


async def test_a_text_that_is_too_long_is_refused_and_the_socket_goes_on(
    endpoint: str, login: dict[str, str]
) -> None:
    async with socket(endpoint, login) as connection:
        assert (await receive(connection))["type"] == "connection_ack"
        await subscribe(connection, "1", "{ me { id } } #".ljust(MAX_TEXT + 1))
        refused = await receive(connection)
        await subscribe(connection, "1", "{ me { username } }")
        answered = await receive(connection)

    assert (refused["id"], refused["type"]) == ("1", "error")
    assert refused["payload"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}
    assert answered["payload"]["data"] == {"me": {"username": "ann"}}


async def test_every_operation_on_a_websocket_is_checked_again(
    endpoint: str, login: dict[str, str], ann: User
) -> None:
    query = "{ me { username } }"
    async with socket(endpoint, login) as connection:
        await receive(connection)
        await subscribe(connection, "1", query)
        first = await receive(connection)
        await receive(connection)
        await User.filter(id=ann.id).update(is_active=False)
        await subscribe(connection, "2", query)
        second = await receive(connection)

    assert first["payload"]["data"] == {"me": {"username": "ann"}}
    assert second["payload"]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize(
    "message",
    [
        "nonsense",
        "[]",
        "5",
        '{"type": 5}',
        '{"type": "unheard"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 5, "payload": {"query": "{ me { id } }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": {}}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "x", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "x", "operationName": []}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": []}',
    ],
)
async def test_a_malformed_message_closes_the_websocket(
    endpoint: str, login: dict[str, str], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with socket(endpoint, login) as connection:
        await receive(connection)
        await connection.send(message)

        assert await closed(connection) == 4400
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_websocket_that_says_nothing_is_closed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from support import serve  # noqa: PLC0415

    monkeypatch.setattr(module, "CONNECTION_INIT_TIMEOUT", timedelta(milliseconds=50))
    async with serve(module.graphql_app(services, services.settings)) as url, socket(url) as made:
        assert await closed(made) == 4408


async def test_the_old_websocket_protocol_is_not_spoken(endpoint: str) -> None:
    async with socket(endpoint, protocol="graphql-ws") as connection:
        assert await closed(connection) == 4406


async def test_a_websocket_from_a_strange_page_is_refused(endpoint: str) -> None:
    url = endpoint.replace("http", "ws", 1)
    with pytest.raises(InvalidStatus):
        await connect(url, origin=Origin("https://evil.example"), proxy=None)


async def test_operations_of_one_websocket_do_not_share_what_they_loaded(
    endpoint: str, login: dict[str, str], reply: Message, ask: Ask, ann: User
) -> None:
    query = "query ($id: ID!) { conversation(id: $id) { messageCount } }"
    counts = []
    async with socket(endpoint, login) as connection:
        await receive(connection)
        for id_ in ("1", "2"):
            await subscribe(connection, id_, query, id=reply.conversation_id)
            result = await receive(connection)
            counts.append(result["payload"]["data"]["conversation"]["messageCount"])
            await receive(connection)
            delete = "mutation ($id: ID!) { deleteMessage(id: $id) }"
            if id_ == "1":
                data_of(await ask(delete, {"id": reply.id}, user=ann))

    assert counts == [2, 1]
