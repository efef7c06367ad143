"""What was said, in a conversation or in a room."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.conversations import Conversation
from luxx.models.kinds import MessageRole, MessageStatus
from luxx.models.rooms import Room, Seat
from luxx.models.runs import Run


class Message(Model):
    """One message; `steps` are its thinking, text, calls and results in order."""

    seq = fields.BigIntField(primary_key=True)
    id = fields.CharField(max_length=32, unique=True)
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "luxx.Conversation", related_name=False, on_delete=fields.CASCADE, null=True
    )
    conversation_id: str | None
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "luxx.Room", related_name=False, on_delete=fields.CASCADE, null=True
    )
    room_id: str | None
    #: Who spoke in a room; null for the task, and where the seat is gone.
    seat: fields.ForeignKeyNullableRelation[Seat] = fields.ForeignKeyField(
        "luxx.Seat", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    seat_id: int | None
    sender_name = fields.CharField(max_length=100, null=True)
    sender_color = fields.CharField(max_length=7, null=True)
    #: 0 is the room's task itself.
    round_number = fields.IntField(null=True)
    run: fields.ForeignKeyNullableRelation[Run] = fields.ForeignKeyField(
        "luxx.Run", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    run_id: str | None
    role = fields.CharEnumField(MessageRole, max_length=16)
    status = fields.CharEnumField(MessageStatus, max_length=16, default=MessageStatus.COMPLETED)
    content = fields.TextField(default="")
    steps: Any = fields.JSONField(default=list)
    #: What each model call must be given back unchanged (signatures, reasoning); see core.history.
    provider_state: Any = fields.JSONField(null=True)
    token_count = fields.IntField(default=0)
    prompt_tokens = fields.IntField(null=True)
    completion_tokens = fields.IntField(null=True)
    usage_estimated = fields.BooleanField(default=False)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "message"
        indexes = (
            Index(fields=("conversation_id", "seq"), name="idx_message_conversation"),
            Index(fields=("room_id", "seq"), name="idx_message_room"),
            Index(fields=("seat_id",), name="idx_message_seat"),
            Index(fields=("run_id",), name="idx_message_run"),
        )
