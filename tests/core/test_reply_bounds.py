"""All that a provider sends counts towards what a message may have, shown or not."""

import pytest
from world import World

from luxx.core import reply
from luxx.llm.demo import Call, Reply
from luxx.llm.wire import MAX_CALL
from luxx.models import MessageStatus, ToolExecution


def kinds(steps: list[dict[str, object]]) -> list[object]:
    return [step["type"] for step in steps]


async def test_a_call_counts_and_is_not_run_when_it_is_too_much(
    each_wire: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "MAX_TEXT", 400)
    write = Call("file_write", {"path": "a.txt", "content": "x" * 400})
    each_wire.model.script.append(Reply(text="Let me see.", tool_calls=[write]))
    message = await each_wire.ask()
    assert message.status is MessageStatus.FAILED
    assert message.error == "The provider sent more than 400 characters of one message"
    assert message.content == "Let me see."
    assert kinds(message.steps) == ["text"]
    assert not await ToolExecution.exists()


async def test_what_the_provider_wants_back_counts(
    each_wire: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "MAX_TEXT", 2_500)
    each_wire.model.script += [
        Reply(thinking="Hm. " * 75, tool_calls=[Call("file_exists", {"path": f"{n}.txt"})])
        for n in range(5)
    ]
    message = await each_wire.ask(thinking_enabled=True)
    assert message.status is MessageStatus.FAILED
    assert message.error == "The provider sent more than 2,500 characters of one message"
    assert 2 <= len(each_wire.model.requests) < 5
    assert kinds(message.steps)[:3] == ["thinking", "tool_call", "tool_result"]


async def test_a_call_that_no_tool_could_take_leaves_what_was_shown(each_wire: World) -> None:
    huge = Call("file_write", '{"path": "a.txt", "content": "' + "x" * MAX_CALL + '"}')
    each_wire.model.script += [
        Reply(text="Let me see.", tool_calls=[huge], chunk=200_000),
        Reply(text="Better."),
    ]
    message = await each_wire.ask()
    assert message.status is MessageStatus.FAILED
    assert message.error == "The provider sent a tool call of more than 1,000,000 characters"
    assert message.content == "Let me see."
    assert (await each_wire.ask()).content == "Better."


@pytest.mark.parametrize("levels", [150, 700])
async def test_arguments_that_are_nested_deeply_are_refused_and_the_talk_goes_on(
    each_wire: World, levels: int
) -> None:
    deep = '{"operation": "minify", "data": ' + "[" * levels + "]" * levels + "}"
    each_wire.model.script += [
        Reply(thinking="Hm.", text="See:", tool_calls=[Call("process_data", deep)]),
        Reply(text="Too deep."),
        Reply(text="Yes?"),
    ]
    message = await each_wire.ask(thinking_enabled=True)
    assert (message.status, message.content) == (MessageStatus.COMPLETED, "See:Too deep.")
    (result,) = [step for step in message.steps if step["type"] == "tool_result"]
    assert not result["success"]
    assert result["content"] == "data: expected JSON of at most 100 levels"
    assert (await each_wire.ask("And now?", thinking_enabled=True)).content == "Yes?"
