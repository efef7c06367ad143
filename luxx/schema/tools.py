"""Tools: which there are, and running one by hand."""

from typing import Self

import strawberry
from strawberry.scalars import JSON

from luxx.errors import BadInput
from luxx.models import PermissionLevel
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.scalars import ToolCategory
from luxx.tools import base


@strawberry.type
class Tool:
    name: str
    description: str
    category: ToolCategory
    required_permission: PermissionLevel
    parameters: JSON = strawberry.field(description="JSON Schema of the arguments.")

    @classmethod
    def from_tool(cls, tool: base.Tool) -> Self:
        return cls(
            name=tool.name,
            description=tool.description,
            category=ToolCategory(tool.category),
            required_permission=tool.required,
            parameters=JSON(tool.parameters),
        )


@strawberry.type
class ToolQuery:
    @field(IsAuthenticated)
    async def tools(self, info: Info, category: ToolCategory | None = None) -> list[Tool]:
        return [Tool.from_tool(tool) for tool in info.context.services.toolbox.all(category)]

    @field(IsAuthenticated)
    async def tool(self, info: Info, name: str) -> Tool:
        return Tool.from_tool(info.context.services.toolbox.get(name))


@strawberry.type
class ToolMutation:
    @mutation(IsAuthenticated)
    async def execute_tool(self, info: Info, name: str, arguments: JSON) -> JSON:
        if not isinstance(arguments, dict):
            raise BadInput("The arguments must be a JSON object", field="arguments")
        user = await info.context.user()
        return JSON(await info.context.services.toolbox.execute(user, name, arguments))
