"""Somebody who makes a room on a running server and watches it, over REST and both of GraphQL's."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
from frames import Frame, farewell, frames
from server.running import WAIT, Client
from server.subscribing import Events, receive
from websockets.asyncio.client import ClientConnection

WATCH = """
subscription ($id: ID!, $after: ID) {
  roomEvents(roomId: $id, after: $after) {
    __typename
    ... on Event { cursor }
    ... on MessageChunk { messageId delta }
    ... on MessageEnded { messageId status }
  }
}
"""


async def make_room(here: Client, *names: str, **fields: Any) -> str:
    agents = [{"name": name, "role": "guest"} for name in names]
    body = {"title": "Picnic", "task": "Plan a picnic", "agents": agents}
    made = await here.call("POST", "/api/chat-rooms", **body | fields)
    return str(made["id"])


async def start(here: Client, room_id: str) -> None:
    query = "mutation ($id: ID!) { startRoom(id: $id) { status } }"
    answer = await here.graphql(query, id=room_id)
    assert answer["data"]["startRoom"]["status"] == "RUNNING"


async def messages_of(here: Client, room_id: str) -> list[Any]:
    """What was said; without the task."""
    found = await here.call("GET", f"/api/chat-rooms/{room_id}/messages")
    return list(found["messages"])[1:]


class RoomViewer:
    """Watches over REST, in one of its two forms, and comes back with the last id."""

    def __init__(self, client: Client, room_id: str, *, deltas: bool) -> None:
        self._client = client
        self._path = f"/api/chat-rooms/{room_id}/stream" + ("?delta=true" if deltas else "")
        self._before: list[Frame] = []
        self._text = ""
        #: How the connection broke; None while it did not.
        self.broken: httpx.HTTPError | None = None

    @property
    def seen(self) -> list[Frame]:
        return [*self._before, *frames(self._text)]

    @property
    def events(self) -> list[Frame]:
        """What the room said: without the word that the stream itself has broken."""
        return [frame for frame in self.seen if frame.id]

    @property
    def farewell(self) -> str:
        """What the last stream said when it ended before the room's run."""
        return farewell(self._text)

    async def watch(self, client: Client | None = None) -> None:
        """Watch until the stream ends or breaks; with another client, where it was left."""
        self._client = client or self._client
        self._before, self._text, self.broken = self.events, "", None
        headers = {"Last-Event-ID": str(self._before[-1].id)} if self._before else {}
        try:
            async with (
                asyncio.timeout(WAIT),
                self._client.http.stream("GET", self._path, headers=headers) as response,
            ):
                assert response.status_code == 200, await response.aread()
                async for piece in response.aiter_text():
                    self._text += piece
        except httpx.HTTPError as error:
            self.broken = error

    def check(self) -> None:
        """Each id once and increasing; accumulated text is all that came."""
        ids = [int(str(frame.id)) for frame in self.events]
        assert ids == sorted(set(ids))
        joined: dict[str, str] = {}
        for frame in self.events:
            if frame.event == "message_chunk":
                id_ = frame.data["id"]
                joined[id_] = joined.get(id_, "") + frame.data["content"]
                assert frame.data.get("accumulated", joined[id_]) == joined[id_]


def texts(events: Sequence[Frame]) -> dict[str, str]:
    """By message, what its chunks join to."""
    joined: dict[str, str] = {}
    for frame in events:
        if frame.event == "message_start":
            joined[frame.data["id"]] = ""
        elif frame.event == "message_chunk":
            joined[frame.data["id"]] += frame.data["content"]
    return joined


def marks(events: Sequence[Frame]) -> list[tuple[str, str | None]]:
    """What is the same in both forms: all but how text was cut into pieces."""
    return [(frame.event, frame.id) for frame in events if frame.event != "message_chunk"]


async def watch_socket(
    connection: ClientConnection, room_id: str, after: str | None = None
) -> tuple[Events, bool]:
    """The events of a room, and whether the subscription was completed."""
    assert (await receive(connection))["type"] == "connection_ack"
    payload = {"query": WATCH, "variables": {"id": room_id, "after": after}}
    await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    events: Events = []
    async for text in connection:
        message = json.loads(text)
        if message["type"] == "next":
            events.append(_event(message["payload"]))
        elif message["type"] == "complete":
            return events, True
    return events, False


async def watch_sse(client: Client, room_id: str, after: str | None = None) -> tuple[Events, bool]:
    events: Events = []
    kind, body = "", {"query": WATCH, "variables": {"id": room_id, "after": after}}
    headers = {"Accept": "text/event-stream"}
    async with client.http.stream("POST", "/graphql", json=body, headers=headers) as response:
        async for line in response.aiter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:") and kind == "next":
                events.append(_event(json.loads(line[5:])))
    return events, kind == "complete"


def _event(payload: dict[str, Any]) -> dict[str, Any]:
    """An event, or the error that a subscription ended with."""
    if payload.get("errors"):
        return {"error": payload["errors"][0]["extensions"]["code"]}
    found: dict[str, Any] = payload["data"]["roomEvents"]
    return found
