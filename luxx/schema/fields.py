"""The decorators of resolvers: Strawberry's own, with types that survive them.

Every root field names who may use it; one without a permission is for everybody.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry
from strawberry.permission import BasePermission

Resolver = TypeVar("Resolver", bound=Callable[..., Any])
Permission = type[BasePermission]


def field(
    *permissions: Permission, description: str | None = None
) -> Callable[[Resolver], Resolver]:
    made = strawberry.field(permission_classes=list(permissions), description=description)
    return cast("Callable[[Resolver], Resolver]", made)


def mutation(
    *permissions: Permission, description: str | None = None
) -> Callable[[Resolver], Resolver]:
    made = strawberry.mutation(permission_classes=list(permissions), description=description)
    return cast("Callable[[Resolver], Resolver]", made)


def subscription(
    *permissions: Permission, description: str | None = None
) -> Callable[[Resolver], Resolver]:
    made = strawberry.subscription(permission_classes=list(permissions), description=description)
    return cast("Callable[[Resolver], Resolver]", made)
