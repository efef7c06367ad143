"""The messages format of the scripted model, event by event over a real socket."""

from typing import Any

import pytest
from demo_talk import HI, MESSAGES, VERSION, blocks, data, talking

from luxx.llm.base import Usage
from luxx.llm.demo import Call, Reply
from luxx.llm.demo.anthropic_answer import signature

FULL = Reply(text="Hello", thinking="Hm hm", tool_calls=[Call("look", {"at": 1}, id="t1")])
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


def use(call_id: str = "t1", **fields: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": "look", "input": {}, **fields}


def result(call_id: str = "t1", content: Any = "42", **fields: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **fields}


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


def thought(value: str = "Hm", signed: str = "") -> dict[str, Any]:
    return {"type": "thinking", "thinking": value, "signature": signed or signature("m", value)}


def assistant(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(content)}


def user(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


async def test_a_stream_has_every_event_in_order() -> None:
    async with talking() as talk:
        answer = await talk.messages(FULL, stream=True)
    parsed = [data(block) for block in blocks(answer.text)]
    for block, event in zip(blocks(answer.text), parsed, strict=True):
        assert block.startswith(f"event: {event['type']}\ndata: ")
    start = parsed[0]["message"]
    assert start["usage"] == {"input_tokens": 2, "output_tokens": 1}
    assert (start["role"], start["content"], start["stop_reason"]) == ("assistant", [], None)
    signed = signature("m", "Hm hm")

    def begin(index: int, **block: Any) -> dict[str, Any]:
        return {"type": "content_block_start", "index": index, "content_block": block}

    def delta(index: int, **fields: Any) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": fields}

    def stop(index: int) -> dict[str, Any]:
        return {"type": "content_block_stop", "index": index}

    assert parsed[1:] == [
        begin(0, type="thinking", thinking="", signature=""),
        {"type": "ping"},
        delta(0, type="thinking_delta", thinking="Hm h"),
        delta(0, type="thinking_delta", thinking="m"),
        delta(0, type="signature_delta", signature=signed),
        stop(0),
        begin(1, type="text", text=""),
        delta(1, type="text_delta", text="Hell"),
        delta(1, type="text_delta", text="o"),
        stop(1),
        begin(2, type="tool_use", id="t1", name="look", input={}),
        delta(2, type="input_json_delta", partial_json='{"at'),
        delta(2, type="input_json_delta", partial_json='":1}'),
        stop(2),
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"input_tokens": 2, "output_tokens": 6},
        },
        {"type": "message_stop"},
    ]


async def test_a_whole_answer_is_one_document() -> None:
    async with talking() as talk:
        full = (await talk.messages(FULL)).json()
        broken = Reply(tool_calls=[Call("look", '{"a')], usage=Usage(3, 4), finish="refusal")
        other = (await talk.messages(broken)).json()
        unused = (await talk.messages(Reply(usage="none"))).json()
    assert full["content"] == [thought("Hm hm"), text("Hello"), use(input={"at": 1})]
    assert full["stop_reason"] == "tool_use"
    assert full["usage"] == {"input_tokens": 2, "output_tokens": 6}
    assert other["content"][0]["input"] == {}
    assert other["stop_reason"] == "refusal"
    assert other["usage"] == {"input_tokens": 3, "output_tokens": 4}
    assert unused["content"] == []
    assert "usage" not in unused


async def test_a_stream_may_come_without_usage_or_content() -> None:
    async with talking() as talk:
        answer = await talk.messages(Reply(usage="none"), stream=True)
    assert "usage" not in answer.text
    kinds = [data(block)["type"] for block in blocks(answer.text)]
    assert kinds == ["message_start", "message_delta", "message_stop"]


async def test_an_error_may_come_after_the_text() -> None:
    async with talking() as talk:
        answer = await talk.messages(Reply(text="Hi", error="Too busy"), stream=True)
    last = blocks(answer.text)[-1]
    assert last.startswith("event: error\n")
    assert data(last)["error"] == {"type": "overloaded_error", "message": "Too busy"}


async def test_models_have_the_shape_that_the_version_header_asks_for() -> None:
    async with talking(models=("a", "b")) as talk:
        listed = (await talk.client.get("/x/models", headers=VERSION)).json()
        one = (await talk.client.get("/x/models/a", headers=VERSION)).json()
    assert [model["id"] for model in listed["data"]] == ["a", "b"]
    assert (listed["first_id"], listed["last_id"], listed["has_more"]) == ("a", "b", False)
    assert one["type"] == "model"
    assert one["max_tokens"] > 0


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"max_tokens": None}, "max_tokens: field required"),
        ({"model": None}, "model: field required"),
        ({"messages": None}, "messages: field required"),
        ({"messages": [{"role": "system", "content": "x"}]}, "expected 'user' or 'assistant'"),
        ({"messages": [assistant(text("x"))]}, "the first message must be the user's"),
        ({"messages": [*HI, *HI]}, "messages.1: roles must alternate"),
        ({"messages": [*HI, assistant(text("x"))]}, "does not support assistant message prefill"),
        ({"messages": [user()]}, "must have non-empty content"),
        ({"messages": [user(text(" "))]}, "messages.0.content.0: text content blocks must be"),
        ({"messages": [{"role": "user", "content": ""}]}, "text content blocks must be non-empty"),
        ({"messages": [user({"type": "poem"})]}, "'poem' is not allowed"),
        ({"messages": [user(use())]}, "'tool_use' is not allowed in a message of the user"),
        ({"messages": [user(result())]}, "unexpected `tool_use_id` found"),
        ({"messages": [*HI, assistant(use()), *HI]}, "without `tool_result` blocks"),
        (
            {"messages": [*HI, assistant(use()), user(text("x"), result())]},
            "`tool_result` blocks must come first",
        ),
        (
            {"messages": [*HI, assistant(use(), use("t2")), user(result())]},
            "immediately after: t2",
        ),
        ({"messages": [*HI, assistant(use(), use()), user(result())]}, "ids must be unique"),
        (
            {"messages": [*HI, assistant(use(input="x")), user(result())]},
            "messages.1.content.0.input: expected an object",
        ),
        (
            {"messages": [*HI, assistant(thought(), text("x")), *HI]},
            "thinking is off: no thinking block",
        ),
        (
            {"messages": [*HI, assistant(thought(signed="no"), text("x")), *HI], **THINKING},
            "Invalid `signature`",
        ),
        (
            {"messages": [*HI, assistant(thought(), text("x")), *HI], "model": "n", **THINKING},
            "to the model that wrote it",
        ),
        ({"temperature": 1.2}, "temperature: expected a number from 0 to 1"),
        ({"temperature": 0.5, **THINKING}, "may only be 1 when thinking is enabled"),
        ({"thinking": {"type": "on"}}, "thinking.type"),
        ({"thinking": {"type": "enabled", "budget_tokens": 10}}, "at least 1024"),
        ({"max_tokens": 1024, **THINKING}, "less than `max_tokens`"),
        ({"tools": [{"name": "a", "input_schema": {}}]}, "tools.0.input_schema.type"),
    ],
)
async def test_a_request_that_breaks_a_rule_is_refused_by_its_name(
    fields: dict[str, Any], rule: str
) -> None:
    async with talking() as talk:
        answer = await talk.messages(Reply(text="unused"), **fields)
        assert len(talk.model.script) == 1
    body = answer.json()
    assert (answer.status_code, body["type"]) == (400, "error")
    assert body["error"]["type"] == "invalid_request_error"
    assert rule in body["error"]["message"]
    assert body["request_id"].startswith("req_")


async def test_thinking_goes_back_before_the_call_that_it_led_to() -> None:
    """Inside the tool loop the thinking is missed; with it, the loop goes on."""
    reply = Reply(thinking="Hm", tool_calls=[Call("look")])
    async with talking() as talk:
        content = (await talk.messages(reply, **THINKING)).json()["content"]
        results = user(result(content[1]["id"]), text("and now?"))
        whole = [*HI, assistant(*content), results]
        bare = [*HI, assistant(content[1]), results]
        accepted = await talk.messages(Reply(text="ok"), messages=whole, **THINKING)
        refused = await talk.messages(Reply(), messages=bare, **THINKING)
        off = await talk.messages(messages=bare)
    assert accepted.json()["content"] == [text("ok")]
    assert "found `tool_use`" in refused.json()["error"]["message"]
    assert off.status_code == 200


async def test_a_whole_conversation_is_accepted() -> None:
    messages = [
        *HI,
        assistant({"type": "redacted_thinking", "data": "xyz"}, text("Hm."), use()),
        user(result(content=[text("4"), text("2")], is_error=True)),
    ]
    tools = [{"name": "look", "input_schema": {"type": "object"}, "description": "Looks."}]
    switch = {"type": "adaptive"}
    async with talking() as talk:
        answer = await talk.messages(
            messages=messages, system=[text("Be brief.")], tools=tools, thinking=switch
        )
    kinds = [block["type"] for block in answer.json()["content"]]
    assert kinds == ["thinking", "text"]
    assert "look did not work: 42" in answer.json()["content"][1]["text"]


async def test_the_probe_of_one_token_is_cut_short() -> None:
    async with talking() as talk:
        body = (await talk.messages(max_tokens=1)).json()
        fits = await talk.client.post(
            MESSAGES, json={"model": "m", "max_tokens": 900, "messages": HI, "system": "x"}
        )
    assert body["stop_reason"] == "max_tokens"
    assert body["usage"]["output_tokens"] == 1
    assert fits.json()["stop_reason"] == "end_turn"


async def test_an_offered_tool_is_called_and_its_result_is_used() -> None:
    """A whole turn without any script: question, thought, call, result, answer."""
    tools = [{"name": "python_eval", "input_schema": {"type": "object"}}]
    question = user(text("What is 6 * 7?"))
    async with talking() as talk:
        first = (await talk.messages(messages=[question], tools=tools, **THINKING)).json()
        called = first["content"][-1]
        back = [question, assistant(*first["content"]), user(result(called["id"], "42"))]
        last = (await talk.messages(messages=back, tools=tools, **THINKING)).json()
    assert [block["type"] for block in first["content"]] == ["thinking", "text", "tool_use"]
    assert called["input"] == {"expression": "6 * 7"}
    assert last["stop_reason"] == "end_turn"
    assert "**42**" in last["content"][-1]["text"]
