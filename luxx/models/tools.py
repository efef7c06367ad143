"""The record of tools that were used."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.accounts import User
from luxx.models.kinds import ToolCaller, ToolOutcome


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
