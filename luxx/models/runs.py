"""Runs, their log, and the keys that keep a start from happening twice."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.accounts import User
from luxx.models.conversations import Conversation
from luxx.models.kinds import RunKind, RunStatus
from luxx.models.rooms import Room


class Run(Model):
    """What produces text over time: one reply, or one room discussion.

    `live_in` holds the room's id where it is a discussion.
    """

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
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "luxx.Room", related_name=False, on_delete=fields.CASCADE, null=True
    )
    room_id: str | None
    #: The conversation's id while the run is live, then null: unique, so one runs at a time.
    live_in = fields.CharField(max_length=32, null=True, unique=True)
    params: Any = fields.JSONField(default=dict)
    status = fields.CharEnumField(RunStatus, max_length=16, default=RunStatus.QUEUED)
    #: Raised by every claim; a write of an older attempt is refused.
    attempt = fields.IntField(default=0)
    #: Attempts up to this one are not counted against the run: it has got on since. A room's next
    #: run begins where the one before it ended, so that the ids of a room's events only ever grow.
    base_attempt = fields.IntField(default=0)
    #: The process that executes it; null while it waits for one. Counts while the run is live.
    owner = fields.CharField(max_length=32, null=True)
    stop_requested = fields.BooleanField(default=False)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    finished_at = fields.DatetimeField(null=True)
    #: False once its events have been deleted for their age.
    logged = fields.BooleanField(default=True)

    class Meta:
        table = "run"
        indexes = (
            Index(fields=("status",), name="idx_run_status"),
            Index(fields=("conversation_id",), name="idx_run_conversation"),
            Index(fields=("room_id", "attempt"), name="idx_run_room"),
            Index(fields=("user_id",), name="idx_run_user"),
            Index(fields=("logged", "finished_at"), name="idx_run_logged"),
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


class Process(Model):
    """A process that executes runs. One whose `beats` stand still has died."""

    id = fields.CharField(max_length=32, primary_key=True)
    host = fields.CharField(max_length=255)
    pid = fields.IntField()
    beats = fields.BigIntField(default=0)
    started_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "process"


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
