"""The other two ways to follow a reply: graphql-transport-ws and graphql-sse."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from server.running import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

FOLLOW = """
subscription ($id: ID!, $after: ID) {
  messageEvents(messageId: $id, after: $after) {
    __typename
    ... on StepUpdated { cursor delta step { index type } }
    ... on MessageCompleted { cursor tokenCount }
    ... on MessageFailed { cursor content code }
  }
}
"""
Events = list[dict[str, Any]]


@asynccontextmanager
async def socket(url: str, token: str) -> AsyncIterator[ClientConnection]:
    """A websocket whose `connection_init` was sent."""
    address = url.replace("http:", "ws:") + "/graphql"
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(address, subprotocols=[protocol], proxy=None) as connection:
        payload = {"Authorization": f"Bearer {token}"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield connection


async def receive(connection: ClientConnection) -> dict[str, Any]:
    received: dict[str, Any] = json.loads(await connection.recv())
    return received


async def follow(connection: ClientConnection, message_id: str) -> tuple[Events, bool]:
    """The events of a reply, and whether the subscription was completed."""
    assert (await receive(connection))["type"] == "connection_ack"
    payload = {"query": FOLLOW, "variables": {"id": message_id}}
    await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    events: Events = []
    async for text in connection:
        message = json.loads(text)
        if message["type"] == "next":
            events.append(message["payload"]["data"]["messageEvents"])
        elif message["type"] == "complete":
            return events, True
    return events, False


async def follow_sse(client: Client, message_id: str) -> tuple[Events, bool]:
    """As `follow`, over graphql-sse in distinct connections mode."""
    events: Events = []
    kind, body = "", {"query": FOLLOW, "variables": {"id": message_id}}
    headers = {"Accept": "text/event-stream"}
    async with client.http.stream("POST", "/graphql", json=body, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:") and kind == "next":
                events.append(json.loads(line[5:])["data"]["messageEvents"])
    return events, kind == "complete"
