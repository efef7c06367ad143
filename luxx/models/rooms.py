"""Agents, and the rooms in which they discuss a task."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.accounts import Provider, User
from luxx.models.kinds import RoomStatus


class Agent(Model):
    """A persona that can take a seat in any room of its user."""

    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(max_length=100)
    role = fields.CharField(max_length=1000, default="")
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "luxx.Provider", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    provider_id: int | None
    #: Empty: the provider's default model.
    model = fields.CharField(max_length=200, default="")
    system_prompt = fields.TextField(default="")
    #: `#rrggbb`.
    color = fields.CharField(max_length=7)
    enabled_tools: Any = fields.JSONField(default=list)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "agent"
        indexes = (
            Index(fields=("user_id", "id"), name="idx_agent_user"),
            Index(fields=("provider_id",), name="idx_agent_provider"),
        )


class Room(Model):
    """A task, and how far its discussion has come."""

    id = fields.CharField(max_length=32, primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    title = fields.CharField(max_length=200)
    task = fields.TextField()
    status = fields.CharEnumField(RoomStatus, max_length=16, default=RoomStatus.IDLE)
    max_rounds = fields.IntField(default=5)
    #: The round of the newest turn; 0 before the first.
    current_round = fields.IntField(default=0)
    #: The current round has begun and is not over.
    round_open = fields.BooleanField(default=False)
    #: The seats that have had their turn in the current round, by id.
    turns_taken: Any = fields.JSONField(default=list)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "room"
        indexes = (Index(fields=("user_id", "updated_at", "id"), name="idx_room_list"),)


class Seat(Model):
    """One participant of a room: a copy of an agent, or made for this room alone."""

    id = fields.IntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "luxx.Room", related_name=False, on_delete=fields.CASCADE
    )
    room_id: str
    agent: fields.ForeignKeyNullableRelation[Agent] = fields.ForeignKeyField(
        "luxx.Agent", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    agent_id: int | None
    name = fields.CharField(max_length=100)
    role = fields.CharField(max_length=1000, default="")
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "luxx.Provider", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    provider_id: int | None
    model = fields.CharField(max_length=200, default="")
    system_prompt = fields.TextField(default="")
    color = fields.CharField(max_length=7)
    enabled_tools: Any = fields.JSONField(default=list)
    #: Dense from 0 within the room.
    turn_order = fields.IntField()

    class Meta:
        table = "room_agent"
        indexes = (
            Index(fields=("room_id", "turn_order"), name="idx_room_agent_room"),
            Index(fields=("agent_id",), name="idx_room_agent_agent"),
            Index(fields=("provider_id",), name="idx_room_agent_provider"),
        )
