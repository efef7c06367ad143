"""What is known of models and hosts, as data: names and rules move, the code that reads them stays.

A `Profile` says how a request must be put. The model's rules come first, the host's override them;
the first pattern that matches counts. What a server refuses all the same is learned from its answer
(`luxx.llm.repairs`).
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The fields that ask for thinking, or for none; a missing field leaves it to the model."""

    on: Fields = field(default_factory=dict)
    off: Fields = field(default_factory=dict)
    #: In place of both where tools are offered.
    with_tools: Fields | None = None
    #: The model thinks even when asked not to: what it thought still has to go back.
    always: bool = False
    #: `on` wants a number of tokens, below max_tokens.
    budget: bool = False

    def fields(self, *, thinking: bool, tools: bool) -> Fields:
        if tools and self.with_tools is not None:
            return self.with_tools
        return self.on if thinking else self.off


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    style: Style = Style()
    #: "quiet": taken only while the model does not think.
    temperature: Literal["always", "quiet", "never"] = "always"
    hottest: float = 2.0
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    stream_options: bool = True
    #: Random padding in every chunk can be switched off.
    obfuscates: bool = False
    tool_stream: bool = False
    #: `tool_choice: none` is understood.
    tool_choice: bool = True
    #: What the model thought goes back: never, within a tool loop, or with every tool call.
    echo: Literal["never", "loop", "calls"] = "never"
    #: A tool call whose reasoning is lost is refused without this field.
    filler: bool = False
    #: Thinking without a signature is refused.
    signed: bool = False
    cache: bool = False
    key_header: Literal["authorization", "api-key", "x-api-key", "both"] = "authorization"


def _switch(name: str, on: Any, off: Any) -> Style:
    return Style(on={name: on}, off={name: off})


_ENABLED: Fields = {"type": "enabled"}
_DISABLED: Fields = {"type": "disabled"}
_ADAPTIVE: Fields = {"thinking": {"type": "adaptive", "display": "summarized"}}

PLAIN = Style()
SWITCH = _switch("thinking", _ENABLED, _DISABLED)
GLM = _switch("thinking", {"type": "enabled", "clear_thinking": False}, _DISABLED)
GLM_ALWAYS = Style(on=GLM.on, off={**GLM.on, "reasoning_effort": "low"}, always=True)
DASHSCOPE = _switch("enable_thinking", True, False)
TEMPLATE = _switch("chat_template_kwargs", {"enable_thinking": True}, {"enable_thinking": False})
OLLAMA = Style(off={"reasoning_effort": "none"})
OPENROUTER = _switch("reasoning", {"enabled": True}, {"enabled": False})
EFFORT = _switch("reasoning_effort", "medium", "none")
EFFORT_MINIMAL = _switch("reasoning_effort", "medium", "minimal")
EFFORT_LOW = _switch("reasoning_effort", "medium", "low")
EFFORT_TOOLLESS = replace(EFFORT, with_tools={})
EFFORT_NONE = replace(EFFORT, with_tools={"reasoning_effort": "none"})
BUDGET = Style(on={"thinking": _ENABLED}, budget=True)
BUDGET_SWITCH = replace(SWITCH, budget=True)
ADAPTIVE = Style(on=_ADAPTIVE)
ADAPTIVE_DEFAULT = Style(on=_ADAPTIVE, off={"thinking": _DISABLED})
ADAPTIVE_ALWAYS = Style(on=_ADAPTIVE, always=True)
BETWEEN_TOOLS = Style(on=_ADAPTIVE, off={"thinking": {"type": "between_tools"}}, always=True)

_REASONING: Fields = {"limit": "max_completion_tokens", "temperature": "quiet"}
_ECHO: Fields = {"echo": "calls"}

#: Chat completions: models.
OPENAI_MODELS: tuple[tuple[str, Fields], ...] = (
    (r"gpt-5.*-(pro|chat)\b", {**_REASONING, "style": PLAIN, "temperature": "never"}),
    (r"gpt-5\.[1-3]\b", {**_REASONING, "style": EFFORT}),
    (r"gpt-5\.[45]\b", {**_REASONING, "style": EFFORT_TOOLLESS}),
    (r"gpt-(5\.([6-9]|\d\d)|[6-9])", {**_REASONING, "style": EFFORT_NONE}),
    (r"gpt-5", {**_REASONING, "style": EFFORT_MINIMAL}),
    (r"^o1-(mini|preview)|^o\d.*-pro", {**_REASONING, "style": PLAIN, "temperature": "never"}),
    (r"^o[1-9]\b", {**_REASONING, "style": EFFORT_LOW}),
    (r"deepseek-(v3|chat|v4|flash|reasoner)", {**_ECHO, "filler": True, "style": SWITCH}),
    (r"glm-(5\.[3-9]|[6-9])", {**_ECHO, "style": GLM_ALWAYS}),
    (r"glm-(4\.[5-9]|5)", {**_ECHO, "style": GLM}),
    (r"kimi-(k2\.[5-9]|k[3-9])", {**_ECHO, "style": SWITCH, "temperature": "never"}),
    (r"kimi|minimax|mimo", _ECHO),
    (r"^luxx-demo", {"style": SWITCH}),
    (r"qwen-?3|qwq|qwen-(plus|max|flash|turbo)", _ECHO),
)

#: Chat completions: hosts.
OPENAI_HOSTS: tuple[tuple[str, Fields], ...] = (
    (r"api\.openai\.com", {"obfuscates": True}),
    (r"\.azure\.com|\.azure-api\.net", {"key_header": "api-key"}),
    (
        r"openrouter\.ai",
        {**_ECHO, "style": OPENROUTER, "limit": "max_tokens", "filler": False},
    ),
    (
        r"bigmodel\.cn|(^|\.)z\.ai",
        {"limit": "max_tokens", "tool_stream": True, "tool_choice": False},
    ),
    (r"ollama|:11434$", {"style": OLLAMA, "limit": "max_tokens", "echo": "never", "filler": False}),
)

#: Hybrid models think by default; how that is switched depends on who serves them.
QWEN = r"qwen-?3|qwen-(plus|max|flash|turbo)"
SELF_HOSTED = r"localhost|127\.|10\.|192\.168\.|172\.|\[|[^.]+(:\d+)?$"
VENDORS = (
    (r"dashscope", QWEN, DASHSCOPE),
    (SELF_HOSTED, QWEN + r"|glm-|deepseek-v|kimi-k2\.", TEMPLATE),
)

_CLAUDE: Fields = {"echo": "loop", "signed": True, "cache": True, "hottest": 1.0}
_COLD: Fields = {**_CLAUDE, "temperature": "never"}
_WARM: Fields = {**_CLAUDE, "temperature": "quiet"}

#: Messages: models. Versions are written 4-7 or 4.7.
ANTHROPIC_MODELS: tuple[tuple[str, Fields], ...] = (
    (r"claude-(2|instant|3-haiku|3-opus|3-sonnet|3[-.]5)", {**_WARM, "style": PLAIN}),
    (r"claude-3[-.]7", {**_WARM, "style": BUDGET}),
    (r"claude-[a-z]+-4([-.][0-5])?(-\d{8}|-latest|@|-v\d|:|$)", {**_WARM, "style": BUDGET}),
    (r"claude-[a-z]+-4[-.]6", {**_WARM, "style": ADAPTIVE}),
    (r"claude-[a-z]+-4[-.]", {**_COLD, "style": ADAPTIVE}),
    (r"claude-sonnet-5[-.]5", {**_COLD, "style": BETWEEN_TOOLS}),
    (r"claude-haiku-5", {**_COLD, "style": ADAPTIVE_DEFAULT}),
    (r"claude-(sonnet|opus)-5(-\d{8}|-latest|@|-v\d|:|$)", {**_COLD, "style": ADAPTIVE_DEFAULT}),
    (r"claude", {**_COLD, "style": ADAPTIVE_ALWAYS}),
    (r"deepseek", {"style": BUDGET_SWITCH, "echo": "calls"}),
)

#: Messages: hosts.
ANTHROPIC_HOSTS: tuple[tuple[str, Fields], ...] = (
    (r"api\.anthropic\.com", {"key_header": "x-api-key"}),
)

_OTHER_MESSAGES: Fields = {"hottest": 1.0, "style": BUDGET_SWITCH, "echo": "loop"}

#: Tokens a model can read; the first pattern found in its name counts.
CONTEXT: tuple[tuple[str, int], ...] = (
    (r"gpt-(5\.[4-9]|[6-9])", 1_000_000),
    (r"gpt-5", 272_000),
    (r"gpt-4\.1", 1_000_000),
    (r"gpt-4o|gpt-4-turbo|gpt-oss|o1-mini|o1-preview", 128_000),
    (r"gpt-4-32k", 32_000),
    (r"gpt-4", 8_000),
    (r"gpt-3\.5", 16_000),
    (r"\bo[1-9]\b", 200_000),
    (r"claude-haiku-4|claude-[a-z]+-4([-.][0-5])?(-\d{8}|-latest|@|:|$)|claude-3", 200_000),
    (r"claude-haiku-5", 200_000),
    (r"claude-[a-z]+-[4-9]", 1_000_000),
    (r"deepseek-(v4|flash)", 1_000_000),
    (r"deepseek", 128_000),
    (r"glm-4\.5", 128_000),
    (r"glm-(4\.[6-9]|[5-9])", 200_000),
    (r"kimi", 256_000),
    (r"qwen-?3.*(coder|max|plus|flash)|qwen-(plus|max|flash)", 256_000),
    (r"qwen", 128_000),
    (r"gemini", 1_000_000),
    (r"minimax|mistral-large|mistral-medium|magistral|llama-?(3\.[1-9]|4)", 128_000),
)


def context_window(model: str, default: int) -> int:
    """Tokens that fit into the model's context; `default` for a model that is not known."""
    name = model.lower()
    return next((size for pattern, size in CONTEXT if re.search(pattern, name)), default)


@lru_cache(maxsize=1_000)
def profile(wire: Literal["openai", "anthropic"], host: str, model: str) -> Profile:
    """How to put a request to `model` at `host` (with its port, if it names one)."""
    host, model = host.lower(), model.lower()
    name = model.rsplit("/", 1)[-1]
    if wire == "anthropic":
        known = _first(ANTHROPIC_MODELS, name) or _OTHER_MESSAGES
        rules = {"key_header": "both", **known, **_first(ANTHROPIC_HOSTS, host)}
        return Profile(**rules)
    claude = _first(ANTHROPIC_MODELS, name) if "claude" in name else {}
    rules = {
        **{key: claude[key] for key in ("temperature", "hottest") if key in claude},
        **_first(OPENAI_MODELS, name),
        **_vendor(host, name),
        **_first(OPENAI_HOSTS, host),
    }
    return Profile(**rules)


def _vendor(host: str, name: str) -> Fields:
    """Open models are switched in the way of whoever serves them."""
    for hosts, models, style in VENDORS:
        if re.match(hosts, host) and re.match(models, name):
            return {"style": style}
    return {}


def _first(rules: tuple[tuple[str, Fields], ...], name: str) -> Fields:
    return next((fields for pattern, fields in rules if re.search(pattern, name)), {})
