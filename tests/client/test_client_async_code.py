"""The same for code that has an event loop of its own: nothing of it blocks that."""

import asyncio
from contextlib import aclosing

import pytest

from luxx.client import AsyncClient, Luxx
from luxx.client.types import MessageChunk, MessageCompleted, RoomCompleted, RoomStatus, StepUpdated


@pytest.fixture
def client(lx: Luxx) -> AsyncClient:
    """For the test's own loop."""
    return AsyncClient(lx.url, token=lx.client._transport._token)


def test_a_face_in_asynchronous_code(lx: Luxx) -> None:
    chat, room = lx.chat(tools=[]), lx.room("R", task="T", agents=["Ada"], max_rounds=1)

    async def use() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        reply = await chat.asend("count to 10")
        assert reply.text.endswith("9 10")
        assert ticks > 5
        assert len(await chat.amessages()) == 2
        events = [event async for event in chat.astream("count to 3")]
        assert isinstance(events[-1], MessageCompleted)
        assert await room.arun(30) is RoomStatus.COMPLETED
        assert await room.await_end(30) is RoomStatus.COMPLETED
        query = "subscription ($id: ID!) { messageEvents(messageId: $id) { __typename } }"
        results = [each async for each in lx.asubscribe(query, id=reply.message_id)]
        assert results[-1] == {"messageEvents": {"__typename": "MessageCompleted"}}
        ticking.cancel()

    asyncio.run(use())


async def test_the_core_follows_a_reply_and_goes_on_after_a_cursor(client: AsyncClient) -> None:
    async with client:
        talk = await client.create_conversation(title="Core")
        _, reply = await client.begin_reply(talk.id, "count to 30", tools=[])
        seen = []
        async with aclosing(client.follow_reply(reply.id)) as events:
            async for event in events:
                seen.append(event)
                if len(seen) == 3:
                    break
        rest = [event async for event in client.follow_reply(reply.id, after=seen[-1].cursor)]
        assert isinstance(rest[-1], MessageCompleted)
        deltas = [each.delta for each in (*seen, *rest) if isinstance(each, StepUpdated)]
        assert "".join(deltas) == (await client.message(reply.id)).content
        assert (await client.conversation(talk.id)).title == "Core"
        renamed = await client.update_conversation(talk.id, title="Renamed")
        assert renamed.title == "Renamed"
        await client.delete_conversation(talk.id)


async def test_the_core_follows_a_room(client: AsyncClient) -> None:
    async with client:
        made = await client.create_room(
            title="Core", task="Talk", max_rounds=1, agents=[{"name": "Ada"}]
        )
        await client.start_room(made.id)
        events = [event async for event in client.follow_room(made.id)]
        assert isinstance(events[-1], RoomCompleted)
        text = "".join(each.content for each in events if isinstance(each, MessageChunk))
        assert text == (await client.room_messages(made.id))[-1].content
        assert (await client.update_room(made.id, max_rounds=2)).max_rounds == 2
        await client.delete_room(made.id)


async def test_a_login_does_not_show_its_token(lx: Luxx) -> None:
    async with AsyncClient(lx.url) as client:
        session = await client.login("demo", "luxx-demo")
        assert session.access_token not in repr(session)
