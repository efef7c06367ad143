"""One reply, followed over REST, graphql-sse and graphql-transport-ws at the same time."""

import asyncio
import json

import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, Viewer
from server.subscribing import follow, follow_sse, receive, socket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from luxx.llm.demo import Call, Reply

TEXT = "What is said here is said to everybody, piece by piece. " * 10


async def test_all_transports_show_the_same_events(
    luxx: Luxx, admin: Client, upstream: Upstream
) -> None:
    await admin.provider(upstream.url)
    conversation = await admin.conversation()
    upstream.model.script += [
        Reply(thinking="hm", text="Let me see. ", tool_calls=[Call("file_list", {})], pace=0.002),
        Reply(text=TEXT, pace=0.002),
    ]
    viewer = Viewer(admin, await admin.start(conversation))
    async with asyncio.TaskGroup() as group, socket(luxx.url, admin.token) as connection:
        group.create_task(viewer.watch())
        over_sse = group.create_task(follow_sse(admin, viewer.message_id))
        events, completed = await follow(connection, viewer.message_id)
    assert completed
    assert over_sse.result() == (events, True)
    assert [event["cursor"] for event in events] == [frame.id for frame in viewer.seen]
    texts = [event for event in events if event.get("step", {}).get("type") == "TEXT"]
    message = (await admin.messages(conversation))[-1]
    assert "".join(event["delta"] for event in texts) == message["content"]
    assert message["content"] == "Let me see. " + TEXT
    assert events[-1]["tokenCount"] == message["token_count"] > 0


async def closed_with(connection: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await receive(connection)
    assert closed.value.rcvd
    return closed.value.rcvd.code


async def test_a_socket_is_closed_with_the_code_of_what_was_wrong(
    luxx: Luxx, admin: Client
) -> None:
    for token in ("", "nonsense"):
        async with socket(luxx.url, token) as connection:
            assert await closed_with(connection) == 4403
    for sent in ("no JSON", "[]", '{"type": 5}'):
        async with socket(luxx.url, admin.token) as connection:
            assert (await receive(connection))["type"] == "connection_ack"
            await connection.send(sent)
            assert await closed_with(connection) == 4400
    # What only one subscription got wrong ends that one.
    async with socket(luxx.url, admin.token) as connection:
        await receive(connection)
        query = 'subscription { messageEvents(messageId: "none") { __typename } }'
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": query}}
        await connection.send(json.dumps(subscribe))
        answer = await receive(connection)
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "NOT_FOUND"
