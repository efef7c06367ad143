"""The values that pass between Luxx and a model, whatever its wire format.

A `Turn` is an ordered list of parts; a `ModelRequest` is what one model call is given; a call
answers with batches of `Delta`s, the last of which is an `End`. Values only: no ids of ours, no
storage, no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from luxx.config import Secret


@dataclass(frozen=True, slots=True)
class Thinking:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` is JSON text as the model wrote it: it may be anything."""

    id: str
    name: str
    arguments: str
    #: The model was cut off inside the arguments: the call must not be run.
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ToolResult:
    call_id: str
    name: str
    content: str
    success: bool


Part = Thinking | Text | ToolCall | ToolResult


@dataclass(frozen=True, slots=True)
class ProviderState:
    """What the provider wants back byte for byte in later requests (signatures, reasoning).

    Valid only for the same `origin` (provider id and wire format) and `model`; `data` is JSON.
    """

    origin: str
    model: str
    data: Any


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's contribution. Tool results are parts of a user turn, first in it."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]
    state: ProviderState | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    model: str
    turns: Sequence[Turn]
    system: str = ""
    tools: Sequence[ToolSpec] = ()
    #: "none": the tools are only named so that earlier calls make sense, none may be called.
    tool_choice: Literal["auto", "none"] = "auto"
    temperature: float | None = None
    max_tokens: int = 2000
    thinking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a provider is. `origin` identifies it in stored provider state."""

    origin: str
    wire: Literal["openai", "anthropic"]
    base_url: str
    api_key: Secret = field(default=Secret(""), repr=False)
    #: Loopback and private addresses may be reached (the owner is an admin).
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The model wrote a piece of a tool call's arguments: nothing to show yet, but it is alive."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens; `prompt` includes what the provider read from or wrote to its cache."""

    prompt: int
    completion: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The call is over. `finish` is one of the words below, whatever the provider calls it."""

    finish: Literal["stop", "length", "tool_calls", "filtered", "pause"]
    usage: Usage | None
    state: ProviderState | None = None


Delta = ThinkingDelta | TextDelta | Progress | ToolCall | End
