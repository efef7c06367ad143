"""A room over REST: made, started and followed, each event checked for its documented fields."""

from collections.abc import Sequence
from typing import Any

from consumer import Luxx
from frames import Frame, frames

#: What each event has, the additions to the documented API behind the others.
FIELDS = {
    "room_started": ["type", "room_id", "task"],
    "round_start": ["type", "round", "max_rounds"],
    "message_start": [
        "type",
        "id",
        "room_id",
        "role",
        "sender_name",
        "sender_color",
        "round_number",
    ],
    "message_chunk": ["type", "id", "content", "accumulated"],
    "message_end": ["type", "id", "content", "token_count", "status"],
    "message": [
        "type",
        "id",
        "conversation_id",
        "room_id",
        "role",
        "content",
        "text",
        "sender_name",
        "sender_color",
        "round_number",
        "token_count",
        "status",
        "error",
    ],
    "round_end": ["type", "round"],
    "room_completed": ["type", "room_id", "total_rounds"],
    "room_paused": ["type", "room_id", "round"],
    "agent_error": ["type", "agent", "error"],
    "error": ["type", "content"],
    "process_step": ["type", "message_id", "step"],
}
TURN = ["message_start", "message_chunk", "message_end", "message"]
TEXT = "What is said here is said piece by piece. " * 6


async def make(luxx: Luxx, **fields: Any) -> str:
    body = {
        "title": "Picnic",
        "task": "Plan a picnic",
        "max_rounds": 2,
        "agents": [
            {"name": "Ada", "role": "cook", "color": "#10b981", "enabled_tools": ["process_data"]},
            {"name": "Bob", "role": "buyer"},
        ],
    }
    made = await luxx.data("ann", "POST", "/api/chat-rooms/", json=body | fields)
    return str(made["id"])


async def started(luxx: Luxx, room: str, query: str = "", **headers: str) -> list[Frame]:
    """Start it and follow it to its end."""
    path = f"/api/chat-rooms/{room}/start{query}"
    answer = await luxx.send("ann", "POST", path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["content-location"] == f"/api/chat-rooms/{room}/stream"
    return checked(frames(answer.text), room, delta="delta=true" in query)


async def followed(luxx: Luxx, room: str, query: str = "", **headers: str) -> list[Frame]:
    answer = await luxx.send("ann", "GET", f"/api/chat-rooms/{room}/stream{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return checked(frames(answer.text), room, delta="delta=true" in query)


def checked(seen: list[Frame], room: str, *, delta: bool = False) -> list[Frame]:
    """Each event has exactly its fields, and each cursor comes once and in order."""
    for frame in seen:
        expected = FIELDS[frame.event]
        if delta and frame.event == "message_chunk":
            expected = expected[:-1]
        if delta and frame.event == "process_step":
            expected = [*expected, "delta"]
        assert list(frame.data) == expected
        assert frame.data["type"] == frame.event
        assert frame.data.get("room_id", room) == room
    ids = [int(str(frame.id)) for frame in seen]
    assert ids == sorted(set(ids))
    assert not seen or seen[0].retry == "1000"
    return seen


def events(seen: Sequence[Frame]) -> list[str]:
    """Their names, the chunks of one message once."""
    found: list[str] = []
    for frame in seen:
        if not (frame.event == "message_chunk" and found[-1:] == ["message_chunk"]):
            found.append(frame.event)
    return found


def texts(seen: Sequence[Frame]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for frame in seen:
        if frame.event == "message_chunk":
            id_ = frame.data["id"]
            joined[id_] = joined.get(id_, "") + frame.data["content"]
            assert frame.data.get("accumulated", joined[id_]) == joined[id_]
    return joined


async def stored(luxx: Luxx, room: str) -> list[Any]:
    answer = await luxx.data("ann", "GET", f"/api/chat-rooms/{room}/messages")
    return list(answer["messages"])


def texts_of(seen: Sequence[Frame]) -> list[Any]:
    """What it comes to: the events but for how text was cut into pieces."""
    joined: dict[str, str] = {}
    for frame in seen:
        if frame.event == "message_chunk":
            joined[frame.data["id"]] = joined.get(frame.data["id"], "") + frame.data["content"]
    rest = [frame for frame in seen if frame.event not in {"message_chunk", "process_step"}]
    return [joined, [(frame.id, frame.event, frame.data) for frame in rest]]
