"""A conversation from a script: asked, streamed, stopped, asked again, gone on with."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from luxx.client import Chat, Luxx
from luxx.client.types import (
    MessageCompleted,
    MessageStatus,
    MessageStored,
    StepUpdated,
    TextStep,
    ThinkingStep,
    ToolCallStep,
    ToolResultStep,
)
from luxx.errors import BadInput, Conflict, NotFound, Upstream

Until = Callable[[Callable[[], object]], None]


def counting(chat: Chat, number: int = 300) -> threading.Thread:
    """Asked for in another thread; ends when the reply does."""
    thread = threading.Thread(target=chat.send, args=(f"count to {number}",))
    thread.start()
    return thread


def test_a_reply_has_text_thinking_steps_and_usage(lx: Luxx) -> None:
    chat = lx.chat("Talk", system="You are terse.", tools=[])
    reply = chat.send("count to 5", thinking=True)
    assert reply.text.endswith("1 2 3 4 5")
    assert str(reply) == reply.text
    assert reply.thinking.startswith("The question is")
    assert [type(step) for step in reply.steps] == [ThinkingStep, TextStep]
    assert reply.status is MessageStatus.COMPLETED
    assert reply.error is None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
    assert repr(reply) == f"<Reply {reply.message_id}: completed, {len(reply.text)} characters>"
    assert [message.content for message in chat.messages] == ["count to 5", reply.text]
    assert chat.usage.total_tokens == reply.usage.total_tokens
    assert repr(chat) == f"<Chat {chat.id}: Talk>"


def test_a_tool_is_called_and_seen(lx: Luxx) -> None:
    reply = lx.chat().send("What is 12 * (3 + 4)?")
    call, result = (step for step in reply.steps if isinstance(step, ToolCallStep | ToolResultStep))
    assert isinstance(call, ToolCallStep)
    assert isinstance(result, ToolResultStep)
    assert (call.name, result.id_ref) == ("python_eval", call.id_ref)
    assert result.success
    assert "84" in result.content


def test_a_stream_gives_what_is_new_and_then_the_end(lx: Luxx) -> None:
    chat = lx.chat(tools=[])
    events = list(chat.stream("count to 20"))
    user, reply, *steps, end = events
    assert isinstance(user, MessageStored)
    assert user.message.content == "count to 20"
    assert isinstance(reply, MessageStored)
    assert isinstance(end, MessageCompleted)
    assert all(isinstance(step, StepUpdated) for step in steps)
    text = "".join(step.delta for step in steps if isinstance(step, StepUpdated))
    assert text == chat.messages[-1].content
    cursors = [int(step.cursor) for step in (*steps, end)]
    assert cursors == sorted(set(cursors))


def test_who_stops_to_listen_does_not_stop_the_reply(lx: Luxx, until: Until) -> None:
    chat = lx.chat(tools=[])
    for event in chat.stream("count to 20"):
        if isinstance(event, StepUpdated):
            break
    until(lambda: chat.messages[-1].status is MessageStatus.COMPLETED)
    assert chat.messages[-1].content.endswith("19 20")


def test_a_stopped_reply_keeps_what_was_written(lx: Luxx, until: Until) -> None:
    chat = lx.chat(tools=[])
    chat.stop()  # nothing runs: nothing happens
    asking = counting(chat)
    until(lambda: any(each.content for each in chat.transcript.messages[1:]))
    with pytest.raises(Conflict):
        chat.send("And now?")
    chat.stop()
    asking.join(10)
    message = chat.messages[-1]
    assert message.status is MessageStatus.CANCELLED
    assert message.content.startswith("Here")
    assert not message.content.endswith("300")
    assert chat.transcript.messages[-1].status is MessageStatus.CANCELLED
    chat.stop()  # it has ended


def test_a_stopped_reply_can_be_asked_for_again(lx: Luxx, until: Until) -> None:
    chat = lx.chat(tools=[])
    asking = counting(chat, 40)
    until(lambda: any(each.content for each in chat.transcript.messages[1:]))
    chat.stop()
    asking.join(10)
    reply = chat.retry()
    assert reply.text.endswith("39 40")
    assert [message.content for message in chat.messages] == ["count to 40", reply.text]
    assert len(chat.transcript.messages) == 2
    with pytest.raises(Conflict, match="no failed or stopped reply"):
        chat.retry()
    with pytest.raises(Conflict):
        lx.chat().retry()


def test_a_failed_reply_raises_what_the_provider_said(lx: Luxx) -> None:
    chat = lx.chat(model="missing-model", tools=[])
    with pytest.raises(Upstream, match="missing-model"):
        chat.send("Hello")
    assert chat.messages[-1].status is MessageStatus.FAILED
    assert chat.transcript.messages[-1].error


def test_an_interrupt_stops_the_reply_and_goes_on_to_the_caller(
    lx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = lx.chat(tools=[])
    heard = threading.Event()
    chat.listen(lambda event: heard.set() if isinstance(event, StepUpdated) else None)

    def interrupted(*_: object, **__: object) -> None:
        if heard.wait(10):
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr("luxx.client.portal.concurrent.futures.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        chat.send("count to 300")
    assert chat.messages[-1].status is MessageStatus.CANCELLED


def test_a_conversation_is_changed_for_the_questions_that_follow(lx: Luxx) -> None:
    other = lx.providers.add(
        "Second", base_url=f"{lx.url}/demo-model/v1", api_key="k", model="luxx-demo"
    )
    chat = lx.chat("Before", model="missing-model", tools=[])
    chat.update(title="After", system="Be brief.", thinking=True, temperature=0.5, max_tokens=100)
    chat.update(provider="Second")
    settings = chat.conversation
    assert (chat.title, settings.title, settings.model) == ("After", "After", "")
    assert (settings.system_prompt, settings.thinking_enabled) == ("Be brief.", True)
    assert (settings.temperature, settings.max_tokens) == (0.5, 100)
    assert settings.provider_id == other.id
    assert chat.send("count to 3").text.endswith("3")
    again = lx.open(chat)
    assert isinstance(again, Chat)
    assert again.conversation.provider_id == other.id
    assert chat.script()[0] == "chat = lx.chat('After', system='Be brief.')"

    asyncio.run(chat.aupdate(model="luxx-demo", provider=other, tools=["python_eval"]))
    assert chat.conversation.model == "luxx-demo"
    assert "84" in chat.send("What is 12 * (3 + 4)?").text
    chat.update(tools=None)
    assert "84" in chat.send("What is 12 * (3 + 4)?").text
    chat.update(tools=[])
    assert not any(isinstance(step, ToolCallStep) for step in chat.send("What is 6 * 7?").steps)
    lx.providers.remove("Second")


def test_a_change_that_does_not_fit_changes_nothing(lx: Luxx) -> None:
    chat = lx.chat("Same")
    for wrong, message in (
        ({"tools": ["zz"]}, "there is no tool 'zz'"),
        ({"temprature": 1}, "no setting 'temprature'; there are title, system"),
        ({"temperature": 9.0}, "temperature"),
    ):
        with pytest.raises(BadInput, match=message):
            chat.update(title="Changed", **wrong)
    with pytest.raises(NotFound, match="no provider 'Nobody'"):
        chat.update(title="Changed", provider="Nobody")
    assert next(each.title for each in lx.chats()) == chat.title == "Same"


def test_conversations_are_found_again(lx: Luxx) -> None:
    chat = lx.chat("To be found")
    chat.send("Hello")
    assert next(iter(lx.chats())).id == chat.id
    found = lx.open(chat.id)
    assert isinstance(found, Chat)
    assert found.title == "To be found"
    assert [each.id for each in found.messages] == [each.id for each in chat.messages]
    chat.delete()
    with pytest.raises(NotFound):
        lx.open(chat.id)


def test_more_messages_than_a_page_are_all_there(lx: Luxx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luxx.client.core.PAGE", 3)
    chat = lx.chat(tools=[])
    for number in range(1, 5):
        chat.send(f"count to {number}")
    asked = [each.content for each in chat.messages if not each.is_reply]
    assert asked == [f"count to {number}" for number in range(1, 5)]


def test_what_is_running_is_followed_where_it_is_opened(lx: Luxx, until: Until) -> None:
    chat = lx.chat(tools=[])
    asking = counting(chat, 60)
    until(lambda: any(each.content for each in chat.transcript.messages[1:]))
    other = lx.open(chat.id)
    lx.portal.run(other.load())
    assert other.transcript.is_running
    asking.join(20)
    until(lambda: not other.transcript.is_running)
    assert other.transcript.state()["messages"][-1]["content"].endswith("59 60")
    lx.portal.run(other.load())  # nothing runs: it is read again
    assert other.transcript.messages[-1].content.endswith("59 60")


def test_a_button_that_a_conversation_does_not_have(lx: Luxx) -> None:
    with pytest.raises(BadInput, match="cannot start"):
        lx.portal.run(lx.chat().act("start", ""))
