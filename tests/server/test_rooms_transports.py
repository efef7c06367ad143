"""One room, watched over REST and both ways of GraphQL, and started by many at once."""

import asyncio

from server.conftest import Upstream
from server.running import Client, Luxx
from server.subscribing import socket
from server.watching_rooms import (
    RoomViewer,
    make_room,
    marks,
    messages_of,
    start,
    texts,
    watch_socket,
    watch_sse,
)

from luxx.llm.demo import Call, Reply

TEXT = "What is said here is said to everybody, piece by piece. " * 10
CLIENTS = 20


async def test_all_transports_show_the_same_events_of_a_room(
    luxx: Luxx, admin: Client, upstream: Upstream
) -> None:
    await admin.provider(upstream.url)
    call = Call("file_list", {})
    upstream.model.script += [
        Reply("Let me see. ", thinking="Hm.", tool_calls=[call], pace=0.002),
        Reply(TEXT, pace=0.002),
        Reply("Well."),
        Reply(status=400),
        Reply("So."),
    ]
    room_id = await make_room(
        admin,
        agents=[{"name": "Ada", "role": "clerk", "enabled_tools": ["file_list"]}, {"name": "Bob"}],
        max_rounds=2,
    )
    deltas, whole = (RoomViewer(admin, room_id, deltas=each) for each in (True, False))
    async with asyncio.TaskGroup() as group, socket(luxx.url, admin.token) as connection:
        for viewer in (deltas, whole):
            group.create_task(viewer.watch())
        over_sse = group.create_task(watch_sse(admin, room_id))
        over_socket = group.create_task(watch_socket(connection, room_id))
        await start(admin, room_id)
        events, completed = await over_socket
    assert completed
    assert over_sse.result() == (events, True)
    assert [event["cursor"] for event in events] == [frame.id for frame in deltas.events]
    names = {"process_step"}
    assert [each for each in marks(whole.events) if each[0] not in names] == [
        each for each in marks(deltas.events) if each[0] not in names
    ]
    said = {each["id"]: each["content"] for each in await messages_of(admin, room_id)}
    for viewer in (deltas, whole):
        viewer.check()
        assert texts(viewer.events) == said
    joined: dict[str, str] = dict.fromkeys(said, "")
    for event in events:
        if event["__typename"] == "MessageChunk":
            joined[event["messageId"]] += event["delta"]
    assert joined == said
    # From the middle on it is the same again.
    after = events[len(events) // 2]["cursor"]
    rest, _ = await watch_sse(admin, room_id, after)
    assert rest == events[len(events) // 2 + 1 :]


async def test_of_many_clients_that_start_at_once_one_does(
    admin: Client, upstream: Upstream
) -> None:
    await admin.provider(upstream.url)
    room_id = await make_room(admin, "Ada", "Bob", max_rounds=1)
    path = f"/api/chat-rooms/{room_id}/start"

    async def begin(key: str | None) -> tuple[int, str]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await admin.http.post(path, headers=headers)
        return answer.status_code, answer.text

    answers = await asyncio.gather(*(begin(None) for _ in range(CLIENTS)))
    assert sorted(status for status, _ in answers) == [200] + [409] * (CLIENTS - 1)
    assert len(upstream.model.requests) == 2
    again = await make_room(admin, "Ada", "Bob", max_rounds=1)
    path = f"/api/chat-rooms/{again}/start"
    answers = await asyncio.gather(*(begin("the same") for _ in range(CLIENTS)))
    assert {status for status, _ in answers} == {200}
    assert len({text.rpartition("id:")[2] for _, text in answers}) == 1
    assert len(upstream.model.requests) == 4
    assert len(await messages_of(admin, again)) == 2
