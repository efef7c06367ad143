"""The tables. Rows are read and written by `luxx.core` and, for runs, by `luxx.eventlog`.

Ids that clients see as strings are random (`conv_…`, `msg_…`, `run_…`, `room_…`); a message's order
is its `seq`, never the clock. Times are UTC.
"""

import base64
import secrets
from enum import IntEnum, StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


def new_id(prefix: str) -> str:
    """`prefix_` and 20 random characters: 100 bits."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(13)).decode().lower()[:20]}"


class Role(StrEnum):
    USER = "user"
    ADMIN = "admin"


class PermissionLevel(IntEnum):
    """Ordered: a tool runs when the level it requires is at most the user's."""

    READ_ONLY = 1
    WRITE = 2
    EXECUTE = 3
    ADMIN = 4


class ProviderType(StrEnum):
    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class MessageRole(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class MessageStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class RunKind(StrEnum):
    CHAT = "chat"
    ROOM = "room"


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class ToolCaller(StrEnum):
    """Who ran a tool: a model in the course of a reply, or the user by hand."""

    MODEL = "model"
    USER = "user"


class ToolOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    #: Arguments that do not fit.
    INVALID = "invalid"
    #: Above the user's level, or not offered.
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"


LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


class User(Model):
    id = fields.IntField(primary_key=True)
    username = fields.CharField(max_length=32)
    #: The username case-folded: names that differ only in case are one name.
    username_key = fields.CharField(max_length=64, unique=True)
    #: Case-folded.
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=128)
    role = fields.CharEnumField(Role, max_length=8, default=Role.USER)
    permission_level = fields.IntEnumField(PermissionLevel, default=PermissionLevel.READ_ONLY)
    workspace_path = fields.CharField(max_length=1024, null=True)
    is_active = fields.BooleanField(default=True)
    #: Raising it ends every session of the user.
    token_version = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "user_account"


class RevokedToken(Model):
    jti = fields.CharField(max_length=32, primary_key=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "revoked_token"


class Provider(Model):
    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(max_length=100)
    provider_type = fields.CharEnumField(ProviderType, max_length=16)
    base_url = fields.CharField(max_length=2048)
    #: Sealed by `security.Vault`; empty where there is none.
    api_key = fields.TextField(default="")
    default_model = fields.CharField(max_length=200)
    max_tokens = fields.IntField(default=8192)
    is_default = fields.BooleanField(default=False)
    enabled = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "provider"
        indexes = (Index(fields=("user_id", "id"), name="idx_provider_user"),)


class Conversation(Model):
    id = fields.CharField(max_length=32, primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "luxx.Provider", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    provider_id: int | None
    project_id = fields.CharField(max_length=100, null=True)
    title = fields.CharField(max_length=200)
    #: True until a title was given or taken from the first message.
    untitled = fields.BooleanField(default=True)
    model = fields.CharField(max_length=200)
    system_prompt = fields.TextField(default="")
    temperature = fields.FloatField(default=0.7)
    max_tokens = fields.IntField(default=2000)
    thinking_enabled = fields.BooleanField(default=False)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "conversation"
        indexes = (
            Index(fields=("user_id", "updated_at", "id"), name="idx_conversation_list"),
            Index(fields=("user_id", "project_id", "updated_at"), name="idx_conversation_project"),
            Index(fields=("provider_id",), name="idx_conversation_provider"),
        )


class Run(Model):
    """What produces text over time: one reply, or one room discussion."""

    id = fields.CharField(max_length=32, primary_key=True)
    kind = fields.CharEnumField(RunKind, max_length=8)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "luxx.Conversation", related_name=False, on_delete=fields.CASCADE, null=True
    )
    conversation_id: str | None
    #: The conversation's id while the run is live, then null: unique, so one runs at a time.
    live_in = fields.CharField(max_length=32, null=True, unique=True)
    params: Any = fields.JSONField(default=dict)
    status = fields.CharEnumField(RunStatus, max_length=16, default=RunStatus.QUEUED)
    #: Raised by every claim; a write of an older attempt is refused.
    attempt = fields.IntField(default=0)
    stop_requested = fields.BooleanField(default=False)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "run"
        indexes = (
            Index(fields=("status",), name="idx_run_status"),
            Index(fields=("conversation_id",), name="idx_run_conversation"),
            Index(fields=("user_id",), name="idx_run_user"),
        )


class RunEvent(Model):
    """One line of a run's log; `eid` is `(attempt << 32) | seq`."""

    pk_id = fields.BigIntField(primary_key=True)
    run: fields.ForeignKeyRelation[Run] = fields.ForeignKeyField(
        "luxx.Run", related_name=False, on_delete=fields.CASCADE
    )
    run_id: str
    eid = fields.BigIntField()
    type = fields.CharField(max_length=24)
    data = fields.TextField()

    class Meta:
        table = "run_event"
        unique_together = (("run_id", "eid"),)


class Message(Model):
    """One message of a conversation; `steps` are its thinking, text, calls and results in order."""

    seq = fields.BigIntField(primary_key=True)
    id = fields.CharField(max_length=32, unique=True)
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "luxx.Conversation", related_name=False, on_delete=fields.CASCADE, null=True
    )
    conversation_id: str | None
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
            Index(fields=("run_id",), name="idx_message_run"),
        )


class IdempotencyKey(Model):
    """Makes a repeated start return the first run's messages."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    key = fields.CharField(max_length=200)
    #: A hash of what was asked: the same key with another request is refused.
    request = fields.CharField(max_length=64)
    run: fields.ForeignKeyRelation[Run] = fields.ForeignKeyField(
        "luxx.Run", related_name=False, on_delete=fields.CASCADE
    )
    run_id: str
    created_at = fields.DatetimeField(auto_now_add=True, db_index=True)

    class Meta:
        table = "idempotency_key"
        unique_together = (("user_id", "key"),)
        indexes = (Index(fields=("run_id",), name="idx_idempotency_run"),)


class ToolExecution(Model):
    """One use of a tool: who, which and how it ended, but nothing of what was said."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    #: As the caller named it: there need be no such tool.
    tool = fields.CharField(max_length=64)
    caller = fields.CharEnumField(ToolCaller, max_length=8)
    argument_bytes = fields.IntField()
    outcome = fields.CharEnumField(ToolOutcome, max_length=16)
    result_bytes = fields.IntField()
    duration_ms = fields.IntField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "tool_execution"
        indexes = (
            Index(fields=("user_id", "id"), name="idx_tool_execution_user"),
            Index(fields=("tool", "id"), name="idx_tool_execution_tool"),
        )
