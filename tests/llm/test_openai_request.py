"""Chat completions: what is sent, for each rule that a model or a host has."""

from typing import Any

import pytest
from openai_asking import TOOL, build, called, endpoint
from rawserver import KEY, ask

from luxx.llm import openai
from luxx.llm.base import (
    ToolCall,
    Turn,
)
from luxx.llm.profiles import profile


def test_the_plainest_request() -> None:
    call = openai.build(ask("m", system="Be kind."), endpoint("x"), profile("openai", "x", "m"))
    assert call.path == "/chat/completions"
    assert call.headers == {"Authorization": f"Bearer {KEY}"}
    assert call.body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Hi"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 2000,
    }


@pytest.mark.parametrize(
    ("host", "key", "headers"),
    [
        ("host.example", "", {}),
        ("x.openai.azure.com", KEY, {"api-key": KEY}),
        ("host.example", KEY, {"Authorization": f"Bearer {KEY}"}),
    ],
)
def test_the_key_goes_where_the_host_looks_for_it(
    host: str, key: str, headers: dict[str, str]
) -> None:
    assert openai.headers(endpoint(host, key), profile("openai", host, "m")) == headers


def test_tools_are_functions() -> None:
    body = build("m", tools=[TOOL])
    assert body["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "f",
                "description": "Does f.",
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]
    assert "tool_choice" not in body
    assert build("m", tools=[TOOL], tool_choice="none")["tool_choice"] == "none"


DEEPSEEK, OPENAI, OPENROUTER = "api.deepseek.com", "api.openai.com", "openrouter.ai"
GLM, QWEN, LOCAL = "open.bigmodel.cn", "dashscope.aliyuncs.com", "127.0.0.1:8000"
THINKS, THINKS_NOT = {"thinking": {"type": "enabled"}}, {"thinking": {"type": "disabled"}}


@pytest.mark.parametrize(
    ("model", "host", "on", "off"),
    [
        ("deepseek-chat", DEEPSEEK, THINKS, THINKS_NOT),
        ("deepseek-v4-pro", DEEPSEEK, THINKS, THINKS_NOT),
        (
            "glm-4.7",
            GLM,
            {"thinking": {"type": "enabled", "clear_thinking": False}},
            THINKS_NOT,
        ),
        (
            "glm-5.3",
            GLM,
            {"thinking": {"type": "enabled", "clear_thinking": False}},
            {
                "thinking": {"type": "enabled", "clear_thinking": False},
                "reasoning_effort": "low",
            },
        ),
        ("qwen3-max", QWEN, {"enable_thinking": True}, {"enable_thinking": False}),
        (
            "Qwen/Qwen3-8B",
            LOCAL,
            {"chat_template_kwargs": {"enable_thinking": True}},
            {"chat_template_kwargs": {"enable_thinking": False}},
        ),
        ("kimi-k2.5", "api.moonshot.cn", THINKS, THINKS_NOT),
        ("kimi-k2-turbo", "api.moonshot.cn", {}, {}),
        ("qwen3:8b", "localhost:11434", {}, {"reasoning_effort": "none"}),
        (
            "deepseek/deepseek-v4",
            OPENROUTER,
            {"reasoning": {"enabled": True}},
            {"reasoning": {"enabled": False}},
        ),
        ("gpt-5", OPENAI, {"reasoning_effort": "medium"}, {"reasoning_effort": "minimal"}),
        ("gpt-5.2", OPENAI, {"reasoning_effort": "medium"}, {"reasoning_effort": "none"}),
        ("gpt-5.6", OPENAI, {"reasoning_effort": "medium"}, {"reasoning_effort": "none"}),
        ("gpt-5.2-pro", OPENAI, {}, {}),
        ("gpt-5-chat-latest", OPENAI, {}, {}),
        ("o3-mini", OPENAI, {"reasoning_effort": "medium"}, {"reasoning_effort": "low"}),
        ("gpt-4o", OPENAI, {}, {}),
        ("unknown", "host.example", {}, {}),
    ],
)
def test_thinking_is_switched_in_the_way_of_model_and_host(
    model: str, host: str, on: dict[str, Any], off: dict[str, Any]
) -> None:
    fields = (
        "thinking",
        "enable_thinking",
        "chat_template_kwargs",
        "reasoning",
        "reasoning_effort",
    )
    for wanted, expected in ((True, on), (False, off)):
        body = build(model, host, thinking=wanted)
        assert {name: body[name] for name in fields if name in body} == expected


@pytest.mark.parametrize(
    ("model", "effort"),
    [("gpt-5.4", None), ("gpt-5.5", None), ("gpt-5.6", "none"), ("gpt-6", "none")],
)
@pytest.mark.parametrize("thinking", [True, False])
def test_effort_beside_tools(model: str, effort: str | None, thinking: bool) -> None:
    """GPT-5.4 and 5.5 refuse any with tools, later ones all but an explicit none."""
    assert build(model, OPENAI, tools=[TOOL], thinking=thinking).get("reasoning_effort") == effort


@pytest.mark.parametrize(
    ("model", "host", "thinking", "sent"),
    [
        ("gpt-4o", OPENAI, False, 0.7),
        ("gpt-5.2", OPENAI, False, 0.7),
        ("gpt-5.2", OPENAI, True, None),
        ("gpt-5", OPENAI, False, None),
        ("o3", OPENAI, False, None),
        ("gpt-5.2-pro", OPENAI, False, None),
        ("kimi-k2.5", "api.moonshot.cn", False, None),
        ("anthropic/claude-opus-4.7", OPENROUTER, False, None),
        ("anthropic/claude-opus-5.5", "gateway.example", False, None),
        ("openai/gpt-5.2", OPENROUTER, False, 0.7),
        ("openai/gpt-5.2", OPENROUTER, True, None),
        ("deepseek-chat", DEEPSEEK, False, 0.7),
        ("unknown", "host.example", True, 0.7),
    ],
)
def test_temperature_is_a_wish(model: str, host: str, thinking: bool, sent: float | None) -> None:
    assert build(model, host, thinking=thinking).get("temperature") == sent


@pytest.mark.parametrize(
    ("model", "asked", "sent"),
    [("m", 2.5, 2.0), ("m", -1.0, 0.0), ("claude-3-haiku", 1.5, None), ("m", None, None)],
)
def test_temperature_is_clamped(model: str, asked: float | None, sent: float | None) -> None:
    assert build(model, temperature=asked).get("temperature") == sent


@pytest.mark.parametrize(
    ("model", "host", "name"),
    [
        ("gpt-5.6", OPENAI, "max_completion_tokens"),
        ("o3", OPENAI, "max_completion_tokens"),
        ("gpt-5.1", "x.openai.azure.com", "max_completion_tokens"),
        ("gpt-4o", OPENAI, "max_tokens"),
        ("openai/gpt-5.6", OPENROUTER, "max_tokens"),
        ("glm-4.7", GLM, "max_tokens"),
        ("unknown", "host.example", "max_tokens"),
    ],
)
def test_the_name_of_the_token_limit(model: str, host: str, name: str) -> None:
    body = build(model, host, max_tokens=77)
    assert {k: v for k, v in body.items() if k.startswith("max_")} == {name: 77}


def test_padding_is_switched_off_where_it_is_sent() -> None:
    assert build("gpt-4o", OPENAI)["stream_options"]["include_obfuscation"] is False


def test_glm_streams_arguments_only_when_asked_and_takes_no_tool_choice() -> None:
    assert build("glm-4.7", GLM, tools=[TOOL])["tool_stream"] is True
    body = build("glm-4.7", GLM, tools=[TOOL], tool_choice="none", turns=called())
    assert "tools" not in body
    assert all("tool_calls" not in message for message in body["messages"])


def test_calls_and_results_in_messages() -> None:
    messages = build("m", tools=[TOOL], turns=called())["messages"]
    assert messages == [
        {"role": "user", "content": "Go"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c",
                    "type": "function",
                    "function": {"name": "f", "arguments": '{"a": 1}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c", "content": "done"},
        {"role": "assistant", "content": "Well."},
        {"role": "user", "content": "And?"},
    ]


@pytest.mark.parametrize("arguments", ["{ bad", "[1]", '"x"'])
def test_arguments_that_are_no_object_are_not_sent_on(arguments: str) -> None:
    turns = [Turn("assistant", (ToolCall("c", "f", arguments),))]
    message = build("m", tools=[TOOL], turns=turns)["messages"][1]
    assert message["tool_calls"][0]["function"]["arguments"] == "{}"
