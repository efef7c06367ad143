"""The REST contract as data: every documented endpoint, what it is sent and what it answers.

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
PARAMETERS = {"type": "object", "properties": dict, "required": [str], "additionalProperties": bool}
CATEGORIES = ("code", "file", "shell", "crawler", "data")
CATEGORY = re.compile("|".join(CATEGORIES))
TOOL = {"name": str, "description": str, "category": CATEGORY, "parameters": PARAMETERS}
EVENTS: Mapping[str, Any] = {
    "process_step": {"step": STEP},
    "done": {"message_id": MESSAGE_ID, "token_count": int, "usage": USAGE},
    "error": {"content": str},
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


ROWS = (
    Row("GET /api/health", {"status": "ok", "message": "Luxx API is running"}, by=""),
    Row("GET /api/", {"name": "Luxx", "version": "1.0.0", "description": "AI Chat API"}, by=""),
    Row(
        "POST /api/auth/register",
        ok({"id": int, "username": "string"}, "Registration successful"),
        {"username": "string", "email": "user@example.com", "password": "string 8"},
        by="",
        keep="user_id",
    ),
    Row(
        "POST /api/auth/login",
        ok({"access_token": str, "token_type": "bearer", "user": ACCOUNT}, "Login successful"),
        {"username": "string", "password": "string 8"},
        by="",
    ),
    Row("GET /api/auth/me", ok(USER)),
    Row("GET /api/auth/users", ok({"users": [USER]}), by="admin"),
    Row(
        "PUT /api/auth/users/{user_id}",
        ok({**USER, "permission_level": 2}, "User updated"),
        {"permission_level": 2},
        by="admin",
    ),
    Row(
        "POST /api/providers/",
        ok({**PROVIDER, "is_default": True, "max_tokens": 8192}, "Provider created"),
        {
            "name": "DeepSeek",
            "provider_type": "{wire}",
            "base_url": "{model_url}",
            "api_key": "{key}",
            "default_model": "deepseek-chat",
            "is_default": True,
        },
        keep="provider_id",
    ),
    Row("GET /api/providers/", ok({"providers": [PROVIDER], "total": 1})),
    Row("GET /api/providers/{provider_id}", ok(PROVIDER)),
    Row(
        "PUT /api/providers/{provider_id}",
        ok({**PROVIDER, "name": "新名称", "max_tokens": 16384}, "Provider updated"),
        {
            "name": "新名称",
            "base_url": "{model_url}",
            "api_key": "{key}",
            "default_model": "gpt-4",
            "max_tokens": 16384,
            "is_default": False,
            "enabled": True,
        },
    ),
    Row(
        "POST /api/providers/{provider_id}/test",
        ok(
            {"status_code": 200, "success": True, "response_body": str},
            re.compile("HTTP 200: .+"),
        ),
    ),
    Row("GET /api/providers/{provider_id}/models", ok({"models": ["luxx-demo"]})),
    Row(
        "POST /api/conversations/",
        ok({**CONVERSATION, "project_id": "p", "model": "deepseek-chat"}, "会话创建成功"),
        {
            "project_id": "p",
            "title": "新会话",
            "model": "deepseek-chat",
            "provider_id": "{provider_id}",
            "system_prompt": "You are a helpful assistant.",
            "temperature": 0.7,
            "max_tokens": 2000,
            "thinking_enabled": False,
        },
        keep="id",
    ),
    Row(
        "GET /api/conversations/",
        ok({"items": [CONVERSATION], "total": 1, "page": 1, "page_size": 20}),
    ),
    Row(
        "GET /api/conversations/",
        ok({"items": [CONVERSATION], "total": 1, "page": 1, "page_size": 5}),
        query={"project_id": "p", "page": 1, "page_size": 5},
    ),
    Row("GET /api/conversations/{id}", ok(CONVERSATION)),
    Row(
        "PUT /api/conversations/{id}",
        ok({**CONVERSATION, "title": "新标题", "temperature": 0.8}, "会话更新成功"),
        {
            "title": "新标题",
            "model": "gpt-4",
            "provider_id": "{provider_id}",
            "system_prompt": "You are...",
            "temperature": 0.8,
            "max_tokens": 4000,
            "thinking_enabled": True,
        },
    ),
    Row(
        "POST /api/messages/",
        ok(
            {
                "user_message": {**MESSAGE, "role": "user", "process_steps": [], "usage": None},
                "assistant_message": {**MESSAGE, "role": "assistant", "usage": USAGE},
            }
        ),
        {"conversation_id": "{id}", "content": "用户消息", "thinking_enabled": False},
    ),
    Row(
        "POST /api/messages/stream",
        EVENTS,
        {
            "conversation_id": "{id}",
            "content": "用户消息",
            "thinking_enabled": True,
            "enabled_tools": ["file_read", "process_data"],
        },
        keep="message_id",
    ),
    Row("GET /api/messages/{message_id}/stream", EVENTS),
    Row("GET /api/messages/{message_id}", ok({**MESSAGE, "status": "completed"})),
    Row(
        "POST /api/messages/{message_id}/cancel",
        ok({**MESSAGE, "status": "completed"}, "The message had ended already"),
    ),
    Row(
        "GET /api/messages/",
        ok({"messages": [MESSAGE], "title": "新标题", "first_message": "用户消息"}),
        query={"conversation_id": "{id}", "limit": 100},
    ),
    Row("DELETE /api/messages/{message_id}", ok(message="Message deleted")),
    Row(
        "GET /api/tools/",
        ok(
            {
                "tools": [TOOL],
                "categorized": {name: [TOOL] for name in CATEGORIES},
                "total": int,
            }
        ),
    ),
    Row("GET /api/tools/", ok(dict), query={"category": "file"}),
    Row("GET /api/tools/{name}", ok({**TOOL, "name": "process_data", "category": "data"})),
    Row(
        "POST /api/tools/{name}/execute",
        ok({"result": [1, 2]}),
        {"data": '{"a": [1, 2]}', "operation": "query", "query": "a"},
    ),
    Row("DELETE /api/conversations/{id}", ok(message="会话删除成功")),
    Row("DELETE /api/providers/{provider_id}", ok(message="Provider deleted")),
    Row("POST /api/auth/logout", ok(message="Logout successful")),
)


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
    if isinstance(template, str) and re.fullmatch(r"{\w+}", template):
        return known[template[1:-1]]
    return template
