"""A list costs the same number of queries however long it is."""

import asyncio

import pytest
from schema.asking import Ask, CountQueries, data_of

from luxx.models import Conversation, Message, MessageRole, Provider, User, new_id

PAGE = """{
  conversations(pageSize: 50) {
    items {
      id firstMessage messageCount
      provider { name hasApiKey }
      usage { totalTokens estimated }
      messages(limit: 2) { content processSteps { id type } usage { promptTokens } }
    }
    total
  }
}"""
TALK = "query ($id: ID!) { conversation(id: $id) { messages { content processSteps { id } } } }"


async def _conversation(user: User, provider: Provider, messages: int) -> Conversation:
    conversation = await Conversation.create(
        id=new_id("conv"),
        user_id=user.id,
        provider_id=provider.id,
        title="t",
        model="m",
    )
    for number in range(messages):
        answer = number % 2 == 1
        await Message.create(
            id=new_id("msg"),
            conversation_id=conversation.id,
            role=MessageRole.ASSISTANT if answer else MessageRole.USER,
            content=f"{number}",
            steps=[{"id": "step-0", "index": 0, "type": "text", "content": f"{number}"}],
            prompt_tokens=10 if answer else None,
            completion_tokens=1 if answer else None,
        )
    return conversation


@pytest.mark.parametrize("query", [PAGE, "{ providers { name } }"])
async def test_a_longer_list_takes_no_more_queries(
    ask: Ask, ann: User, provider: Provider, count_queries: CountQueries, query: str
) -> None:
    for _ in range(2):
        await _conversation(ann, provider, 3)
    with count_queries() as few:
        await ask(query, user=ann)

    for _ in range(10):
        await _conversation(ann, provider, 7)
        await Provider.create(
            user_id=ann.id, name="p", provider_type="openai", base_url="x", default_model="m"
        )
    with count_queries() as many:
        result = await ask(query, user=ann)

    assert result.errors is None
    assert len(few) == len(many)
    assert 2 <= len(many) <= 12


async def test_the_messages_of_a_conversation_are_one_query(
    ask: Ask, ann: User, provider: Provider, count_queries: CountQueries
) -> None:
    conversation = await _conversation(ann, provider, 40)

    with count_queries() as statements:
        result = await ask(TALK, {"id": conversation.id}, user=ann)

    assert len(data_of(result)["conversation"]["messages"]) == 40
    assert len(statements) == 3  # the session, the conversation, its messages


async def test_each_row_gets_what_is_its_own(ask: Ask, ann: User, provider: Provider) -> None:
    await _conversation(ann, provider, 5)
    bare = await Conversation.create(id=new_id("conv"), user_id=ann.id, title="t", model="m")

    items = data_of(await ask(PAGE, user=ann))["conversations"]["items"]
    by_id = {item.pop("id"): item for item in items}

    assert by_id.pop(bare.id) == {
        "firstMessage": None,
        "messageCount": 0,
        "provider": None,
        "usage": {"totalTokens": 0, "estimated": False},
        "messages": [],
    }
    step = {"id": "step-0", "type": "TEXT"}
    assert list(by_id.values()) == [
        {
            "firstMessage": "0",
            "messageCount": 5,
            "provider": {"name": "scripted", "hasApiKey": True},
            "usage": {"totalTokens": 22, "estimated": False},
            "messages": [
                {"content": "3", "processSteps": [step], "usage": {"promptTokens": 10}},
                {"content": "4", "processSteps": [step], "usage": None},
            ],
        }
    ]


async def test_windows_of_one_conversation_are_kept_apart(
    ask: Ask, ann: User, provider: Provider
) -> None:
    conversation = await _conversation(ann, provider, 6)
    third = await Message.get(conversation_id=conversation.id, content="3")
    query = """query ($id: ID!, $before: ID) {
      conversation(id: $id) {
        newest: messages(limit: 2) { content }
        older: messages(limit: 2, before: $before) { content }
        all: messages { content }
      }
    }"""

    found = data_of(await ask(query, {"id": conversation.id, "before": third.id}, user=ann))

    assert {
        name: [row["content"] for row in rows] for name, rows in found["conversation"].items()
    } == {
        "newest": ["4", "5"],
        "older": ["1", "2"],
        "all": ["0", "1", "2", "3", "4", "5"],
    }


async def test_a_limit_out_of_bounds_is_refused(ask: Ask, ann: User, provider: Provider) -> None:
    conversation = await _conversation(ann, provider, 1)
    query = "query ($id: ID!) { conversation(id: $id) { messages(limit: 0) { id } } }"

    result = await ask(query, {"id": conversation.id}, user=ann)

    assert result.errors is not None
    assert result.errors[0].extensions == {"code": "BAD_USER_INPUT", "field": "limit"}


async def test_operations_side_by_side_do_not_share_what_they_loaded(
    ask: Ask, ann: User, provider: Provider
) -> None:
    conversation = await _conversation(ann, provider, 1)
    query = "query ($id: ID!) { conversation(id: $id) { messageCount } }"

    async def count() -> int:
        return int(
            data_of(await ask(query, {"id": conversation.id}, user=ann))["conversation"][
                "messageCount"
            ]
        )

    assert list(await asyncio.gather(count(), count())) == [1, 1]
    await Message.filter(conversation_id=conversation.id).delete()
    assert await count() == 0
