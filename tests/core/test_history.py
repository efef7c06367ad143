"""What a model is told of the past."""

import asyncio

import pytest
from world import World

from luxx.core import history, messages, tokens
from luxx.llm.base import Text, ToolCall, ToolResult, Turn
from luxx.llm.demo import Call, Reply
from luxx.models import Conversation, Message, MessageRole, MessageStatus, new_id


async def told(here: World, budget: int = 10_000) -> list[Turn]:
    """The turns before a reply that would be written now."""
    last = Message(seq=2**40, conversation_id=here.conversation.id, role=MessageRole.ASSISTANT)
    return await history.turns(last, budget)


def texts(turns: list[Turn]) -> list[str]:
    return [part.text for turn in turns for part in turn.parts if isinstance(part, Text)]


async def test_whole_exchanges_oldest_first(here: World) -> None:
    for number in range(3):
        here.model.script.append(Reply(text=f"answer {number}"))
        await here.ask(f"question {number}")
    assert texts(await told(here)) == [
        part for n in range(3) for part in (f"question {n}", f"answer {n}")
    ]


async def test_what_does_not_fit_is_left_out_from_the_oldest(here: World) -> None:
    for number in range(4):
        here.model.script.append(Reply(text="x" * 400))
        await here.ask(f"question {number}")
    assert len(texts(await told(here, 250))) == 4
    newest = await told(here, 1)
    assert texts(newest)[0] == "question 3", "the newest exchange always goes along"


async def test_reading_goes_on_page_by_page(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        here.model.script.append(Reply(text=f"answer {number}"))
        await here.ask(f"question {number}")
    whole = await told(here)
    for page in (1, 2, 3, 8):
        monkeypatch.setattr(history, "PAGE", page)
        assert await told(here) == whole


async def test_calls_and_their_results_are_their_own_turns(here: World) -> None:
    here.model.script += [
        Reply(text="Looking.", tool_calls=[Call("file_exists", {"path": "a"}, id="call_1")]),
        Reply(tool_calls=[Call("file_exists", {"path": "b"}, id="call_2")]),
        Reply(text="Neither."),
    ]
    await here.ask("Are a and b there?")
    turns = await told(here)
    assert [turn.role for turn in turns] == [
        "user",
        "assistant",
        "user",
        "assistant",
        "user",
        "assistant",
    ]
    assert isinstance(turns[1].parts[1], ToolCall)
    assert isinstance(turns[2].parts[0], ToolResult)
    assert turns[2].parts[0].call_id == turns[1].parts[1].id


@pytest.mark.parametrize("status", history.CUT_SHORT)
async def test_a_reply_cut_short_is_told_only_if_it_said_something(
    here: World, status: MessageStatus
) -> None:
    for content in ("", "half an ans"):
        await Message.create(
            id=new_id("msg"),
            conversation_id=here.conversation.id,
            role=MessageRole.ASSISTANT,
            status=status,
            content=content,
            steps=[{"id": "step-0", "index": 0, "type": "text", "content": content}]
            if content
            else [],
        )
        await here.ask("and?")
    assert texts(await told(here)).count("half an ans") == 1


async def test_what_the_provider_wants_back_goes_back_to_it_and_to_no_other(
    each_wire: World,
) -> None:
    """The scripted server refuses a thinking block that is missing, changed or a stranger's."""
    each_wire.model.script += [
        Reply(thinking="hm", text="a", tool_calls=[Call("file_exists", {"path": "a"})]),
        Reply(thinking="so", text="b"),
    ]
    first = await each_wire.ask("one", thinking_enabled=True)
    assert first.status is MessageStatus.COMPLETED, first.error
    await Conversation.filter(id=each_wire.conversation.id).update(model="another-model")
    second = await each_wire.ask("two", thinking_enabled=True)
    assert second.status is MessageStatus.COMPLETED, second.error


async def test_a_reply_that_is_running_is_not_told(here: World) -> None:
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once", hold=hold))
    await here.send("question")
    await here.model.arrived()
    assert texts(await told(here)) == ["question"]
    hold.set()


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("你好", 2), ("你好ab", 3)]
)
def test_tokens_are_estimated(text: str, number: int) -> None:
    assert tokens.estimate(text) == number


async def test_a_question_has_an_estimated_token_count(here: World) -> None:
    exchange = await here.send("abcdefgh")
    assert exchange.user_message.token_count == 2
    assert (await messages.get(here.user, exchange.user_message.id)).prompt_tokens is None
