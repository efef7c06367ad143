"""Accounts: who asks, registering, logging in and out, and what an administrator may change."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import UNSET

from luxx import models
from luxx.core import accounts
from luxx.models import PermissionLevel, Role
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.permissions import IsAdmin, IsAuthenticated


@strawberry.type
class User:
    id: int
    username: str
    email: str
    role: Role
    permission_level: PermissionLevel
    workspace_path: str | None
    is_active: bool
    created_at: datetime

    @classmethod
    def from_row(cls, row: models.User) -> Self:
        return cls(
            id=row.id,
            username=row.username,
            email=row.email,
            role=row.role,
            permission_level=row.permission_level,
            workspace_path=row.workspace_path,
            is_active=row.is_active,
            created_at=row.created_at,
        )


@strawberry.type
class Session:
    access_token: str
    user: User
    token_type: str = "bearer"  # noqa: S105 - its kind


@strawberry.input
class UpdateUserInput:
    permission_level: PermissionLevel | None = UNSET
    role: Role | None = UNSET
    is_active: bool | None = UNSET
    workspace_path: str | None = UNSET


@strawberry.type
class UserQuery:
    @field(IsAuthenticated)
    async def me(self, info: Info) -> User:
        return User.from_row(await info.context.user())

    @field(IsAdmin)
    async def users(self) -> list[User]:
        return [User.from_row(row) for row in await accounts.list_users()]


@strawberry.type
class UserMutation:
    @mutation()
    async def register(self, info: Info, username: str, email: str, password: str) -> User:
        context = info.context
        row = await accounts.register(
            context.services, username=username, email=email, password=password, ip=context.ip
        )
        return User.from_row(row)

    @mutation()
    async def login(self, info: Info, username: str, password: str) -> Session:
        context = info.context
        login = await accounts.login(
            context.services, username=username, password=password, ip=context.ip
        )
        return Session(access_token=login.access_token, user=User.from_row(login.user))

    @mutation(IsAuthenticated)
    async def logout(self, info: Info) -> bool:
        await accounts.logout(info.context.services, await info.context.session())
        return True

    @mutation(IsAdmin)
    async def update_user(self, info: Info, id: int, input: UpdateUserInput) -> User:
        row = await accounts.update_user(info.context.services, id, given(input))
        return User.from_row(row)
