"""Conversations."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.accounts import Provider, User


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
