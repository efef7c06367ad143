"""Words: what each field of the REST API means, what it may be, and an example of it.

A field is known by its name, or by `Type.name` where a type of the schema means something of its
own; an argument's type is the root field that takes it. `bounds` hold for what is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Word:
    """A description, an example (`...` for none), and JSON Schema keywords of what may be sent."""

    about: str
    example: Any = ...
    bounds: Mapping[str, Any] = field(default_factory=dict)


def _text(about: str, example: str, longest: int, shortest: int = 0) -> Word:
    bounds = {"maxLength": longest} | ({"minLength": shortest} if shortest else {})
    return Word(about, example, bounds)


def _whole(about: str, example: int, low: int, high: int) -> Word:
    return Word(about, example, {"minimum": low, "maximum": high})


_NUMBER = {"minimum": 1}
_WHEN = "2024-01-01T00:00:00Z"
_PAGE = {
    "page": _whole("The page, from 1.", 1, 1, 1_000_000),
    "page_size": _whole("How many a page has.", 20, 1, 100),
    "total": Word("How many there are.", 1),
    "items": Word("What is on the page."),
    "limit": _whole("How many of the newest.", 100, 1, 1_000),
    "before": Word("Only what is older than the message with this id.", "msg_b2kq7d"),
}
_ACCOUNTS = {
    "username": Word(
        "3 to 32 letters, digits and `_.-`; upper and lower case are one name.",
        "ann",
        {"pattern": "^[\\w.-]+$", "minLength": 3, "maxLength": 32},
    ),
    "login.username": Word("The user's name.", "ann"),
    "email": Word("An e-mail address.", "ann@example.com", {"format": "email", "maxLength": 254}),
    "password": _text("8 characters or more.", "correct horse", 1_024, 8),
    "login.password": Word("The user's password.", "correct horse"),
    "role": Word("`admin` may administer the server."),
    "permission_level": Word("1 READ_ONLY, 2 WRITE, 3 EXECUTE, 4 ADMIN: the tools a user may run."),
    "workspace_path": Word("The folder of the user's tools; null for the server's choice."),
    "is_active": Word("Whether the user may log in.", example=True),
    "access_token": Word(
        "Send it as `Authorization: Bearer <token>`.", "eyJhbGciOiJIUzI1NiJ9.e30.x"
    ),
    "token_type": Word("The kind of token.", "bearer"),
    "user_id": Word("The owner.", 2),
    "User.id": Word("The user.", 2),
    "Session.user": Word("Who is logged in."),
    "users.users": Word("All users."),
}
_CONVERSATIONS = {
    "project_id": Word("A mark of your own to list by.", "thesis", {"maxLength": 100}),
    "Conversation.title": _text(
        "Its name; without one the first message gives it.", "Plans", 200, 1
    ),
    "id": Word("The conversation.", "conv_4xq7d2"),
    "conversation_id": Word("The conversation.", "conv_4xq7d2"),
    "title": Word("Its name.", "Plans"),
    "messages": Word("The messages, the oldest first."),
    "first_message": Word("The first message's text; null where there is none.", "Hello"),
    "model": _text("The model; empty for the provider's default one.", "deepseek-chat", 200),
    "provider_id": Word("The provider; null for your default one.", 1, _NUMBER),
    "system_prompt": _text("What the model is told first.", "You are helpful.", 200_000),
    "temperature": Word("How freely the model writes.", 0.7, {"minimum": 0, "maximum": 2}),
    "max_tokens": _whole("How many tokens a reply may have.", 2_000, 1, 1_000_000),
    "thinking_enabled": Word("Whether the model thinks aloud first.", example=False),
    "created_at": Word("When it was made.", _WHEN),
    "updated_at": Word("When it last changed.", _WHEN),
}
_MESSAGES = {
    "Message.id": Word("The message.", "msg_b2kq7d"),
    "MessageStarted.id": Word("The message.", "msg_b2kq7d"),
    "MessageChunk.id": Word("The message.", "msg_b2kq7d"),
    "MessageEnded.id": Word("The message.", "msg_b2kq7d"),
    "message_id": Word("The message.", "msg_b2kq7d"),
    "content": _text("The message's text.", "Hello", 500_000, 1),
    "user_message": Word("What you said."),
    "assistant_message": Word("The reply."),
    "text": Word("The same as `content`.", "Hello"),
    "attachments": Word("Always empty.", []),
    "process_steps": Word("How the reply came about, in the order of rendering."),
    "token_count": Word("Tokens of the text.", 50),
    "usage": Word("What the provider counted; null where it said nothing."),
    "prompt_tokens": Word("Tokens that the model read.", 100),
    "completion_tokens": Word("Tokens that the model wrote.", 50),
    "total_tokens": Word("Both.", 150),
    "Message.status": Word(
        "`running` while it is written; its text is in its stream then.", "completed"
    ),
    "status": Word("How it ended.", "completed"),
    "error": Word("Why it failed or ended early.", None),
    "MessageFailed.content": Word("Why the reply ended early.", "The provider fell silent"),
    "enabled_tools": Word(
        "Names of tools; left out means all that your level allows.", ["file_read"]
    ),
    "idempotency_key": _text(
        "Makes repeating the request safe: the same key finds what the first one started.",
        "7f9c2d",
        200,
        1,
    ),
    "after": Word(
        "Only what comes after the event with this id.", "4294967297", {"pattern": "^[0-9]{1,19}$"}
    ),
    "step": Word("A step as it is now; it replaces what you have for its `id`."),
    "delta": Word("What is new: append it.", " found:"),
}
_STEPS = {
    "Step.id": Word("The step's name in its message.", "step-0"),
    "index": Word("Its place.", 0),
    "type": Word("What kind it is."),
    "id_ref": Word("The call that this is, or answers.", "call_x"),
    "arguments": Word("What the model calls the tool with: JSON text.", '{"query": "CRDT"}'),
    "executeTool.arguments": Word(
        "The tool's arguments, as its `parameters` say.", {"path": "a.txt"}
    ),
    "success": Word("Whether it went well.", example=True),
}
_PROVIDERS = {
    "Provider.id": Word("The provider.", 1),
    "providers.providers": Word("Your providers."),
    "Provider.name": _text("Your name for it.", "DeepSeek", 100, 1),
    "provider_type": Word("`openai` for every compatible API."),
    "base_url": Word(
        "Where its API is.",
        "https://api.deepseek.com/v1",
        {"pattern": "^https?://", "maxLength": 2_048},
    ),
    "api_key": _text("Stored sealed and never shown.", "sk-xxxx", 4_096),
    "default_model": _text("The model where none is named.", "deepseek-chat", 200, 1),
    "is_default": Word("Whether it is taken where none is named.", example=True),
    "enabled": Word("Whether it may be used.", example=True),
    "status_code": Word("The HTTP status; 0 where it could not be reached.", 200),
    "response_body": Word("The beginning of the answer.", '{"id": "chatcmpl-1"}'),
    "models": Word("The models' names.", ["deepseek-chat", "deepseek-reasoner"]),
}
_TOOLS = {
    "Tool.name": Word("The tool.", "file_read"),
    "tools.tools": Word("The tools."),
    "ToolCallStep.name": Word("The tool.", "web_search"),
    "ToolResultStep.name": Word("The tool.", "web_search"),
    "ToolResultStep.content": Word("What the tool gave: JSON text.", '{"results": []}'),
    "tool.name": Word("The tool.", "file_read"),
    "executeTool.name": Word("The tool.", "file_read"),
    "description": Word("What it does.", "Read a file of the workspace"),
    "category": Word("What it has to do with."),
    "parameters": Word("A JSON Schema of its arguments.", {"type": "object"}),
    "executeTool.result": Word("What the tool gave: any JSON value.", {"content": "Hello"}),
}
_ROOMS = {
    "Room.id": Word("The room.", "room_7kq2d4"),
    "room_id": Word("The room.", "room_7kq2d4"),
    "Room.title": _text("Its name.", "项目讨论", 200, 1),
    "task": _text("What is discussed.", "讨论新功能的实现方案", 50_000, 1),
    "Room.status": Word(
        "How the discussion stands; `idle` may be set, which resets, and `paused`, which stops.",
        "idle",
        {"enum": ["idle", "paused", None]},
    ),
    "max_rounds": _whole("How many rounds there are.", 5, 1, 100),
    "current_round": Word("The round that is spoken, or was spoken last; 0 before the first.", 1),
    "message_count": Word("How many messages there are, the task among them.", 10),
    "agents": Word("Who speaks, in the order of speaking.", bounds={"maxItems": 20}),
    "turn_order": Word("The agent's place, from 0.", 0, {"minimum": 0}),
    "agent_id": Word("The agent.", 1, _NUMBER),
    "Agent.id": Word("The agent.", 1),
    "Agent.name": _text("What it is called.", "代码助手", 100, 1),
    "Agent.role": _text("What it is there for.", "后端开发", 1_000),
    "RoomAgent.id": Word("The agent's seat in this room.", 3),
    "RoomAgent.name": _text("What it is called.", "代码助手", 100, 1),
    "RoomAgent.role": _text("What it is there for.", "后端开发", 1_000),
    "color": Word("`#rrggbb`.", "#10b981", {"pattern": "^#[0-9a-fA-F]{6}$"}),
    "sender_name": Word("Who speaks.", "代码助手"),
    "sender_color": Word("The speaker's colour.", "#10b981"),
    "round_number": Word("The round, from 1; the task is in round 0.", 1),
    "round": Word("The round, from 1.", 1),
    "total_rounds": Word("How many rounds were spoken.", 5),
    "MessageChunk.content": Word("What is new.", "我认为"),
    "accumulated": Word("All of it so far.", "我认为"),
    "agent": Word("Who failed.", "代码助手"),
    "AgentFailed.error": Word("Why it failed.", "The provider fell silent"),
    "RoomFailed.content": Word("Why nobody could speak.", "Every agent failed"),
}
_SERVER = {
    "Server.name": Word("What it is."),
    "Server.version": Word("Its version."),
    "Server.description": Word("What it is for."),
    "message": Word("For the person who reads it.", "Luxx API is running"),
    "Health.status": Word("`degraded` while the database does not answer.", "ok"),
    "Ready.status": Word("Whether requests can be sent here.", "ready"),
    "database": Word("Whether the database answers.", "ok"),
    "queue": Word("Whether replies are executed.", "ok"),
    "sandbox": Word("What contains the tools' code; for administrators."),
    "backend": Word("What contains it.", "bubblewrap"),
    "safe": Word("Whether hostile code is contained.", example=True),
    "reason": Word("Why not.", None),
}
WORDS: Mapping[str, Word] = {
    **_PAGE, **_ACCOUNTS, **_CONVERSATIONS, **_MESSAGES, **_STEPS,
    **_PROVIDERS, **_TOOLS, **_ROOMS, **_SERVER,
}  # fmt: skip

_DUMB = Word("")


def word(owner: str, name: str) -> Word:
    """What is known of a field of a type, or of an argument of a root field."""
    return WORDS.get(f"{owner}.{name}") or WORDS.get(name, _DUMB)
