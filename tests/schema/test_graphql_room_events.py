"""Watching a room over GraphQL: what each event has, from any cursor, on every transport."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from schema.asking import Ask, codes_of, data_of
from strawberry.types import ExecutionResult
from support import until
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from luxx.core.services import Services
from luxx.llm.demo import Call, Reply, ScriptedModel
from luxx.models import Message, Provider, User
from luxx.schema import Context, schema

CREATE = """mutation ($agents: [RoomAgentInput!]!, $rounds: Int) {
  createRoom(input: {title: "Picnic", task: "Plan a picnic", maxRounds: $rounds, agents: $agents}) {
    id
  }
}"""
START = """mutation ($id: ID!, $key: String) {
  startRoom(id: $id, idempotencyKey: $key) { id status currentRound messageCount }
}"""
WATCH = """subscription ($id: ID!, $after: ID) {
  roomEvents(roomId: $id, after: $after) {
    __typename
    ... on Event { cursor }
    ... on RoomStarted { roomId task }
    ... on RoundStarted { round maxRounds }
    ... on MessageStarted { messageId roomId role senderName senderColor roundNumber }
    ... on MessageChunk { messageId delta }
    ... on StepUpdated { messageId delta step { id index type } }
    ... on MessageEnded { messageId content tokenCount status }
    ... on MessageStored {
      message {
        id conversationId roomId role status content text attachments tokenCount error
        senderName senderColor roundNumber createdAt
        usage { promptTokens completionTokens totalTokens estimated }
        processSteps { id index type ... on TextStep { content } }
      }
    }
    ... on RoundEnded { round }
    ... on RoomCompleted { roomId totalRounds }
    ... on RoomPaused { roomId round }
    ... on AgentFailed { agent error }
    ... on RoomFailed { content }
  }
}"""
WHOLE = """subscription ($id: ID!) {
  roomEvents(roomId: $id) {
    ... on MessageChunk { messageId delta accumulated }
    ... on StepUpdated { step { ... on ThinkingStep { content } } }
  }
}"""
ROOM = """query ($id: ID!) {
  room(id: $id) {
    status
    usage { totalTokens estimated }
    messages {
      id conversationId roomId role status content text attachments tokenCount error
      senderName senderColor roundNumber createdAt
      usage { promptTokens completionTokens totalTokens estimated }
      processSteps { id index type ... on TextStep { content } }
    }
  }
}"""
TEXT = "What is said here is said piece by piece. " * 4
Watch = Callable[..., Any]


@pytest.fixture
async def room(ask: Ask, ann: User, provider: Provider) -> str:
    agents = [
        {"name": "Ada", "role": "cook", "color": "#10b981", "enabledTools": ["process_data"]},
        {"name": "Bob", "role": "buyer"},
    ]
    made = data_of(await ask(CREATE, {"agents": agents, "rounds": 1}, user=ann))
    return str(made["createRoom"]["id"])


@pytest.fixture
def begin(ask: Ask, ann: User, room: str) -> Watch:
    async def begin(**variables: Any) -> Any:
        return data_of(await ask(START, {"id": room, **variables}, user=ann))["startRoom"]

    return begin


@pytest.fixture
def watch(context_of: Callable[..., Context], ann: User, room: str) -> Watch:
    async def watch(query: str = WATCH, **variables: Any) -> list[Any]:
        async with asyncio.timeout(10):
            stream = await schema.subscribe(query, {"id": room, **variables}, context_of(ann))
            return [data_of(result)["roomEvents"] async for result in stream]

    return watch


async def test_every_event_of_a_room(
    room: str, begin: Watch, watch: Watch, ask: Ask, ann: User, model: tuple[ScriptedModel, str]
) -> None:
    call = Call("process_data", {"data": "[1]", "operation": "minify"})
    model[0].script += [
        Reply("Let me see. ", thinking="Hm.", tool_calls=[call]),
        Reply(TEXT),
        Reply(status=400, error="no such model"),
    ]
    assert await begin() == {"id": room, "status": "RUNNING", "currentRound": 0, "messageCount": 1}
    events = await watch()
    names = [event["__typename"] for event in events]
    assert list(dict.fromkeys(names)) == [
        "RoomStarted",
        "MessageStored",
        "RoundStarted",
        "MessageStarted",
        "StepUpdated",
        "MessageChunk",
        "MessageEnded",
        "AgentFailed",
        "RoundEnded",
        "RoomCompleted",
    ]
    cursors = [int(event["cursor"]) for event in events]
    assert cursors == sorted(set(cursors))
    shown = data_of(await ask(ROOM, {"id": room}, user=ann))["room"]
    told = [event["message"] for event in events if event["__typename"] == "MessageStored"]
    assert told == shown["messages"]
    ada, bob = shown["messages"][1:]
    chunks = [event for event in events if event["__typename"] == "MessageChunk"]
    assert "".join(each["delta"] for each in chunks) == ada["content"] == f"Let me see. {TEXT}"
    assert {each["messageId"] for each in chunks} == {ada["id"]}
    ended = [event for event in events if event["__typename"] == "MessageEnded"]
    assert [(each["messageId"], each["status"]) for each in ended] == [
        (ada["id"], "COMPLETED"),
        (bob["id"], "FAILED"),
    ]
    assert shown["usage"] == {
        "totalTokens": sum(each["usage"]["totalTokens"] for each in (ada, bob)),
        "estimated": False,
    }
    assert (names[0], names[-1]) == ("RoomStarted", "RoomCompleted")


async def test_accumulated_text_is_given_to_those_who_ask_for_it(
    begin: Watch, watch: Watch, model: tuple[ScriptedModel, str]
) -> None:
    model[0].script += [Reply(TEXT, thinking="Hm, hm."), Reply("Well.")]
    await begin()
    joined: dict[str, str] = {}
    thought = ""
    for event in await watch(WHOLE):
        if "delta" in event:
            id_ = event["messageId"]
            joined[id_] = joined.get(id_, "") + event["delta"]
            assert event["accumulated"] == joined[id_]
        elif "step" in event:
            thought = event["step"]["content"]
    assert list(joined.values()) == [TEXT, "Well."]
    assert thought == "Hm, hm."


async def test_a_room_is_watched_on_from_every_cursor(
    begin: Watch, watch: Watch, model: tuple[ScriptedModel, str]
) -> None:
    model[0].script += [Reply(TEXT, pace=0.002), Reply("Well.")]
    await begin()
    events = await watch()
    for place, event in enumerate(events, start=1):
        assert await watch(after=event["cursor"]) == events[place:]


async def test_a_repeated_start_with_its_key_starts_nothing(
    begin: Watch, watch: Watch, model: tuple[ScriptedModel, str]
) -> None:
    await begin(key="once")
    first = await watch()
    assert (await begin(key="once"))["status"] == "COMPLETED"
    assert await watch() == first
    assert len(model[0].requests) == 2


@pytest.mark.parametrize(
    ("who", "variables", "code"),
    [
        ("nobody", {}, "UNAUTHENTICATED"),
        ("root", {}, "NOT_FOUND"),
        ("ann", {"id": "room_none"}, "NOT_FOUND"),
        ("ann", {"after": "yesterday"}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_is_said_at_once(
    context_of: Callable[..., Context],
    ann: User,
    admin: User,
    room: str,
    who: str,
    variables: dict[str, Any],
    code: str,
) -> None:
    user = {"nobody": None, "root": admin, "ann": ann}[who]
    stream = await schema.subscribe(WATCH, {"id": room} | variables, context_of(user))
    results: list[ExecutionResult] = [result async for result in stream]
    assert [codes_of(result) for result in results] == [[code]]


async def test_a_rooms_message_is_not_followed_as_a_reply(
    begin: Watch, watch: Watch, ask: Ask, context_of: Callable[..., Context], ann: User, admin: User
) -> None:
    await begin()
    await watch()
    message = await Message.filter(seat_id__isnull=False).first()
    assert message is not None
    given = {"id": message.id}
    query = "subscription ($id: ID!) { messageEvents(messageId: $id) { __typename } }"
    stream = await schema.subscribe(query, given, context_of(ann))
    assert [codes_of(result) async for result in stream] == [["BAD_USER_INPUT"]]
    for field in ("cancelMessage(id: $id) { id }", "deleteMessage(id: $id)"):
        mutation = f"mutation ($id: ID!) {{ {field} }}"
        assert codes_of(await ask(mutation, given, user=ann)) == ["BAD_USER_INPUT"]
        assert codes_of(await ask(mutation, given, user=admin)) == ["NOT_FOUND"]
    query = "query ($id: ID!) { message(id: $id) { roomId senderName } }"
    shown = data_of(await ask(query, given, user=ann))["message"]
    assert shown == {"roomId": message.room_id, "senderName": "Ada"}
    assert codes_of(await ask(query, given, user=admin)) == ["NOT_FOUND"]


# Over real connections


async def over_sse(endpoint: str, headers: dict[str, str], **variables: Any) -> list[Any]:
    body = {"query": WATCH, "variables": variables}
    accepting = {**headers, "Accept": "text/event-stream"}
    received: list[Any] = []
    kind = ""
    async with (
        httpx.AsyncClient(timeout=10, trust_env=False) as client,
        client.stream("POST", endpoint, json=body, headers=accepting) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:") and kind == "next":
                received.append(json.loads(line[5:]))
    assert kind == "complete"
    return received


async def over_websocket(endpoint: str, headers: dict[str, str], **variables: Any) -> list[Any]:
    protocol = Subprotocol("graphql-transport-ws")
    received: list[Any] = []
    login = {"Authorization": headers["authorization"]}
    async with connect(
        endpoint.replace("http", "ws", 1), subprotocols=[protocol], proxy=None
    ) as made:
        await made.send(json.dumps({"type": "connection_init", "payload": login}))
        payload = {"query": WATCH, "variables": variables}
        await made.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        async with asyncio.timeout(10):
            async for text in made:
                message = json.loads(text)
                if message["type"] in {"complete", "error"}:
                    received += message.get("payload", [])
                    break
                if message["type"] == "next":
                    received.append(message["payload"])
    return received


TRANSPORTS = (over_sse, over_websocket)


async def test_all_transports_show_a_room_alike_from_before_its_start(
    endpoint: str,
    headers: dict[str, str],
    services: Services,
    room: str,
    begin: Watch,
    watch: Watch,
    model: tuple[ScriptedModel, str],
) -> None:
    model[0].script += [Reply(TEXT, thinking="Hm.", pace=0.002), Reply("Well.")]
    async with asyncio.TaskGroup() as group:
        watching = [group.create_task(each(endpoint, headers, id=room)) for each in TRANSPORTS]
        await until(lambda: services.starts.waiting == len(TRANSPORTS))
        await begin()
    events = await watch()
    assert [event["__typename"] for event in events][-1] == "RoomCompleted"
    for task in watching:
        assert [result["data"]["roomEvents"] for result in task.result()] == events
    middle = len(events) // 2
    after = events[middle]["cursor"]
    for each in TRANSPORTS:
        rest = await each(endpoint, headers, id=room, after=after)
        assert [result["data"]["roomEvents"] for result in rest] == events[middle + 1 :]


async def test_a_login_that_ends_is_told_on_every_transport(
    endpoint: str,
    headers: dict[str, str],
    services: Services,
    room: str,
    ann: User,
    begin: Watch,
    model: tuple[ScriptedModel, str],
) -> None:
    model[0].script.append(Reply(TEXT, hold=asyncio.Event()))
    async with asyncio.TaskGroup() as group:
        watching = [group.create_task(each(endpoint, headers, id=room)) for each in TRANSPORTS]
        await until(lambda: services.starts.waiting == len(TRANSPORTS))
        await begin()
        await model[0].arrived()
        await until(lambda: services.log.readers == len(TRANSPORTS))
        await services.signals.publish("session", f"user:{ann.id}")
    for task in watching:
        last = task.result()[-1]
        (error,) = last.get("errors") or [last]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert services.log.readers == services.starts.waiting == 0
