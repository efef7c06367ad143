"""A reply: model calls and tools until there is an answer, stored as it was streamed."""

import asyncio
from dataclasses import replace as changed

import pytest
from support import until
from world import World, make_provider, make_user

from luxx.core import conversations, messages, providers, reply
from luxx.core.follow import ReplyEnded, StepUpdate, follow
from luxx.errors import BadInput, Conflict, LuxxError, NotFound, Upstream
from luxx.llm.demo import Call, Reply
from luxx.models import (
    Conversation,
    Message,
    MessageStatus,
    PermissionLevel,
    Provider,
    Run,
    RunStatus,
    User,
)


def text_of(events: list[StepUpdate | ReplyEnded]) -> str:
    return "".join(
        event.delta
        for event in events
        if isinstance(event, StepUpdate) and event.step["type"] == "text"
    )


async def test_a_reply_is_stored_as_it_was_streamed(each_wire: World) -> None:
    each_wire.model.script.append(Reply(thinking="Let me see. " * 20, text="Hello, 世界! " * 50))
    message = await each_wire.ask("Hi", thinking_enabled=True)
    assert message.status is MessageStatus.COMPLETED
    assert [step["type"] for step in message.steps] == ["thinking", "text"]
    assert message.content == "Hello, 世界! " * 50
    events = await each_wire.events(message.id)
    assert text_of(events) == message.content
    ended = events[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.status is MessageStatus.COMPLETED
    assert ended.token_count == message.token_count == ended.usage.completion
    assert not ended.usage.estimated


async def test_the_accumulated_form_ends_with_the_stored_steps(each_wire: World) -> None:
    each_wire.model.script.append(Reply(text="word " * 2_000, chunk=7))
    message = await each_wire.ask()
    events = await each_wire.events(message.id, accumulated=True)
    shown = [event.step for event in events if isinstance(event, StepUpdate)]
    assert shown[-1] == message.steps[-1]
    assert text_of(events) == message.content


async def test_thinking_and_text_do_not_take_turns_for_ever(
    each_wire: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "MAX_STEPS", 3)
    turn = Reply(thinking="Hm.", text="Go on.", tool_calls=[Call("file_list", {})])
    each_wire.model.script += [turn, turn]
    message = await each_wire.ask(thinking_enabled=True)
    assert message.status is MessageStatus.FAILED
    assert message.error == "The provider sent more than 3 pieces of thinking and text"
    kinds = [step["type"] for step in message.steps]
    assert kinds == ["thinking", "text", "tool_call", "tool_result"]


async def test_a_message_does_not_grow_for_ever(
    each_wire: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "MAX_TEXT", 20)
    each_wire.model.script += [
        Reply(text="Twelve chars", tool_calls=[Call("file_list", {})]),
        Reply(text="and nine more"),
    ]
    message = await each_wire.ask()
    assert message.status is MessageStatus.FAILED
    assert message.error == "The provider sent more than 20 characters of one message"
    assert message.content.startswith("Twelve chars")
    assert len(message.content) <= 20


async def test_a_tool_is_called_and_its_result_used(each_wire: World) -> None:
    each_wire.model.script += [
        Reply(
            thinking="I need the folder.",
            text="Looking.",
            tool_calls=[
                Call("file_write", {"path": "a.txt", "content": "hi"}),
                Call("file_exists", {"path": "none.txt"}),
            ],
        ),
        Reply(text="Done."),
    ]
    message = await each_wire.ask(thinking_enabled=True)
    assert [step["type"] for step in message.steps] == [
        "thinking",
        "text",
        "tool_call",
        "tool_call",
        "tool_result",
        "tool_result",
        "text",
    ]
    assert message.content == "Looking.Done."
    results = [step for step in message.steps if step["type"] == "tool_result"]
    assert [step["name"] for step in results] == ["file_write", "file_exists"]
    assert all(step["success"] for step in results)
    calls = [step["call_id"] for step in message.steps if step["type"] == "tool_call"]
    assert [step["call_id"] for step in results] == calls
    assert message.status is MessageStatus.COMPLETED
    # The next turn, too, is one that the strict scripted server accepts.
    assert (await each_wire.ask("And now?")).status is MessageStatus.COMPLETED


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (Call("file_read", "{broken"), "JSON"),
        (Call("file_read", {"path": 7}), "path"),
        (Call("no_such_tool", {}), "no_such_tool"),
        (Call("file_read", {"path": "missing.txt"}), "missing.txt"),
    ],
)
async def test_a_call_that_fails_is_a_result_the_model_can_act_on(
    here: World, call: Call, reason: str
) -> None:
    here.model.script += [Reply(tool_calls=[call]), Reply(text="I see.")]
    message = await here.ask()
    result = message.steps[1]
    assert (result["type"], result["success"]) == ("tool_result", False)
    assert reason in result["content"]
    assert message.content == "I see."


async def test_a_tool_above_the_level_is_not_offered_and_says_so_when_called(here: World) -> None:
    await User.filter(id=here.user.id).update(permission_level=PermissionLevel.READ_ONLY)
    here.model.script += [
        Reply(tool_calls=[Call("file_write", {"path": "a", "content": "b"})]),
        Reply(text="Well."),
    ]
    message = await here.ask()
    offered = here.model.requests[-1].json()["tools"]
    assert "file_write" not in {tool["function"]["name"] for tool in offered}
    assert message.steps[1]["success"] is False


async def test_only_enabled_tools_are_offered(here: World) -> None:
    await here.ask(enabled_tools=["file_read"])
    tools = here.model.requests[-1].json()["tools"]
    assert [tool["function"]["name"] for tool in tools] == ["file_read"]
    await here.ask(enabled_tools=[])
    assert "tools" not in here.model.requests[-1].json()


async def test_too_many_rounds_end_with_an_answer_without_tools(here: World) -> None:
    object.__setattr__(
        here.services, "settings", changed(here.services.settings, max_tool_rounds=2)
    )
    here.model.script += [
        Reply(tool_calls=[Call("file_exists", {"path": f"{number}"})]) for number in range(2)
    ]
    here.model.script.append(Reply(text="Enough."))
    message = await here.ask()
    assert message.content == "Enough."
    assert len(here.model.requests) == 3
    assert here.model.requests[-1].json()["tool_choice"] == "none"


async def test_the_same_call_three_times_in_a_row_is_stopped(here: World) -> None:
    here.model.script += [Reply(tool_calls=[Call("file_exists", {"path": "a"})])] * 3
    here.model.script.append(Reply(text="Enough."))
    message = await here.ask()
    results = [step["success"] for step in message.steps if step["type"] == "tool_result"]
    assert results == [True, True, False]
    assert message.content == "Enough."


async def test_a_cancelled_reply_keeps_what_was_written(each_wire: World) -> None:
    hold = asyncio.Event()
    each_wire.model.script.append(Reply(text="Once upon a time", chunk=4, hold=hold))
    exchange = await each_wire.send()
    answer = exchange.assistant_message
    shown: list[object] = []

    async def watch() -> list[StepUpdate | ReplyEnded]:
        events = []
        async for event in await follow(
            each_wire.services, each_wire.session, answer.id, accumulated=False
        ):
            events.append(event)
            shown.append(event)
        return events

    following = asyncio.create_task(watch())
    await until(shown.__len__)
    cancelled = await messages.cancel(each_wire.services, each_wire.user, answer.id)
    assert cancelled.status is MessageStatus.CANCELLED
    assert cancelled.content == "Once"
    assert cancelled.usage_estimated
    ended = (await following)[-1]
    assert isinstance(ended, ReplyEnded)
    assert (ended.status, ended.code) == (MessageStatus.CANCELLED, "CANCELLED")
    async with asyncio.timeout(5):
        await each_wire.model.requests[-1].closed.wait()
    assert each_wire.model.requests[-1].disconnected
    again = await messages.cancel(each_wire.services, each_wire.user, answer.id)
    assert again.content == "Once"


async def test_an_upstream_failure_ends_the_reply_as_failed_with_what_came(here: World) -> None:
    here.model.script.append(Reply(text="Once upon a time", cut_after=3))
    message = await here.ask()
    assert message.status is MessageStatus.FAILED
    assert message.error
    assert "Once upon a time".startswith(message.content)
    ended = (await here.events(message.id))[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.code == "UPSTREAM"
    run = await Run.get(id=message.run_id)
    assert (run.status, run.live_in) == (RunStatus.FAILED, None)


async def test_waiting_for_a_reply_that_fails_raises_and_keeps_the_messages(here: World) -> None:
    here.model.script += [Reply(status=401, error="wrong key")] * 3
    with pytest.raises(Upstream, match="wrong key"):
        await here.send(wait=True)
    stored = await Message.all().order_by("seq")
    assert [message.status for message in stored] == [MessageStatus.COMPLETED, MessageStatus.FAILED]


async def test_a_defect_is_not_blamed_on_the_provider(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(here.services.models, "stream", broken)
    with pytest.raises(LuxxError, match="Internal error") as failed:
        await here.send(wait=True)
    assert failed.value.code == "INTERNAL"


async def test_waiting_returns_the_whole_reply(here: World) -> None:
    here.model.script.append(Reply(text="All of it."))
    exchange = await here.send(wait=True)
    assert exchange.assistant_message.content == "All of it."


async def test_one_reply_at_a_time(here: World) -> None:
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once upon a time", hold=hold))
    first = await here.send()
    with pytest.raises(Conflict):
        await here.send("again")
    assert await Message.all().count() == 2
    hold.set()
    await here.services.runs.wait(str(first.assistant_message.run_id))
    assert (await here.ask("again")).status is MessageStatus.COMPLETED


async def test_of_twenty_starts_at_once_exactly_one_runs(here: World) -> None:
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once", hold=hold))
    starts = await asyncio.gather(*(here.send() for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(start, Conflict) for start in starts) == 19
    assert await Message.all().count() == 2
    hold.set()


async def test_a_repeated_start_returns_the_first_one(here: World) -> None:
    starts = await asyncio.gather(*(here.send(idempotency_key="k") for _ in range(5)))
    assert len({start.assistant_message.id for start in starts}) == 1
    assert len({start.user_message.id for start in starts}) == 1
    await here.services.runs.wait(str(starts[0].assistant_message.run_id))
    with pytest.raises(Conflict, match="another request"):
        await here.send("something else", idempotency_key="k")
    assert await Message.all().count() == 2


async def test_the_first_message_names_the_conversation(here: World) -> None:
    await here.ask("  What is\na CRDT, and why would anybody want one?")
    conversation = await Conversation.get(id=here.conversation.id)
    assert conversation.title == "What is a CRDT, and why would"
    await here.ask("Another question")
    assert (await Conversation.get(id=here.conversation.id)).title == conversation.title


async def test_a_conversation_without_a_provider_says_so_and_stores_nothing(here: World) -> None:
    await Provider.all().delete()
    with pytest.raises(BadInput, match="You have no model provider: add one first"):
        await here.send()
    assert await Message.all().count() == 0


async def test_a_conversation_from_before_the_first_provider_asks_the_default(here: World) -> None:
    await Conversation.filter(id=here.conversation.id).update(provider_id=None)
    assert (await here.ask()).status is MessageStatus.COMPLETED


async def test_a_conversation_whose_provider_was_deleted_goes_on_with_the_default(
    here: World,
) -> None:
    address = str(here.provider.base_url).removesuffix("/v1")
    other = await make_provider(
        here.services, here.user, address, name="Other", default_model="other"
    )
    here.conversation = await conversations.create(here.user, {"provider_id": other.id})
    assert (await here.ask()).status is MessageStatus.COMPLETED
    await providers.delete(here.user, other.id)
    assert (await here.ask()).status is MessageStatus.COMPLETED
    assert [each.json()["model"] for each in here.model.requests] == ["other", "luxx-demo"]


async def test_someone_elses_conversation_is_not_found(here: World) -> None:
    here.user = await make_user("bob")
    with pytest.raises(NotFound):
        await here.send()


@pytest.mark.parametrize("content", ["", "  \n", "x" * 500_001, "a\0b"])
async def test_content_that_does_not_fit_is_refused(here: World, content: str) -> None:
    with pytest.raises(BadInput) as refused:
        await here.send(content)
    assert refused.value.field == "content"


async def test_thinking_that_ate_all_tokens_is_said(here: World) -> None:
    here.model.script.append(Reply(thinking="hm " * 20, finish="length"))
    message = await here.ask(thinking_enabled=True)
    assert message.status is MessageStatus.COMPLETED
    assert "max_tokens" in str(message.error)


async def test_missing_usage_is_estimated_and_says_so(here: World) -> None:
    here.model.script.append(Reply(text="word " * 40, usage="none"))
    message = await here.ask()
    assert message.usage_estimated
    assert message.token_count == 50
    assert message.prompt_tokens
