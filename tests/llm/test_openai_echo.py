"""Chat completions: which reasoning goes back to whom."""

from typing import Any

import pytest
from openai_asking import TOOL, build, called

from luxx.llm.base import (
    ProviderState,
    Text,
    Turn,
)

DEEPSEEK, OPENAI, OPENROUTER = "api.deepseek.com", "api.openai.com", "openrouter.ai"
GLM, QWEN, LOCAL = "open.bigmodel.cn", "dashscope.aliyuncs.com", "127.0.0.1:8000"


def echoed(model: str, host: str, thinking: bool = True, **called_with: Any) -> dict[str, Any]:
    turns = called(**{"model": model, **called_with})
    body = build(model, host, tools=[TOOL], turns=turns, thinking=thinking)
    message = next(m for m in body["messages"] if "tool_calls" in m)
    return {key: value for key, value in message.items() if "reason" in key}


HM = {"reasoning_content": "hm"}
DETAILS = {"reasoning_details": [{"type": "reasoning.text", "text": "hm"}]}


@pytest.mark.parametrize(
    ("model", "host"),
    [
        ("deepseek-v4-pro", DEEPSEEK),
        ("glm-4.7", GLM),
        ("kimi-k2.5", "api.moonshot.cn"),
        ("qwen3-max", QWEN),
    ],
)
def test_reasoning_goes_back_with_every_tool_call(model: str, host: str) -> None:
    assert echoed(model, host, state=HM) == HM


def test_details_go_back_untouched() -> None:
    assert echoed("deepseek/deepseek-v4", OPENROUTER, state=DETAILS) == DETAILS


def test_a_self_hosted_model_gets_its_own_field_back() -> None:
    assert echoed("deepseek-v4", LOCAL, state={"reasoning": "hm"}) == {"reasoning": "hm"}


@pytest.mark.parametrize("lost", [{}, {"state": HM, "origin": "2"}, {"state": {"other": "x"}}])
def test_deepseek_gets_a_blank_where_reasoning_is_lost(lost: dict[str, Any]) -> None:
    assert echoed("deepseek-v4-pro", DEEPSEEK, **lost) == {"reasoning_content": " "}


def test_reasoning_of_another_model_is_dropped() -> None:
    assert echoed("glm-4.7", GLM, state=HM, origin="2") == {}
    turns = called(HM, model="glm-4.6")
    body = build("glm-4.7", GLM, tools=[TOOL], turns=turns, thinking=True)
    assert not any("reasoning_content" in message for message in body["messages"])


def test_reasoning_stays_here_without_thinking_and_for_hosts_that_do_not_ask_for_it() -> None:
    assert echoed("deepseek-v4-pro", DEEPSEEK, thinking=False, state=HM) == {}
    assert echoed("unknown", "host.example", state=HM) == {}
    assert echoed("glm-5.3", GLM, thinking=False, state=HM) == HM


def test_reasoning_goes_back_with_calls_only() -> None:
    turns = [Turn("assistant", (Text("a"),), ProviderState("1", "deepseek-v4-pro", HM))]
    body = build("deepseek-v4-pro", DEEPSEEK, turns=turns, thinking=True, tools=[TOOL])
    assert body["messages"][1] == {"role": "assistant", "content": "a"}
