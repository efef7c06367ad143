"""Who may use a root field."""

import asyncio
from collections.abc import Callable

import pytest
from schema.asking import Ask, CountQueries, codes_of, data_of
from strawberry.types.field import StrawberryField

from luxx.models import User
from luxx.schema import Context, schema
from luxx.schema.permissions import IsAdmin, IsAuthenticated

#: Open to everybody: without a user there is nobody to check yet.
OPEN = {
    "register",  # makes the user; closed by a setting
    "login",  # checks the password itself
    "ready",  # asked by load balancers
    "health",  # shows more to administrators
}
ADMINS = {"users", "updateUser", "toolExecutions"}


def _root_fields() -> dict[str, StrawberryField]:
    roots = (schema.query, schema.mutation, schema.subscription)
    definitions = [root.__strawberry_definition__ for root in roots]  # type: ignore[union-attr]
    convert = schema.config.name_converter.get_graphql_name
    return {convert(field): field for found in definitions for field in found.fields}


@pytest.mark.parametrize(("name", "field"), _root_fields().items())
def test_every_root_field_names_its_permission(name: str, field: StrawberryField) -> None:
    expected = [] if name in OPEN else [IsAdmin if name in ADMINS else IsAuthenticated]

    assert field.permission_classes == expected


async def test_nobody_gets_past_a_permission(ask: Ask) -> None:
    result = await ask("{ me { id } }")

    assert result.data is None
    assert codes_of(result) == ["UNAUTHENTICATED"]


async def test_an_administrators_field_is_closed_to_others(ask: Ask, ann: User) -> None:
    result = await ask("{ users { id } }", user=ann)

    assert codes_of(result) == ["FORBIDDEN"]


async def test_an_administrators_field_is_open_to_them(ask: Ask, ann: User, admin: User) -> None:
    result = await ask("{ users { username role permissionLevel } }", user=admin)

    assert data_of(result) == {
        "users": [
            {"username": "ann", "role": "USER", "permissionLevel": "READ_ONLY"},
            {"username": "root", "role": "ADMIN", "permissionLevel": "ADMIN"},
        ]
    }


async def test_a_session_is_looked_up_once_for_all_fields_of_a_request(
    ask: Ask, ann: User, count_queries: CountQueries
) -> None:
    with count_queries() as statements:
        result = await ask(
            '{ me { id } tools { name } tool(name: "file_read") { name } }', user=ann
        )

    assert result.errors is None
    assert len(statements) == 1


async def test_those_who_ask_for_the_session_at_once_wait_for_one_look_up(
    context_of: Callable[..., Context], ann: User, count_queries: CountQueries
) -> None:
    context = context_of(ann)

    with count_queries() as statements:
        first, second = await asyncio.gather(context.session(), context.session())

    assert first is second
    assert len(statements) == 1
