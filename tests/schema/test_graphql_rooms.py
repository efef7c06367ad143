"""Agents, rooms and seats, each asked through the schema for real."""

import asyncio
from typing import Any

import pytest
from schema.asking import Ask, CountQueries, MakeUser, codes_of, data_of

from luxx.core import agents, rooms
from luxx.core.services import Services
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import Message, MessageRole, Provider, Seat, User, new_id

CREATE_AGENT = """mutation ($input: CreateAgentInput!) {
  createAgent(input: $input) {
    id userId name role providerId provider { name } model systemPrompt color enabledTools
  }
}"""
CREATE_ROOM = """mutation ($input: CreateRoomInput!) {
  createRoom(input: $input) {
    id userId title task status maxRounds currentRound messageCount
    agents { name turnOrder agentId agent { name } usage { totalTokens } }
    messages { id }
    usage { totalTokens estimated }
  }
}"""
PAGE = """{
  rooms(pageSize: 20) {
    items {
      id messageCount
      usage { totalTokens estimated }
      agents { name agent { name provider { name } } usage { totalTokens } }
      messages(limit: 2) { content senderName roundNumber }
    }
    total
  }
}"""
ROOM = {"title": "t", "task": "Discuss"}


async def _room(services: Services, user: User, provider: Provider, spoken: int) -> str:
    """A room with two seats, of which the first has spoken so often."""
    agent = await agents.create(services, user, {"name": "A", "provider_id": provider.id})
    seated = [{"agent_id": agent.id}, {"name": "B"}]
    room = await rooms.create(services, user, ROOM | {"agents": seated})
    first, _ = await Seat.filter(room_id=room.id).order_by("turn_order")
    for number in range(spoken):
        await Message.create(
            id=new_id("msg"),
            room_id=room.id,
            seat_id=first.id,
            sender_name="A",
            sender_color=first.color,
            round_number=number,
            role=MessageRole.ASSISTANT,
            content=str(number),
            prompt_tokens=10,
            completion_tokens=1,
            usage_estimated=number == 2,
        )
    return room.id


async def test_an_agent_is_made_changed_listed_and_deleted(
    ask: Ask, ann: User, provider: Provider
) -> None:
    given = {"name": "Coder", "providerId": provider.id, "color": "#ABCDEF"}
    made = data_of(await ask(CREATE_AGENT, {"input": given}, user=ann))["createAgent"]
    of = {"id": made["id"]}
    update = """mutation ($id: Int!) {
      updateAgent(id: $id, input: {role: "codes", providerId: null}) { role provider { id } }
    }"""
    changed = data_of(await ask(update, of, user=ann))["updateAgent"]
    listed = data_of(await ask("{ agents { id name } }", user=ann))["agents"]
    delete = "mutation ($id: Int!) { deleteAgent(id: $id) }"
    deleted = data_of(await ask(delete, of, user=ann))

    assert made == {
        "id": made["id"],
        "userId": ann.id,
        "name": "Coder",
        "role": "",
        "providerId": provider.id,
        "provider": {"name": "scripted"},
        "model": "",
        "systemPrompt": "",
        "color": "#abcdef",
        "enabledTools": [],
    }
    assert changed == {"role": "codes", "provider": None}
    assert listed == [{"id": made["id"], "name": "Coder"}]
    assert deleted == {"deleteAgent": True}
    get = "query ($id: Int!) { agent(id: $id) { id } }"
    assert codes_of(await ask(get, of, user=ann)) == ["NOT_FOUND"]


async def test_a_room_is_made_changed_listed_and_deleted(ask: Ask, ann: User) -> None:
    agent = data_of(await ask(CREATE_AGENT, {"input": {"name": "A"}}, user=ann))["createAgent"]
    given = ROOM | {"agents": [{"agentId": agent["id"]}, {"name": "B"}]}
    made = data_of(await ask(CREATE_ROOM, {"input": given}, user=ann))["createRoom"]
    of = {"id": made["id"]}
    update = """mutation ($id: ID!) {
      updateRoom(id: $id, input: {title: "New", maxRounds: 7, status: IDLE}) {
        title task maxRounds status
      }
    }"""
    changed = data_of(await ask(update, of, user=ann))["updateRoom"]
    page = data_of(await ask("{ rooms { items { id } total page pageSize } }", user=ann))["rooms"]

    zero = {"totalTokens": 0}
    assert made == {
        "id": made["id"],
        "userId": ann.id,
        "title": "t",
        "task": "Discuss",
        "status": "IDLE",
        "maxRounds": 5,
        "currentRound": 0,
        "messageCount": 0,
        "agents": [
            {
                "name": "A",
                "turnOrder": 0,
                "agentId": agent["id"],
                "agent": {"name": "A"},
                "usage": zero,
            },
            {"name": "B", "turnOrder": 1, "agentId": None, "agent": None, "usage": zero},
        ],
        "messages": [],
        "usage": {"totalTokens": 0, "estimated": False},
    }
    assert changed == {"title": "New", "task": "Discuss", "maxRounds": 7, "status": "IDLE"}
    assert page == {"items": [{"id": made["id"]}], "total": 1, "page": 1, "pageSize": 20}
    delete = "mutation ($id: ID!) { deleteRoom(id: $id) }"
    assert data_of(await ask(delete, of, user=ann)) == {"deleteRoom": True}
    get = "query ($id: ID!) { room(id: $id) { id } }"
    assert codes_of(await ask(get, of, user=ann)) == ["NOT_FOUND"]


async def test_a_room_needs_no_agents_to_be_made(ask: Ask, ann: User) -> None:
    made = data_of(await ask(CREATE_ROOM, {"input": ROOM}, user=ann))["createRoom"]
    assert made["agents"] == []


async def test_what_does_not_fit_in_a_list_is_named_by_its_place(ask: Ask, ann: User) -> None:
    given = ROOM | {"agents": [{"name": "A"}, {"name": "B", "color": "red"}]}
    result = await ask(CREATE_ROOM, {"input": given}, user=ann)

    assert result.errors is not None
    assert result.errors[0].extensions == {"code": "BAD_USER_INPUT", "field": "agents.1.color"}


async def test_a_seat_is_added_changed_moved_and_removed(ask: Ask, ann: User) -> None:
    given = ROOM | {"agents": [{"name": "A"}, {"name": "B"}]}
    room = {"room": data_of(await ask(CREATE_ROOM, {"input": given}, user=ann))["createRoom"]["id"]}
    add = """mutation ($room: ID!) {
      addRoomAgent(roomId: $room, input: {name: "C", enabledTools: ["file_read"]}) {
        id roomId turnOrder enabledTools
      }
    }"""
    added = data_of(await ask(add, room, user=ann))["addRoomAgent"]
    of = room | {"id": added["id"]}
    update = """mutation ($room: ID!, $id: Int!) {
      updateRoomAgent(roomId: $room, id: $id, input: {name: "c", turnOrder: 0}) { name turnOrder }
    }"""
    changed = data_of(await ask(update, of, user=ann))["updateRoomAgent"]
    seated = "query ($room: ID!) { room(id: $room) { agents { name turnOrder } } }"
    moved = data_of(await ask(seated, room, user=ann))["room"]["agents"]
    remove = "mutation ($room: ID!, $id: Int!) { removeRoomAgent(roomId: $room, id: $id) }"
    removed = data_of(await ask(remove, of, user=ann))

    assert added == {
        "id": added["id"],
        "roomId": room["room"],
        "turnOrder": 2,
        "enabledTools": ["file_read"],
    }
    assert changed == {"name": "c", "turnOrder": 0}
    assert [(agent["name"], agent["turnOrder"]) for agent in moved] == [
        ("c", 0),
        ("A", 1),
        ("B", 2),
    ]
    assert removed == {"removeRoomAgent": True}
    left = data_of(await ask(seated, room, user=ann))["room"]["agents"]
    assert [agent["turnOrder"] for agent in left] == [0, 1]
    assert codes_of(await ask(remove, of, user=ann)) == ["NOT_FOUND"]


async def test_a_room_is_started_stopped_and_reset(
    ask: Ask, ann: User, provider: Provider, model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply("I think that", hold=asyncio.Event()))
    given = ROOM | {"agents": [{"name": "A"}]}
    made = data_of(await ask(CREATE_ROOM, {"input": given}, user=ann))["createRoom"]
    of = {"id": made["id"]}
    start = "mutation ($id: ID!) { startRoom(id: $id, idempotencyKey: %s) { status } }"
    stop = """mutation ($id: ID!) {
      stopRoom(id: $id) { status currentRound messages { role status senderName roundNumber } }
    }"""
    reset = "mutation ($id: ID!) { resetRoom(id: $id) { status currentRound messageCount } }"

    for _ in range(2):  # the same key is the same start
        started = data_of(await ask(start % '"k"', of, user=ann))
        assert started == {"startRoom": {"status": "RUNNING"}}
    assert codes_of(await ask(start % "null", of, user=ann)) == ["CONFLICT"]
    await model[0].arrived()
    assert data_of(await ask(stop, of, user=ann))["stopRoom"] == {
        "status": "PAUSED",
        "currentRound": 1,
        "messages": [
            {"role": "USER", "status": "COMPLETED", "senderName": "ann", "roundNumber": 0},
            {"role": "ASSISTANT", "status": "CANCELLED", "senderName": "A", "roundNumber": 1},
        ],
    }
    cleared = {"status": "IDLE", "currentRound": 0, "messageCount": 0}
    assert data_of(await ask(reset, of, user=ann)) == {"resetRoom": cleared}


async def test_twenty_rooms_take_no_more_queries_than_two(
    services: Services, ask: Ask, ann: User, provider: Provider, count_queries: CountQueries
) -> None:
    for _ in range(2):
        await _room(services, ann, provider, 3)
    with count_queries() as few:
        await ask(PAGE, user=ann)
    for _ in range(18):
        await _room(services, ann, provider, 5)
    with count_queries() as many:
        result = await ask(PAGE, user=ann)

    assert len(data_of(result)["rooms"]["items"]) == 20
    # The session, the page, its total, and seats, agents, providers, counts, the usage of rooms
    # and of seats; the messages take two, of which one is seen twice on PostgreSQL.
    assert len(few) == len(many)
    assert 11 <= len(many) <= 12


async def test_each_room_gets_what_is_its_own(
    services: Services, ask: Ask, ann: User, provider: Provider
) -> None:
    ids = [await _room(services, ann, provider, spoken) for spoken in (0, 3, 1)]

    items = data_of(await ask(PAGE, user=ann))["rooms"]["items"]
    by_id = {item.pop("id"): item for item in items}
    first = by_id[ids[1]]["agents"][0]
    assert first == {
        "name": "A",
        "agent": {"name": "A", "provider": {"name": "scripted"}},
        "usage": {"totalTokens": 33},
    }
    assert by_id[ids[1]]["agents"][1]["usage"] == {"totalTokens": 0}
    shown = [(item["messageCount"], item["usage"]) for item in (by_id[id_] for id_ in ids)]
    assert shown == [
        (0, {"totalTokens": 0, "estimated": False}),
        (3, {"totalTokens": 33, "estimated": True}),
        (1, {"totalTokens": 11, "estimated": False}),
    ]
    assert [message["content"] for message in by_id[ids[1]]["messages"]] == ["1", "2"]
    assert by_id[ids[2]]["messages"] == [{"content": "0", "senderName": "A", "roundNumber": 0}]


async def test_the_messages_of_a_room_are_read_in_windows(
    services: Services, ask: Ask, ann: User, provider: Provider
) -> None:
    id_ = await _room(services, ann, provider, 5)
    third = await Message.get(room_id=id_, content="3")
    query = """query ($id: ID!, $before: ID, $limit: Int! = 2) {
      room(id: $id) { messages(limit: $limit, before: $before) { content } }
    }"""

    async def contents(**variables: Any) -> list[str]:
        found = data_of(await ask(query, {"id": id_, **variables}, user=ann))
        return [message["content"] for message in found["room"]["messages"]]

    assert await contents() == ["3", "4"]
    assert await contents(before=third.id) == ["1", "2"]
    assert await contents(limit=1000) == ["0", "1", "2", "3", "4"]
    for wrong, field in (({"limit": 1001}, "limit"), ({"before": "msg_none"}, "before")):
        result = await ask(query, {"id": id_} | wrong, user=ann)
        assert result.errors is not None
        assert result.errors[0].extensions == {"code": "BAD_USER_INPUT", "field": field}


@pytest.mark.parametrize(
    "query",
    [
        "query ($id: ID!) { room(id: $id) { id } }",
        'mutation ($id: ID!) { updateRoom(id: $id, input: {title: "x"}) { id } }',
        "mutation ($id: ID!) { deleteRoom(id: $id) }",
        "mutation ($id: ID!) { startRoom(id: $id) { id } }",
        "mutation ($id: ID!) { stopRoom(id: $id) { id } }",
        "mutation ($id: ID!) { resetRoom(id: $id) { id } }",
        'mutation ($id: ID!) { addRoomAgent(roomId: $id, input: {name: "B"}) { id } }',
        "mutation ($id: ID!) { updateRoomAgent(roomId: $id, id: 1, input: {}) { id } }",
        "mutation ($id: ID!) { removeRoomAgent(roomId: $id, id: 1) }",
    ],
)
async def test_someone_elses_room_is_not_found(
    services: Services, ask: Ask, ann: User, make_user: MakeUser, query: str
) -> None:
    room = await rooms.create(services, ann, ROOM | {"agents": [{"name": "A"}]})
    before = await rooms.get(ann, room.id)
    bob = await make_user("bob")

    assert codes_of(await ask(query, {"id": room.id}, user=bob)) == ["NOT_FOUND"]
    assert (await rooms.get(ann, room.id)).updated_at == before.updated_at
    assert await Seat.filter(room_id=room.id).count() == 1
