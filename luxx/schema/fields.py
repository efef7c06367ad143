"""The decorators of resolvers: Strawberry's own, with types that survive them.

Every root field names who may use it; one without a permission is for everybody.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry
from graphql import GraphQLField
from strawberry.permission import BasePermission
from strawberry.schema.schema_converter import GraphQLCoreConverter

Resolver = TypeVar("Resolver", bound=Callable[..., Any])
Permission = type[BasePermission]
_COST = "cost"


def field(
    *permissions: Permission, description: str | None = None, cost: int = 0
) -> Callable[[Resolver], Resolver]:
    """`cost`: how many objects the field counts as, beside those that it returns."""
    made = strawberry.field(
        permission_classes=list(permissions), description=description, metadata={_COST: cost}
    )
    return cast("Callable[[Resolver], Resolver]", made)


def cost_of_field(definition: GraphQLField) -> int:
    """What a field of the schema counts as, as it was declared."""
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return int(declared.metadata.get(_COST, 0)) if declared is not None else 0


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
