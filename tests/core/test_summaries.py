"""What lists show of many conversations: right for each, and one query for all."""

import pytest
from world import World

from luxx.core import conversations, summaries
from luxx.errors import BadInput
from luxx.llm.base import Usage
from luxx.llm.demo import Reply
from luxx.models import Message


async def filled(here: World) -> list[str]:
    ids = []
    for number in range(3):
        here.conversation = await conversations.create(here.user, {})
        ids.append(here.conversation.id)
        for turn in range(number):
            here.model.script.append(
                Reply(text=f"answer {turn}", usage=Usage(10, 5) if number == 1 else "none")
            )
            await here.ask(f"question {number}.{turn}")
    return ids


async def test_each_conversation_gets_its_own(here: World) -> None:
    ids = await filled(here)
    assert await summaries.counts("conversation_id", ids) == {ids[1]: 2, ids[2]: 4}
    assert await summaries.first_texts("conversation_id", ids) == {
        ids[1]: "question 1.0",
        ids[2]: "question 2.0",
    }
    usages = await summaries.usages("conversation_id", ids)
    assert usages[ids[1]] == Usage(10, 5, estimated=False)
    assert usages[ids[2]].estimated
    assert ids[0] not in usages


async def test_of_a_first_message_only_the_beginning_is_read(here: World) -> None:
    here.model.script.append(Reply(text="answer"))
    await here.ask("😀会" * 5_000)
    only = here.conversation.id
    assert await summaries.first_texts("conversation_id", [only]) == {only: "😀会" * 100}


async def test_the_newest_messages_oldest_first(here: World) -> None:
    ids = await filled(here)
    newest = await summaries.newest("conversation_id", ids, 3)
    contents = {id_: [message.content for message in newest[id_]] for id_ in ids}
    assert contents == {
        ids[0]: [],
        ids[1]: ["question 1.0", "answer 0"],
        ids[2]: ["answer 0", "question 2.1", "answer 1"],
    }
    for id_ in ids:
        assert (await summaries.newest("conversation_id", [id_], 3))[id_] == newest[id_]


async def test_before_a_message(here: World) -> None:
    ids = await filled(here)
    whole = (await summaries.newest("conversation_id", [ids[2]], 100))[ids[2]]
    for group in ([ids[2]], ids):
        older = await summaries.newest("conversation_id", group, 2, whole[3].id)
        assert [message.id for message in older[ids[2]]] == [message.id for message in whole[1:3]]


@pytest.mark.parametrize("before", ["msg_gone", "x" * 3000])
async def test_before_a_message_that_is_not_there_is_refused(here: World, before: str) -> None:
    """Paging back must not begin again at the newest, nor tell of other conversations."""
    ids = await filled(here)
    (first, *_) = (await summaries.newest("conversation_id", [ids[2]], 100))[ids[2]]
    for group, message_id in ([ids[2]], before), ([ids[1]], first.id), (ids, before):
        with pytest.raises(BadInput) as refused:
            await summaries.newest("conversation_id", group, 2, message_id)
        assert refused.value.field == "before"


@pytest.mark.parametrize("limit", [0, -1, 1_001])
async def test_a_limit_out_of_range_is_refused(here: World, limit: int) -> None:
    with pytest.raises(BadInput) as refused:
        await summaries.newest("conversation_id", [here.conversation.id], limit)
    assert refused.value.field == "limit"


async def test_nothing_of_nobody(here: World) -> None:
    assert await Message.all().count() == 0
    for question in (summaries.counts, summaries.first_texts, summaries.usages):
        assert await question("conversation_id", []) == {}
