"""Messages: building a request."""

from typing import Any

from luxx.llm.base import Endpoint, ModelRequest, Turn
from luxx.llm.blocks import is_valid
from luxx.llm.ids import safe_id
from luxx.llm.profiles import Fields, Profile
from luxx.llm.turns import calls_of, loop_start, results_of, text_of, tidy
from luxx.llm.wire import Call, as_object

PATH = "/messages"
MODELS = "/models"
VERSION = "2023-06-01"

#: The fewest tokens that may be set aside for thinking, and that are left for the answer.
MIN_BUDGET = 1_024

_CACHED: Fields = {"cache_control": {"type": "ephemeral"}}


def headers(endpoint: Endpoint, profile: Profile) -> dict[str, str]:
    sent = {"anthropic-version": VERSION}
    if endpoint.api_key:
        sent["x-api-key"] = endpoint.api_key
        if profile.key_header == "both":
            sent["Authorization"] = f"Bearer {endpoint.api_key}"
    return sent


def build(request: ModelRequest, endpoint: Endpoint, profile: Profile) -> Call:
    """The request as this model at this host takes it."""
    offered = request.tools if request.tool_choice == "auto" or profile.tool_choice else ()
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _messages(request, endpoint, profile, keep_calls=bool(offered)),
        "stream": True,
        **_thinking(request, profile),
    }
    if request.system.strip():
        body["system"] = _system(request.system, profile)
    if request.temperature is not None and _takes_temperature(request, profile):
        body["temperature"] = min(max(request.temperature, 0.0), profile.hottest)
    if offered:
        body["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.parameters,
            }
            for tool in offered
        ]
        if request.tool_choice == "none":
            body["tool_choice"] = {"type": "none"}
    return Call(PATH, headers(endpoint, profile), body)


def _thinking(request: ModelRequest, profile: Profile) -> Fields:
    """The thinking field, and max_tokens, which leaves room for an answer beside its budget."""
    fields = profile.style.fields(thinking=request.thinking, tools=bool(request.tools))
    if not request.thinking or not profile.style.budget:
        return {"max_tokens": request.max_tokens, **fields}
    budget = max(MIN_BUDGET, request.max_tokens // 2)
    return {
        "max_tokens": max(request.max_tokens, budget + MIN_BUDGET),
        "thinking": {**fields["thinking"], "budget_tokens": budget},
    }


def _takes_temperature(request: ModelRequest, profile: Profile) -> bool:
    if profile.temperature == "quiet":
        return not request.thinking
    return profile.temperature == "always"


def _system(text: str, profile: Profile) -> Any:
    return [{"type": "text", "text": text, **_CACHED}] if profile.cache else text


def _messages(
    request: ModelRequest, endpoint: Endpoint, profile: Profile, *, keep_calls: bool
) -> list[dict[str, Any]]:
    turns = tidy(request.turns, keep_calls=keep_calls)
    start = loop_start(turns)
    messages: list[dict[str, Any]] = []
    for position, turn in enumerate(turns):
        if turn.role == "user":
            messages.append({"role": "user", "content": _user(turn)})
        else:
            is_due = profile.echo == "calls" or (profile.echo == "loop" and position >= start)
            kept = _kept(turn, request, endpoint, profile) if is_due else []
            messages.append({"role": "assistant", "content": kept or _assistant(turn)})
    if profile.cache:
        messages[-1]["content"][-1] |= _CACHED
    return messages


def _user(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {
            "type": "tool_result",
            "tool_use_id": safe_id(result.call_id),
            "content": result.content,
            **({} if result.success else {"is_error": True}),
        }
        for result in results_of(turn)
    ]
    if text := text_of(turn):
        blocks.append({"type": "text", "text": text})
    return blocks


def _assistant(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if text := text_of(turn):
        blocks.append({"type": "text", "text": text})
    return blocks + [
        {
            "type": "tool_use",
            "id": safe_id(call.id),
            "name": call.name,
            "input": as_object(call.arguments),
        }
        for call in calls_of(turn)
    ]


def _kept(
    turn: Turn, request: ModelRequest, endpoint: Endpoint, profile: Profile
) -> list[dict[str, Any]]:
    """The blocks as the model wrote them, if they are its own and stand for the same calls."""
    state = turn.state
    if not state or (state.origin, state.model) != (endpoint.origin, request.model):
        return []
    if not request.thinking and not profile.style.always:
        return []
    blocks = [block for block in state.data["blocks"] if is_valid(block, signed=profile.signed)]
    made = [block["id"] for block in blocks if block["type"] == "tool_use"]
    return blocks if made == [safe_id(call.id) for call in calls_of(turn)] else []
