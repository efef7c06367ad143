"""Facts: what a field of the REST API may be, and an example of it.

A field is known by its name, or by `Type.name` where a type means something of its own; the type of
an argument is the root field that takes it. What a field means, the schema says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """An example (`...` for none), and JSON Schema keywords that hold for what is sent."""

    example: Any = ...
    bounds: Mapping[str, Any] = field(default_factory=dict)


def _text(example: str, longest: int, shortest: int = 0) -> Fact:
    return Fact(example, {"maxLength": longest} | ({"minLength": shortest} if shortest else {}))


def _whole(example: int, low: int, high: int) -> Fact:
    return Fact(example, {"minimum": low, "maximum": high})


_NUMBER = {"minimum": 1}
_WHEN = "2024-01-01T00:00:00Z"
_PAGE = {
    "page": _whole(1, 1, 1_000_000),
    "page_size": _whole(20, 1, 100),
    "total": Fact(1),
    "limit": _whole(100, 1, 1_000),
    "before": Fact("msg_b2kq7d"),
}
_ACCOUNTS = {
    "username": Fact("ann", {"pattern": "^[\\w.-]+$", "minLength": 3, "maxLength": 32}),
    "login.username": Fact("ann"),
    "email": Fact("ann@example.com", {"format": "email", "maxLength": 254}),
    "password": _text("correct horse", 1_024, 8),
    "login.password": Fact("correct horse"),
    "is_active": Fact(example=True),
    "access_token": Fact("eyJhbGciOiJIUzI1NiJ9.e30.x"),
    "token_type": Fact("bearer"),
    "user_id": Fact(2),
    "User.id": Fact(2),
}
_CONVERSATIONS = {
    "project_id": _text("thesis", 100),
    "Conversation.title": _text("Plans", 200, 1),
    "id": Fact("conv_4xq7d2"),
    "conversation_id": Fact("conv_4xq7d2"),
    "title": Fact("Plans"),
    "first_message": Fact("Hello"),
    "model": _text("deepseek-chat", 200),
    "provider_id": Fact(1, _NUMBER),
    "system_prompt": _text("You are helpful.", 200_000),
    "temperature": Fact(0.7, {"minimum": 0, "maximum": 2}),
    "max_tokens": _whole(2_000, 1, 1_000_000),
    "thinking_enabled": Fact(example=False),
    "created_at": Fact(_WHEN),
    "updated_at": Fact(_WHEN),
}
_MESSAGES = {
    "Message.id": Fact("msg_b2kq7d"),
    "MessageStarted.id": Fact("msg_b2kq7d"),
    "MessageChunk.id": Fact("msg_b2kq7d"),
    "MessageEnded.id": Fact("msg_b2kq7d"),
    "message_id": Fact("msg_b2kq7d"),
    "content": _text("Hello", 500_000, 1),
    "text": Fact("Hello"),
    "attachments": Fact([]),
    "token_count": Fact(50),
    "prompt_tokens": Fact(100),
    "completion_tokens": Fact(50),
    "total_tokens": Fact(150),
    "Message.status": Fact("completed"),
    "status": Fact("completed"),
    "error": Fact(None),
    "MessageFailed.content": Fact("The provider fell silent"),
    "enabled_tools": Fact(["file_read"]),
    "idempotency_key": _text("7f9c2d", 200, 1),
    "after": Fact("4294967297", {"pattern": "^[0-9]{1,19}$"}),
    "delta": Fact(" found:"),
}
_STEPS = {
    "Step.id": Fact("step-0"),
    "index": Fact(0),
    "id_ref": Fact("call_x"),
    "arguments": Fact('{"query": "CRDT"}'),
    "executeTool.arguments": Fact({"path": "a.txt"}),
    "success": Fact(example=True),
}
_PROVIDERS = {
    "Provider.id": Fact(1),
    "Provider.name": _text("DeepSeek", 100, 1),
    "base_url": Fact("https://api.deepseek.com/v1", {"pattern": "^https?://", "maxLength": 2_048}),
    "api_key": _text("sk-xxxx", 4_096),
    "default_model": _text("deepseek-chat", 200, 1),
    "is_default": Fact(example=True),
    "enabled": Fact(example=True),
    "status_code": Fact(200),
    "response_body": Fact('{"id": "chatcmpl-1"}'),
    "models": Fact(["deepseek-chat", "deepseek-reasoner"]),
}
_TOOLS = {
    "Tool.name": Fact("file_read"),
    "ToolCallStep.name": Fact("web_search"),
    "ToolResultStep.name": Fact("web_search"),
    "ToolResultStep.content": Fact('{"results": []}'),
    "tool.name": Fact("file_read"),
    "executeTool.name": Fact("file_read"),
    "description": Fact("Read a file of the workspace"),
    "parameters": Fact({"type": "object"}),
    "executeTool.result": Fact({"content": "Hello"}),
}
_ROOMS = {
    "Room.id": Fact("room_7kq2d4"),
    "room_id": Fact("room_7kq2d4"),
    "Room.title": _text("项目讨论", 200, 1),
    "task": _text("讨论新功能的实现方案", 50_000, 1),
    "Room.status": Fact("idle", {"enum": ["idle", "paused", None]}),
    "max_rounds": _whole(5, 1, 100),
    "current_round": Fact(1),
    "message_count": Fact(10),
    "agents": Fact(bounds={"maxItems": 20}),
    "turn_order": Fact(0, {"minimum": 0}),
    "agent_id": Fact(1, _NUMBER),
    "Agent.id": Fact(1),
    "Agent.name": _text("代码助手", 100, 1),
    "Agent.role": _text("后端开发", 1_000),
    "RoomAgent.id": Fact(3),
    "RoomAgent.name": _text("代码助手", 100, 1),
    "RoomAgent.role": _text("后端开发", 1_000),
    "color": Fact("#10b981", {"pattern": "^#[0-9a-fA-F]{6}$"}),
    "sender_name": Fact("代码助手"),
    "sender_color": Fact("#10b981"),
    "round_number": Fact(1),
    "round": Fact(1),
    "total_rounds": Fact(5),
    "MessageChunk.content": Fact("我认为"),
    "accumulated": Fact("我认为"),
    "agent": Fact("代码助手"),
    "AgentFailed.error": Fact("The provider fell silent"),
    "RoomFailed.content": Fact("Every agent failed"),
}
_SERVER = {
    "message": Fact("Luxx API is running"),
    "Health.status": Fact("ok"),
    "Ready.status": Fact("ready"),
    "database": Fact("ok"),
    "queue": Fact("ok"),
    "backend": Fact("bubblewrap"),
    "safe": Fact(example=True),
    "reason": Fact(None),
}
FACTS: Mapping[str, Fact] = {
    **_PAGE, **_ACCOUNTS, **_CONVERSATIONS, **_MESSAGES, **_STEPS,
    **_PROVIDERS, **_TOOLS, **_ROOMS, **_SERVER,
}  # fmt: skip

_NONE = Fact()


def fact(owner: str, name: str) -> Fact:
    """What is known of a field of a type, or of an argument of a root field."""
    return FACTS.get(f"{owner}.{name}") or FACTS.get(name, _NONE)
