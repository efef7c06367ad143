"""A stored message as a room's log carries it, so that no reader has to look it up."""

from datetime import datetime
from typing import Any

from luxx.models import Message, MessageRole, MessageStatus

_COLUMNS = (
    "id",
    "room_id",
    "seat_id",
    "role",
    "status",
    "content",
    "steps",
    "token_count",
    "prompt_tokens",
    "completion_tokens",
    "usage_estimated",
    "error",
    "sender_name",
    "sender_color",
    "round_number",
)


def pack(message: Message) -> dict[str, Any]:
    """The row as JSON. Text steps hold the content already: it is left out where they are all."""
    row = {name: getattr(message, name) for name in _COLUMNS}
    if message.content == _text(message.steps):
        del row["content"]
    return {**row, "created_at": message.created_at.isoformat()}


def unpack(row: dict[str, Any]) -> Message:
    return Message(
        **{
            "content": _text(row["steps"]),
            **row,
            "role": MessageRole(row["role"]),
            "status": MessageStatus(row["status"]),
            "created_at": datetime.fromisoformat(row["created_at"]),
        }
    )


def _text(steps: list[dict[str, Any]]) -> str:
    return "".join(step["content"] for step in steps if step["type"] == "text")
