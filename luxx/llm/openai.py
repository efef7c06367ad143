"""Chat completions: building a request."""

from collections.abc import Sequence
from typing import Any

from luxx.llm.base import Endpoint, ModelRequest, ToolCall, Turn
from luxx.llm.profiles import Fields, Profile
from luxx.llm.reasoning import FIELDS
from luxx.llm.turns import calls_of, loop_start, results_of, text_of, tidy
from luxx.llm.wire import Call, is_object

PATH = "/chat/completions"
MODELS = "/models"


def headers(endpoint: Endpoint, profile: Profile) -> dict[str, str]:
    if not endpoint.api_key:
        return {}
    if profile.key_header == "api-key":
        return {"api-key": endpoint.api_key}
    return {"Authorization": f"Bearer {endpoint.api_key}"}


def build(request: ModelRequest, endpoint: Endpoint, profile: Profile) -> Call:
    """The request as this model at this host takes it."""
    offered = request.tools if request.tool_choice == "auto" or profile.tool_choice else ()
    asked = profile.style.fields(thinking=request.thinking, tools=bool(offered))
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _messages(request, endpoint, profile, keep_calls=bool(offered)),
        "stream": True,
        profile.limit: request.max_tokens,
        **asked,
    }
    if profile.stream_options:
        body["stream_options"] = {"include_usage": True}
        if profile.obfuscates:
            body["stream_options"]["include_obfuscation"] = False
    if request.temperature is not None and _takes_temperature(profile, asked):
        body["temperature"] = min(max(request.temperature, 0.0), profile.hottest)
    if offered:
        body |= _tools(request, profile)
    return Call(PATH, headers(endpoint, profile), body)


def _tools(request: ModelRequest, profile: Profile) -> Fields:
    fields: Fields = {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                },
            }
            for tool in request.tools
        ]
    }
    if request.tool_choice == "none":
        fields["tool_choice"] = "none"
    if profile.tool_stream:
        fields["tool_stream"] = True
    return fields


def _takes_temperature(profile: Profile, asked: Fields) -> bool:
    if profile.temperature != "quiet":
        return profile.temperature == "always"
    is_off: tuple[Fields, ...] = ({"reasoning_effort": "none"}, {"reasoning": {"enabled": False}})
    return asked in is_off


def _messages(
    request: ModelRequest, endpoint: Endpoint, profile: Profile, *, keep_calls: bool
) -> list[dict[str, Any]]:
    turns = tidy(request.turns, keep_calls=keep_calls)
    messages: list[dict[str, Any]] = []
    if request.system.strip():
        messages.append({"role": "system", "content": request.system})
    start = loop_start(turns)
    for position, turn in enumerate(turns):
        if turn.role == "user":
            messages += _user(turn)
        else:
            is_due = profile.echo == "calls" or (profile.echo == "loop" and position >= start)
            kept = _kept(turn, request, endpoint, profile) if is_due else {}
            messages.append({**_assistant(turn), **kept})
    return messages


def _user(turn: Turn) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = [
        {"role": "tool", "tool_call_id": result.call_id, "content": result.content}
        for result in results_of(turn)
    ]
    if text := text_of(turn):
        messages.append({"role": "user", "content": text})
    return messages


def _assistant(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text_of(turn) or None}
    if calls := calls_of(turn):
        message["tool_calls"] = _sent(calls)
    return message


def _sent(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    """Arguments that are no JSON object make some servers refuse the whole conversation."""
    return [
        {
            "id": call.id,
            "type": "function",
            "function": {
                "name": call.name,
                "arguments": call.arguments if is_object(call.arguments) else "{}",
            },
        }
        for call in calls
    ]


def _kept(
    turn: Turn, request: ModelRequest, endpoint: Endpoint, profile: Profile
) -> dict[str, Any]:
    """The reasoning that has to go back with a turn's tool calls."""
    if not request.thinking and not profile.style.always:
        return {}
    if not calls_of(turn):
        return {}
    state = turn.state
    if state and (state.origin, state.model) == (endpoint.origin, request.model):
        kept = {name: state.data[name] for name in FIELDS if state.data.get(name)}
        if kept:
            return kept
    return {"reasoning_content": " "} if profile.filler else {}
