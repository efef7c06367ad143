"""Who may use a root field. A refusal is a domain error, raised before the resolver runs."""

from abc import abstractmethod
from typing import Any

from strawberry.permission import BasePermission

from luxx import models
from luxx.errors import Forbidden
from luxx.schema.context import Context


class _Permission(BasePermission):
    @property
    def schema_directive(self) -> None:
        """None: permissions are not part of the printed schema."""

    async def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002
        await self.check(info.context)
        return True

    @abstractmethod
    async def check(self, context: Context) -> None:
        """Raise what keeps the asker out."""


class IsAuthenticated(_Permission):
    async def check(self, context: Context) -> None:
        await context.session()


class IsAdmin(_Permission):
    async def check(self, context: Context) -> None:
        if (await context.user()).role is not models.Role.ADMIN:
            raise Forbidden("Only an administrator may do this")
