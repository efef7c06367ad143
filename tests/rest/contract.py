"""The REST contract as data: the shapes of what it answers.

A shape is a template: a type, an exact value, a pattern, a list of one shape, an object with
exactly these keys, or a tuple of alternatives. What goes beyond the documented API is marked as
added.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
CONVERSATION_ID = re.compile(r"conv_[a-z0-9]+")
MESSAGE_ID = re.compile(r"msg_[a-z0-9]+")
ROOM_ID = re.compile(r"room_[a-z0-9]+")
COLOR = re.compile(r"#[0-9a-f]{6}")

ACCOUNT = {
    "id": int,
    "username": str,
    "email": str,
    "role": re.compile("user|admin"),
    "permission_level": (1, 2, 3, 4),
    "workspace_path": (str, None),
    "is_active": bool,
}
USER = {**ACCOUNT, "created_at": TIME}
PROVIDER = {
    "id": int,
    "user_id": int,
    "name": str,
    "provider_type": re.compile("openai|anthropic"),
    "base_url": str,
    "default_model": str,
    "max_tokens": int,
    "is_default": bool,
    "enabled": bool,
    "created_at": TIME,
    "updated_at": TIME,
}
CONVERSATION = {
    "id": CONVERSATION_ID,
    "user_id": int,
    "provider_id": (int, None),
    "title": str,
    "model": str,
    "system_prompt": str,
    "temperature": float,
    "max_tokens": int,
    "thinking_enabled": bool,
    "created_at": TIME,
    "updated_at": TIME,
    # Added.
    "project_id": (str, None),
}
USAGE = {"prompt_tokens": int, "completion_tokens": int, "total_tokens": int}
_STEP = {"id": re.compile(r"step-\d+"), "index": int}
THINKING = {**_STEP, "type": "thinking", "content": str}
TEXT = {**_STEP, "type": "text", "content": str}
TOOL_CALL = {**_STEP, "type": "tool_call", "id_ref": str, "name": str, "arguments": str}
TOOL_RESULT = {
    **_STEP,
    "type": "tool_result",
    "id_ref": str,
    "name": str,
    "content": str,
    "success": bool,
}
STEP = (THINKING, TEXT, TOOL_CALL, TOOL_RESULT)
MESSAGE = {
    "id": MESSAGE_ID,
    "conversation_id": CONVERSATION_ID,
    "role": re.compile("user|assistant"),
    "content": str,
    "text": str,
    "attachments": [dict],
    "process_steps": [STEP],
    "token_count": int,
    "usage": (USAGE, None),
    "created_at": TIME,
    # Added.
    "status": re.compile("running|completed|failed|cancelled|interrupted"),
    "error": (str, None),
}
_SPEAKER = {
    "id": int,
    "name": str,
    "role": str,
    "provider_id": (int, None),
    "model": str,
    "system_prompt": str,
    "color": COLOR,
    # Added.
    "enabled_tools": [str],
}
AGENT = {**_SPEAKER, "user_id": int, "created_at": TIME, "updated_at": TIME}
SEAT = {**_SPEAKER, "room_id": ROOM_ID, "agent_id": (int, None), "turn_order": int}
ROOM_SUMMARY = {
    "id": ROOM_ID,
    "user_id": int,
    "title": str,
    "task": str,
    "status": re.compile("idle|running|paused|completed|error"),
    "max_rounds": int,
    "current_round": int,
    "agents": [SEAT],
    "created_at": TIME,
    "updated_at": TIME,
}
ROOM = {**ROOM_SUMMARY, "message_count": int}
ROOM_MESSAGE = {
    "id": MESSAGE_ID,
    "room_id": ROOM_ID,
    "role": re.compile("user|assistant"),
    "text": str,
    "process_steps": [STEP],
    "sender_name": str,
    "sender_color": COLOR,
    "round_number": int,
    "created_at": TIME,
    # Added.
    "content": str,
    "token_count": int,
    "usage": (USAGE, None),
    "status": re.compile("running|completed|failed|cancelled|interrupted"),
    "error": (str, None),
}
PARAMETERS = {"type": "object", "properties": dict, "required": [str], "additionalProperties": bool}
CATEGORIES = ("code", "file", "shell", "crawler", "data")
CATEGORY = re.compile("|".join(CATEGORIES))
TOOL = {"name": str, "description": str, "category": CATEGORY, "parameters": PARAMETERS}
EVENTS: Mapping[str, Any] = {
    "process_step": {"step": STEP},
    "done": {"message_id": MESSAGE_ID, "token_count": int, "usage": USAGE},
    "error": {"content": str},
}
_SENDER = {"sender_name": str, "sender_color": COLOR, "round_number": int}
ROOM_EVENTS: Mapping[str, Any] = {
    "room_started": {"room_id": ROOM_ID, "task": str},
    "round_start": {"round": int, "max_rounds": int},
    "message_start": {"id": MESSAGE_ID, "room_id": ROOM_ID, "role": "assistant", **_SENDER},
    "message_chunk": {"id": MESSAGE_ID, "content": str, "accumulated": str},
    "message_end": {
        "id": MESSAGE_ID,
        "content": str,
        "token_count": int,
        # Added.
        "status": re.compile("completed|failed|cancelled|interrupted"),
    },
    "message": {
        "id": MESSAGE_ID,
        "conversation_id": None,
        "room_id": ROOM_ID,
        "role": re.compile("user|assistant"),
        "content": str,
        "text": str,
        **_SENDER,
        # Added.
        "token_count": int,
        "status": re.compile("completed|failed|cancelled|interrupted"),
        "error": (str, None),
    },
    "round_end": {"round": int},
    "room_completed": {"room_id": ROOM_ID, "total_rounds": int},
    "room_paused": {"room_id": ROOM_ID, "round": int},
    "agent_error": {"agent": str, "error": str},
    "error": {"content": str},
    # Added.
    "process_step": {"message_id": MESSAGE_ID, "step": STEP},
}

#: The documented tools: category and level (1 READ_ONLY, 2 WRITE, 3 EXECUTE).
TOOLS = {
    "python_execute": ("code", 3),
    "python_eval": ("code", 3),
    "file_read": ("file", 1),
    "file_write": ("file", 2),
    "file_list": ("file", 1),
    "file_exists": ("file", 1),
    "file_grep": ("file", 1),
    "shell_execute": ("shell", 3),
    "web_search": ("crawler", 1),
    "web_fetch": ("crawler", 1),
    "batch_fetch": ("crawler", 1),
    "process_data": ("data", 1),
}


@dataclass(frozen=True)
class Row:
    """One documented request and the whole body of its answer.

    `{...}` in the path, the body and the query stands for what an earlier answer gave; `keep` says
    under which name a later row finds this one's `data.id`. Rows are sent in order.
    """

    request: str
    answer: Any
    body: Any = None
    by: str = "ann"
    keep: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)


def ok(data: Any = None, message: str | re.Pattern[str] | None = None) -> dict[str, Any]:
    """The envelope."""
    body: dict[str, Any] = {"success": True}
    if message is not None:
        body["message"] = message
    if data is not None:
        body["data"] = data
    return body


def unlike(shape: Any, value: Any, where: str = "answer") -> Iterator[str]:
    """Where a value does not have its shape."""
    if isinstance(shape, tuple):
        if all(any(unlike(each, value)) for each in shape):
            yield f"{where}: {value!r} is none of the alternatives"
    elif isinstance(shape, dict):
        yield from _unlike_object(shape, value, where)
    elif isinstance(shape, list):
        yield from _unlike_list(shape, value, where)
    elif isinstance(shape, type):
        if type(value) is not shape:
            yield f"{where}: {value!r} is no {shape.__name__}"
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            yield f"{where}: {value!r} does not match {shape.pattern}"
    elif type(value) is not type(shape) or value != shape:
        yield f"{where}: {value!r} is not {shape!r}"


def _unlike_object(shape: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no object"
        return
    if list(value.keys() ^ shape.keys()):
        yield f"{where}: has {sorted(value)}, documented are {sorted(shape)}"
    for key in value.keys() & shape.keys():
        yield from unlike(shape[key], value[key], f"{where}.{key}")


def _unlike_list(shape: list[Any], value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}: {value!r} is no list"
    elif len(shape) != 1:  # these items and no others
        if value != shape:
            yield f"{where}: {value!r} is not {shape!r}"
    else:
        for place, item in enumerate(value):
            yield from unlike(shape[0], item, f"{where}.{place}")


def filled(template: Any, known: Mapping[str, Any]) -> Any:
    """A body or a query with what earlier answers gave."""
    if isinstance(template, dict):
        return {key: filled(value, known) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, known) for value in template]
    if isinstance(template, str) and re.fullmatch(r"{\w+}", template):
        return known[template[1:-1]]
    return template
