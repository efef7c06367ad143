"""The record of tools that were used, for administrators."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID

from luxx import models
from luxx.core import executions
from luxx.models import ToolCaller, ToolOutcome
from luxx.schema.context import Info
from luxx.schema.fields import field
from luxx.schema.pages import Page, page_of
from luxx.schema.permissions import IsAdmin
from luxx.schema.users import User


@strawberry.type(description="One use of a tool: who, which and how it ended, never what was said.")
class ToolExecution:
    id: ID
    user_id: int
    tool: str = strawberry.field(description="As the caller named it: there need be no such tool.")
    caller: ToolCaller
    outcome: ToolOutcome
    argument_bytes: int
    result_bytes: int
    duration_ms: int
    created_at: datetime

    @classmethod
    def from_row(cls, row: models.ToolExecution) -> Self:
        return cls(
            id=ID(str(row.id)),
            user_id=row.user_id,
            tool=row.tool,
            caller=row.caller,
            outcome=row.outcome,
            argument_bytes=row.argument_bytes,
            result_bytes=row.result_bytes,
            duration_ms=row.duration_ms,
            created_at=row.created_at,
        )

    @field()
    async def user(self, info: Info) -> User:
        return User.from_row(await info.context.loaders.users.load(self.user_id))


@strawberry.type
class ToolExecutionQuery:
    @field(IsAdmin, description="The tools that were used, the newest use first.")
    async def tool_executions(
        self,
        user_id: int | None = None,
        tool: str | None = None,
        outcome: ToolOutcome | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> Page[ToolExecution]:
        found = await executions.page(
            user_id=user_id, tool=tool, outcome=outcome, page=page, page_size=page_size
        )
        return page_of(found, ToolExecution.from_row)
