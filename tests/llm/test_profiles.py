"""Models and hosts as data, the addresses built from base URLs, and what a refusal teaches."""

from dataclasses import replace

import pytest

from luxx.errors import Upstream
from luxx.llm.profiles import PLAIN, Profile, context_window, profile
from luxx.llm.repairs import repaired
from luxx.llm.urls import host, join


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o-mini", 128_000),
        ("gpt-4", 8_000),
        ("openai/gpt-5.6", 1_000_000),
        ("gpt-5", 272_000),
        ("o3-mini", 200_000),
        ("claude-3-5-sonnet-20241022", 200_000),
        ("claude-sonnet-4-5", 200_000),
        ("claude-opus-4-6", 1_000_000),
        ("anthropic/claude-sonnet-5.5", 1_000_000),
        ("deepseek-chat", 128_000),
        ("deepseek-v4-pro", 1_000_000),
        ("Qwen/Qwen3-8B", 128_000),
        ("glm-4.7", 200_000),
        ("my-own-model", 4_321),
        ("foo1", 4_321),
    ],
)
def test_the_context_of_a_model(model: str, tokens: int) -> None:
    assert context_window(model, 4_321) == tokens


def test_case_does_not_matter() -> None:
    assert profile("openai", "API.OpenAI.com", "GPT-5.6") == profile(
        "openai", "api.openai.com", "gpt-5.6"
    )


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://a.b", "https://a.b/v1/chat/completions"),
        ("https://a.b/", "https://a.b/v1/chat/completions"),
        (" https://a.b/v1 ", "https://a.b/v1/chat/completions"),
        ("https://a.b/v1/", "https://a.b/v1/chat/completions"),
        ("https://a.b/api", "https://a.b/api/v1/chat/completions"),
        ("https://a.b/v1beta/openai", "https://a.b/v1beta/openai/chat/completions"),
        ("https://a.b/api/paas/v4", "https://a.b/api/paas/v4/chat/completions"),
        ("https://a.b/v1/chat/completions", "https://a.b/v1/chat/completions"),
        ("https://a.b/video", "https://a.b/video/v1/chat/completions"),
        ("https://api.perplexity.ai", "https://api.perplexity.ai/chat/completions"),
        ("http://[::1]:8000", "http://[::1]:8000/v1/chat/completions"),
        (
            "https://a.azure.com/openai/deployments/d?api-version=1",
            "https://a.azure.com/openai/deployments/d/chat/completions?api-version=1",
        ),
    ],
)
def test_a_base_url_with_or_without_its_version(base: str, address: str) -> None:
    assert str(join(base, "/chat/completions")) == address


def test_a_base_url_that_is_none() -> None:
    with pytest.raises(Upstream, match="base URL is not a valid address"):
        join("http://a:b:c", "/models")
    assert host("http://a:b:c") == ""
    assert host("http://a:1/x") == "a:1"


def learned(message: str, used: Profile | None = None, status: int = 400) -> Profile | None:
    answer = repaired(used or Profile(), Upstream(message, upstream_status=status))
    return answer[0] if answer else None


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        ("Unknown field stream_options", {"stream_options": False}),
        ("Unsupported value: 'temperature' does not support 0.7", {"temperature": "never"}),
        ("Use 'max_completion_tokens' instead", {"limit": "max_completion_tokens"}),
        ("tool_choice is not supported", {"tool_choice": False}),
        (
            "The `reasoning_content` in the thinking mode must be passed back to the API.",
            {"echo": "calls", "filler": True},
        ),
    ],
)
def test_a_refused_parameter_is_put_differently(message: str, changed: dict[str, object]) -> None:
    assert learned(message) == replace(Profile(), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "used", "changed"),
    [
        (
            "max_completion_tokens: extra inputs",
            {"limit": "max_completion_tokens"},
            {"limit": "max_tokens"},
        ),
        ("tool_stream: unknown", {"tool_stream": True}, {"tool_stream": False}),
        ("cache_control: unknown", {"cache": True}, {"cache": False}),
        ("Reasoning is mandatory and cannot be disabled", {"style": "x"}, {"style": PLAIN}),
        ("Invalid `signature` in `thinking` block", {"echo": "loop"}, {"echo": "never"}),
        ("Expected `thinking`, but found `tool_use`", {"style": "x"}, {"style": PLAIN}),
    ],
)
def test_what_was_sent_on_purpose_can_be_left_out(
    message: str, used: dict[str, object], changed: dict[str, object]
) -> None:
    before = Profile(**used)  # type: ignore[arg-type]
    assert learned(message, before) == replace(before, **changed)  # type: ignore[arg-type]


def test_effort_beside_tools_can_be_none_only() -> None:
    after = learned("Function tools need reasoning_effort set to 'none' here: tools, none")
    assert after is not None
    assert after.style.with_tools == {"reasoning_effort": "none"}


def test_what_is_quoted_further_on_is_not_the_reason() -> None:
    assert learned("Too long: " + "x" * 600 + " temperature") is None


@pytest.mark.parametrize(("message", "status"), [("temperature", 500), ("Bad messages", 400)])
def test_other_refusals_teach_nothing(message: str, status: int) -> None:
    assert learned(message, status=status) is None
    assert learned("temperature", Profile(temperature="never")) is None
