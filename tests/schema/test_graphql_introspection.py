"""Who is told the schema: everybody, or users only."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query
from strawberry.types import ExecutionResult

from luxx.core.services import Services
from luxx.models import User
from luxx.schema import Context, schema

ASKING = (
    get_introspection_query(),
    '{ __type(name: "Query") { name } }',
    "query { ...Far } fragment Far on Query { alias: __schema { types { name } } }",
)


@pytest.fixture
def guarded(services: Services) -> Services:
    return replace(services, settings=replace(services.settings, introspection="users"))


async def ask(services: Services, query: str, token: str | None = None) -> ExecutionResult:
    return await schema.execute(query, None, Context(services, token, "127.0.0.1"))


def code_of(result: ExecutionResult) -> Any:
    return result.errors and (result.errors[0].extensions or {}).get("code")


@pytest.mark.parametrize("query", ASKING, ids=("whole", "type", "fragment"))
async def test_strangers_are_told_where_the_setting_says_so(
    services: Services, guarded: Services, query: str
) -> None:
    assert (await ask(services, query)).errors is None
    refused = await ask(guarded, query)
    assert (code_of(refused), refused.data) == ("UNAUTHENTICATED", None)


@pytest.mark.parametrize("query", ASKING, ids=("whole", "type", "fragment"))
async def test_users_are_told(
    guarded: Services, ann: User, token_of: Callable[[User], str], query: str
) -> None:
    assert (await ask(guarded, query, token_of(ann))).errors is None


async def test_other_operations_need_no_login(guarded: Services) -> None:
    assert (await ask(guarded, "{ __typename }")).data == {"__typename": "Query"}


async def test_a_text_that_names_the_schema_is_no_question(guarded: Services) -> None:
    query = 'mutation { login(username: "__schema", password: "x") { accessToken } }'
    result = await ask(guarded, query)
    assert result.errors is not None
    assert result.errors[0].path == ["login"]
