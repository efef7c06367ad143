"""Messages: what is sent, for each rule that a model or a host has."""

from typing import Any

import pytest
from rawserver import KEY, ask

from luxx.config import Secret
from luxx.llm import anthropic
from luxx.llm.base import (
    Endpoint,
    ProviderState,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
)
from luxx.llm.ids import safe_id
from luxx.llm.profiles import profile

HOST = "api.anthropic.com"
TOOL = ToolSpec("f", "Does f.", {"type": "object", "properties": {}})
SUMMARIZED = {"type": "adaptive", "display": "summarized"}
CACHED = {"cache_control": {"type": "ephemeral"}}


def endpoint(key: str = KEY) -> Endpoint:
    return Endpoint(origin="1", wire="anthropic", base_url=f"https://{HOST}", api_key=Secret(key))


def build(model: str, host: str = HOST, **fields: Any) -> dict[str, Any]:
    request = ask(model, **{"temperature": 0.7, **fields})
    return anthropic.build(request, endpoint(), profile("anthropic", host, model)).body


def test_a_whole_request() -> None:
    request = ask("claude-sonnet-4-5", system="Be kind.", tools=[TOOL], temperature=1.5)
    call = anthropic.build(request, endpoint(), profile("anthropic", HOST, request.model))
    assert call.path == "/messages"
    assert call.headers == {"anthropic-version": "2023-06-01", "x-api-key": KEY}
    assert call.body == {
        "model": "claude-sonnet-4-5",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi", **CACHED}]}],
        "stream": True,
        "max_tokens": 2000,
        "system": [{"type": "text", "text": "Be kind.", **CACHED}],
        "temperature": 1.0,
        "tools": [
            {
                "name": "f",
                "description": "Does f.",
                "input_schema": {"type": "object", "properties": {}},
            }
        ],
    }


def test_a_compatible_host_gets_both_headers_and_no_cache_marks() -> None:
    used = profile("anthropic", "api.deepseek.com", "deepseek-v4-pro")
    assert anthropic.headers(endpoint(), used)["Authorization"] == f"Bearer {KEY}"
    assert anthropic.headers(endpoint(""), used) == {"anthropic-version": "2023-06-01"}
    body = build("deepseek-v4-pro", "api.deepseek.com", system="Be kind.")
    assert body["system"] == "Be kind."
    assert "cache_control" not in str(body)


def test_tools_may_be_named_and_not_called() -> None:
    body = build("claude-sonnet-4-5", tools=[TOOL], tool_choice="none")
    assert body["tool_choice"] == {"type": "none"}


BUDGET = {"type": "enabled", "budget_tokens": 1024}


@pytest.mark.parametrize(
    ("model", "on", "off"),
    [
        ("claude-3-5-sonnet-20241022", None, None),
        ("claude-3-7-sonnet-latest", BUDGET, None),
        ("claude-sonnet-4-20250514", BUDGET, None),
        ("claude-opus-4-1", BUDGET, None),
        ("claude-opus-4-5-20251101", BUDGET, None),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", BUDGET, None),
        ("claude-opus-4-6", SUMMARIZED, None),
        ("claude-opus-4.7", SUMMARIZED, None),
        ("claude-opus-4-8", SUMMARIZED, None),
        ("claude-sonnet-5", SUMMARIZED, {"type": "disabled"}),
        ("claude-opus-5", SUMMARIZED, {"type": "disabled"}),
        ("claude-haiku-5-5", SUMMARIZED, {"type": "disabled"}),
        ("claude-sonnet-5-5", SUMMARIZED, {"type": "between_tools"}),
        ("claude-opus-5-5", SUMMARIZED, None),
        ("claude-fable-5-1", SUMMARIZED, None),
        ("claude-mythos-5", SUMMARIZED, None),
        ("glm-4.7", BUDGET, {"type": "disabled"}),
    ],
)
def test_thinking_is_switched_in_the_way_of_the_model(model: str, on: Any, off: Any) -> None:
    assert build(model, thinking=True).get("thinking") == on
    assert build(model).get("thinking") == off


@pytest.mark.parametrize(
    ("asked", "limit", "budget"), [(100, 2048, 1024), (2000, 2048, 1024), (8000, 8000, 4000)]
)
def test_a_budget_leaves_room_for_the_answer(asked: int, limit: int, budget: int) -> None:
    body = build("claude-sonnet-4-5", thinking=True, max_tokens=asked)
    assert body["max_tokens"] == limit
    assert body["thinking"]["budget_tokens"] == budget
    assert build("claude-sonnet-4-5", max_tokens=asked)["max_tokens"] == asked


@pytest.mark.parametrize(
    ("model", "thinking", "sent"),
    [
        ("claude-sonnet-4-5", False, 0.7),
        ("claude-sonnet-4-5", True, None),
        ("claude-opus-4-6", True, None),
        ("claude-opus-4-7", False, None),
        ("claude-haiku-5-5", False, None),
        ("claude-opus-5-5", False, None),
        ("claude-newest-9", False, None),
        ("glm-4.7", True, 0.7),
    ],
)
def test_temperature_is_a_wish(model: str, thinking: bool, sent: float | None) -> None:
    assert build(model, thinking=thinking).get("temperature") == sent


# History

BLOCKS: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": "hm", "signature": "s"},
    {"type": "redacted_thinking", "data": "x"},
    {"type": "text", "text": " "},
    {"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}},
]


def called(
    blocks: list[dict[str, Any]] | None = None, origin: str = "1", model: str = "claude-sonnet-4-5"
) -> list[Turn]:
    state = ProviderState(origin, model, {"blocks": BLOCKS if blocks is None else blocks})
    return [
        Turn("user", (Text("Go"),)),
        Turn("assistant", (Thinking("hm"), Text("Well."), ToolCall("c", "f", '{"a": 1}')), state),
        Turn("user", (ToolResult("c", "f", "no", success=False), Text("now"))),
    ]


FLAT = [
    {"type": "text", "text": "Well."},
    {"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}},
]


def said(
    turns: list[Turn], model: str = "claude-sonnet-4-5", host: str = HOST, thinking: bool = True
) -> Any:
    body = build(model, host, turns=turns, thinking=thinking, tools=[TOOL])
    return body["messages"][1]["content"]


def in_loop(turns: list[Turn]) -> list[Turn]:
    """Without the user's words at the end, the tool loop is still under way."""
    last = turns[-1]
    return [*turns[:-1], Turn("user", last.parts[:1])]


def test_results_come_first_and_the_last_block_is_cached() -> None:
    message = build("claude-sonnet-4-5", turns=called(), tools=[TOOL])["messages"][2]
    assert message["content"] == [
        {"type": "tool_result", "tool_use_id": "c", "content": "no", "is_error": True},
        {"type": "text", "text": "now", **CACHED},
    ]


def test_within_the_tool_loop_the_models_own_blocks_go_back() -> None:
    assert said(in_loop(called())) == [BLOCKS[0], BLOCKS[1], BLOCKS[3]]


def test_a_finished_turn_is_sent_without_its_thinking() -> None:
    assert said(called()) == FLAT


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(called(origin="2"), id="another provider"),
        pytest.param(called(model="claude-opus-4-5"), id="another model"),
        pytest.param(called(BLOCKS[:3]), id="other calls"),
        pytest.param(called([]), id="nothing"),
    ],
)
def test_blocks_that_are_not_this_turns_own_are_dropped(turns: list[Turn]) -> None:
    assert said(in_loop(turns)) == FLAT


def test_without_thinking_no_thoughts_are_sent() -> None:
    assert said(in_loop(called()), thinking=False) == FLAT


@pytest.mark.parametrize("model", ["claude-opus-5-5", "claude-sonnet-5-5"])
def test_a_model_that_always_thinks_gets_its_thoughts_back(model: str) -> None:
    turns = in_loop(called(model=model))
    assert said(turns, model, thinking=False)[0] == BLOCKS[0]


def test_an_unsigned_thought_is_never_sent_to_its_maker_and_deepseek_wants_it() -> None:
    unsigned = [{"type": "thinking", "thinking": "hm", "signature": ""}, BLOCKS[3]]
    assert said(in_loop(called(unsigned))) == [BLOCKS[3]]
    turns = called(unsigned, model="deepseek-v4-pro")
    assert said(turns, "deepseek-v4-pro", "api.deepseek.com") == unsigned


def test_ids_of_other_providers_are_made_acceptable() -> None:
    odd = "functions.f:0"
    turns = [
        Turn("assistant", (ToolCall(odd, "f", "bad"),)),
        Turn("user", (ToolResult(odd, "f", "ok", success=True),)),
    ]
    messages = build("glm-4.7", "host.example", turns=turns, tools=[TOOL])["messages"]
    assert messages[1]["content"] == [
        {"type": "tool_use", "id": safe_id(odd), "name": "f", "input": {}}
    ]
    assert messages[2]["content"] == [
        {"type": "tool_result", "tool_use_id": safe_id(odd), "content": "ok"}
    ]


@pytest.mark.parametrize("id_", ["", "a.b", "x" * 65, "é"])
def test_an_acceptable_id_is_made_of_any(id_: str) -> None:
    assert safe_id(id_).removeprefix("call_").isalnum()
    assert safe_id(id_) == safe_id(id_) != safe_id(id_ + "!")
