"""Requests as the chat completions adapter builds them, for the tests of what is sent."""

from typing import Any

from rawserver import KEY, ask

from luxx.config import Secret
from luxx.llm import openai
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
from luxx.llm.profiles import profile

TOOL = ToolSpec("f", "Does f.", {"type": "object", "properties": {}})


def endpoint(host: str, key: str = KEY) -> Endpoint:
    return Endpoint(origin="1", wire="openai", base_url=f"https://{host}/v1", api_key=Secret(key))


def build(model: str, host: str = "host.example", **fields: Any) -> dict[str, Any]:
    request = ask(model, **{"temperature": 0.7, **fields})
    return openai.build(request, endpoint(host), profile("openai", host, model)).body


def called(state: dict[str, Any] | None = None, origin: str = "1", model: str = "m") -> list[Turn]:
    kept = ProviderState(origin, model, state) if state else None
    return [
        Turn("user", (Text("Go"),)),
        Turn("assistant", (Thinking("hm"), ToolCall("c", "f", '{"a": 1}')), kept),
        Turn("user", (ToolResult("c", "f", "done", success=True),)),
        Turn("assistant", (Text("Well."),)),
        Turn("user", (Text("And?"),)),
    ]
