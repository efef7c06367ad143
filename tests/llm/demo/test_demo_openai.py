"""The chat completions format of the scripted model, byte for byte over a real socket."""

from typing import Any

import pytest
from demo_talk import HI, blocks, data, talking

from luxx.llm.base import Usage
from luxx.llm.demo import Call, Reply

FULL = Reply(text="Hello world", thinking="Hm, hm", tool_calls=[Call("look", {"at": 1}, id="c1")])


def call(call_id: str = "c1", **fields: Any) -> dict[str, Any]:
    function = {"name": "look", "arguments": "{}"}
    return {"id": call_id, "type": "function", "function": function, **fields}


def said(*calls: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(calls), **fields}


def found(call_id: str = "c1", content: Any = "42") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


async def test_a_stream_has_every_chunk_in_order() -> None:
    async with talking() as talk:
        answer = await talk.chat(FULL, stream=True, stream_options={"include_usage": True})
    assert answer.headers["content-type"] == "text/event-stream"
    *chunks, done = blocks(answer.text)
    assert done == "data: [DONE]"
    decoded = [data(chunk) for chunk in chunks]
    assert {(c["object"], c["model"], c["id"]) for c in decoded} == {
        ("chat.completion.chunk", "m", decoded[0]["id"])
    }
    used = decoded.pop()
    assert used["choices"] == []
    assert used["usage"] == {
        "prompt_tokens": 2,
        "completion_tokens": 8,
        "total_tokens": 10,
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    assert all(c["usage"] is None for c in decoded)
    assert [c["choices"][0]["finish_reason"] for c in decoded] == [None] * 9 + ["tool_calls"]
    opening = {
        "index": 0,
        "id": "c1",
        "type": "function",
        "function": {"name": "look", "arguments": ""},
    }
    assert [c["choices"][0]["delta"] for c in decoded] == [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "Hm, "},
        {"reasoning_content": "hm"},
        {"content": "Hell"},
        {"content": "o wo"},
        {"content": "rld"},
        {"tool_calls": [opening]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"at'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '":1}'}}]},
        {},
    ]


async def test_usage_comes_only_when_asked_for() -> None:
    async with talking() as talk:
        plain = await talk.chat(Reply(text="x"), stream=True)
        without = await talk.chat(
            Reply(text="x", usage="none"), stream=True, stream_options={"include_usage": True}
        )
    assert "usage" not in plain.text
    assert '"choices":[]' not in without.text


async def test_a_whole_answer_is_one_document() -> None:
    async with talking() as talk:
        full = (await talk.chat(FULL)).json()
        short = (await talk.chat(Reply(text="Hi", usage=Usage(7, 9), finish="length"))).json()
        unused = (await talk.chat(Reply(text="Hi", usage="none"))).json()
    assert full["object"] == "chat.completion"
    assert full["choices"] == [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {
                "role": "assistant",
                "content": "Hello world",
                "reasoning_content": "Hm, hm",
                "tool_calls": [call(function={"name": "look", "arguments": '{"at":1}'})],
            },
        }
    ]
    assert short["usage"]["total_tokens"] == 16
    assert short["choices"][0]["finish_reason"] == "length"
    assert "usage" not in unused


async def test_broken_arguments_go_out_as_they_are() -> None:
    async with talking() as talk:
        answer = await talk.chat(Reply(tool_calls=[Call("look", '{"a')], chunk=99), stream=True)
    deltas = [data(block)["choices"][0]["delta"] for block in blocks(answer.text)[:-1]]
    assert deltas[2]["tool_calls"][0]["function"]["arguments"] == '{"a'


async def test_an_error_may_come_after_the_text() -> None:
    async with talking() as talk:
        answer = await talk.chat(Reply(text="Hi", error="overloaded"), stream=True)
    assert answer.status_code == 200
    assert data(blocks(answer.text)[-1])["error"]["message"] == "overloaded"
    assert "finish_reason" in answer.text
    assert "[DONE]" not in answer.text


async def test_models_are_listed() -> None:
    async with talking(models=("a", "b")) as talk:
        listed = (await talk.client.get("/v1/models")).json()
        one = (await talk.client.get("/any/prefix/models/b")).json()
        none = await talk.client.get("/v1/models/c")
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == ["a", "b"]
    assert one["id"] == "b"
    assert none.status_code == 404


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"model": ""}, "model: field required"),
        ({"model": 3}, "model: expected a string"),
        ({"messages": []}, "messages: field required"),
        ({"messages": {"role": "user"}}, "messages: expected an array"),
        ({"messages": ["x"]}, "messages[0]: expected an object"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"messages": [*HI, {"role": "assistant"}]}, "needs 'content' or 'tool_calls'"),
        ({"messages": [*HI, said(call())]}, "did not have response messages: c1"),
        ({"messages": [*HI, said(call(), call("c2")), found()]}, "messages: c2"),
        ({"messages": [*HI, said(call()), *HI, found()]}, "did not have response messages: c1"),
        ({"messages": [*HI, found()]}, "must be a response to a preceding message"),
        ({"messages": [*HI, said(call()), found(), found()]}, "'c1' is not waiting"),
        ({"messages": [*HI, said(call(), call()), found()]}, "'c1' is used twice"),
        ({"temperature": 2.5}, "temperature: expected a number from 0 to 2"),
        ({"temperature": True}, "temperature: expected a number from 0 to 2"),
        ({"max_tokens": 0}, "max_tokens: expected a whole number"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "Only one of max_tokens"),
        ({"stream": "yes"}, "stream: expected true or false"),
        ({"tools": [{"type": "code"}]}, "only 'function' is known"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
    ],
)
async def test_a_request_that_breaks_a_rule_is_refused_by_its_name(
    fields: dict[str, Any], rule: str
) -> None:
    async with talking() as talk:
        answer = await talk.chat(Reply(text="unused"), **fields)
        assert len(talk.model.script) == 1
    assert answer.status_code == 400
    assert rule in answer.json()["error"]["message"]
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_whole_tool_loop_is_accepted() -> None:
    parts = [{"type": "text", "text": "forty-"}, {"type": "text", "text": "two"}]
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": "Be kind."},
        *HI,
        *HI,
        said(call(), call("c2"), content="Let me look."),
        found(),
        found("c2", parts),
    ]
    async with talking() as talk:
        assert (await talk.chat(Reply(text="ok"), messages=messages)).status_code == 200


@pytest.mark.parametrize("model", ["deepseek-chat", "m"])
async def test_some_models_want_their_reasoning_back_with_the_call_it_led_to(model: str) -> None:
    """The very bytes; other models do not mind."""
    reply = Reply(thinking="I must look", tool_calls=[Call("look")])
    switch = {"type": "enabled"}
    async with talking() as talk:
        first = (await talk.chat(reply, model=model, thinking=switch)).json()
        message = first["choices"][0]["message"]
        result = found(message["tool_calls"][0]["id"])
        statuses = []
        for reasoning in ("I must look", "I must", ""):
            sent = [*HI, message | {"reasoning_content": reasoning}, result]
            answer = await talk.chat(Reply(), model=model, thinking=switch, messages=sent)
            statuses.append(answer.status_code)
    assert statuses == ([200, 400, 400] if model == "deepseek-chat" else [200] * 3)


@pytest.mark.parametrize(
    ("fields", "thinks"),
    [
        ({}, False),
        ({"thinking": {"type": "enabled"}}, True),
        ({"thinking": {"type": "disabled"}}, False),
        ({"reasoning_effort": "high"}, True),
        ({"reasoning_effort": "none"}, False),
        ({"enable_thinking": True}, True),
        ({"enable_thinking": False}, False),
        ({"reasoning": {"effort": "low"}}, True),
        ({"reasoning": {"enabled": True}}, True),
        ({"chat_template_kwargs": {"enable_thinking": True}}, True),
    ],
)
async def test_it_thinks_when_any_of_the_known_switches_is_on(
    fields: dict[str, Any], thinks: bool
) -> None:
    async with talking() as talk:
        message = (await talk.chat(**fields)).json()["choices"][0]["message"]
    assert ("reasoning_content" in message) is thinks


@pytest.mark.parametrize(
    ("content", "worked"),
    [("12", True), ("fine", True), ("Error: no", False), ('{"error": "no"}', False)],
)
async def test_a_result_that_holds_an_error_has_failed(content: str, worked: bool) -> None:
    async with talking() as talk:
        answer = await talk.chat(messages=[*HI, said(call()), found(content=content)])
    told = answer.json()["choices"][0]["message"]["content"]
    assert ("did not work" not in told) is worked


async def test_an_offered_tool_is_called_and_its_result_is_used() -> None:
    """A whole turn without any script: question, call, result, answer."""
    function = {"name": "python_eval", "description": "", "parameters": {"type": "object"}}
    tools = [{"type": "function", "function": function}]
    question = {"role": "user", "content": "What is 6 * 7?"}
    async with talking() as talk:
        first = (await talk.chat(messages=[question], tools=tools)).json()["choices"][0]
        (called,) = first["message"]["tool_calls"]
        result = found(called["id"], '{"result": 42}')
        again = await talk.chat(messages=[question, first["message"], result], tools=tools)
    assert first["finish_reason"] == "tool_calls"
    assert called["function"] == {"name": "python_eval", "arguments": '{"expression":"6 * 7"}'}
    last = again.json()["choices"][0]
    assert last["finish_reason"] == "stop"
    assert "**42**" in last["message"]["content"]
