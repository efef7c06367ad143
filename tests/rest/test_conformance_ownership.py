"""What belongs to somebody else is neither seen nor changed by the documented REST API."""

import asyncio
import re
from typing import Any

from consumer import CODES, IN_SCOPE, OWN_IDS, Luxx, say
from frames import frames
from rest.contract import filled

from luxx.llm.demo import Reply

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
    ("GET /api/agents/{agent_id}", {}, 404),
    ("PUT /api/agents/{agent_id}", {"name": "mine"}, 404),
    ("DELETE /api/agents/{agent_id}", {}, 404),
    ("POST /api/agents", {"name": "x", "provider_id": "{provider_id}"}, 404),
    ("PUT /api/agents/{own_agent_id}", {"provider_id": "{provider_id}"}, 404),
    ("GET /api/chat-rooms/{room_id}", {}, 404),
    ("PUT /api/chat-rooms/{room_id}", {"title": "mine"}, 404),
    ("PUT /api/chat-rooms/{room_id}", {"status": "idle"}, 404),
    ("PUT /api/chat-rooms/{room_id}", {"status": "paused"}, 404),
    ("DELETE /api/chat-rooms/{room_id}", {}, 404),
    ("POST /api/chat-rooms/{room_id}/start", {}, 404),
    ("GET /api/chat-rooms/{room_id}/stream", {}, 404),
    ("POST /api/chat-rooms/{room_id}/stop", {}, 404),
    ("POST /api/chat-rooms/{room_id}/reset", {}, 404),
    ("GET /api/chat-rooms/{room_id}/messages", {}, 404),
    ("POST /api/chat-rooms/{room_id}/agents", {"name": "mine"}, 404),
    ("PUT /api/chat-rooms/{room_id}/agents/{agent_id}", {"name": "mine"}, 404),
    ("DELETE /api/chat-rooms/{room_id}/agents/{agent_id}", {}, 404),
    ("PUT /api/chat-rooms/{room_id}/agents/{seat_id}", {"turn_order": 0}, 404),
    ("DELETE /api/chat-rooms/{room_id}/agents/{seat_id}", {}, 404),
    ("PUT /api/chat-rooms/{own_room_id}/agents/{seat_id}", {"name": "mine"}, 404),
    ("DELETE /api/chat-rooms/{own_room_id}/agents/{seat_id}", {}, 404),
    ("POST /api/chat-rooms/{own_room_id}/agents", {"agent_id": "{agent_id}"}, 404),
    (
        "POST /api/chat-rooms/{own_room_id}/agents",
        {"name": "x", "provider_id": "{provider_id}"},
        404,
    ),
    ("GET /api/chat-rooms/{own_room_id}/messages", {"before": "{message_id}"}, 422),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"agent_id": "{agent_id}"}]},
        404,
    ),
    (
        "POST /api/chat-rooms",
        {"title": "x", "task": "x", "agents": [{"name": "x", "provider_id": "{provider_id}"}]},
        404,
    ),
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
    said = await say(ann, conversation_id, "Hi")
    agent_id = await ann.invent(provider_id=provider_id)
    room = await ann.convene(agents=[{"agent_id": agent_id}])
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
            "agent_id": agent_id,
            "own_agent_id": await ann.invent("bob"),
            "room_id": room["id"],
            "own_room_id": (await ann.convene("bob"))["id"],
            "seat_id": room["agents"][0]["id"],
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
    assert (await ann.data("bob", "GET", "/api/chat-rooms"))["total"] == 1
    assert len(await ann.data("bob", "GET", "/api/agents")) == 1


async def _try_foreign(
    luxx: Luxx, request: str, given: Any, status: int, known: dict[str, Any]
) -> None:
    method, path = request.format(**known).split()
    options: dict[str, Any] = {"params" if method == "GET" else "json": given}
    if method == "DELETE":
        options = {}
    body = await luxx.refused("bob", method, path, status, **options)
    assert body["code"] == CODES[status]
    if method == "POST" and status == 404:
        # It is not the address that is wrong.
        (named,) = re.findall(r"'(\w+_id)'", repr(given)) or (None,)
        assert (body.get("errors", [{}])[0].get("field") or "").rpartition(".")[2] == (named or "")
    for name in (each[1:-1] for each in OWN_IDS if each in request):
        # What is hidden looks like what does not exist.
        none = known | {name: 999 if isinstance(known[name], int) else "none"}
        path = request.format(**none).split()[1]
        absent = await luxx.refused("bob", method, path, status, **options)
        text = re.sub(rf"\b{known[name]}\b", str(none[name]), body["message"])
        assert {**body, "message": text} == absent


async def _belongings(luxx: Luxx) -> list[Any]:
    """All that ann has."""
    page = await luxx.data("ann", "GET", "/api/conversations/")
    return [
        page,
        [await luxx.messages("ann", each["id"]) for each in page["items"]],
        await luxx.data("ann", "GET", "/api/providers"),
        await luxx.data("ann", "GET", "/api/auth/me"),
        await luxx.data("ann", "GET", "/api/agents"),
        [
            await luxx.data("ann", "GET", f"/api/chat-rooms/{each['id']}/messages")
            for each in (await luxx.data("ann", "GET", "/api/chat-rooms"))["items"]
        ],
    ]
