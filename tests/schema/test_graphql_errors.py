"""How errors reach a client, and what is logged."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLError
from schema.asking import Ask, codes_of
from strawberry.types import ExecutionResult

from luxx.core.toolbox import Toolbox
from luxx.db.trouble import DatabaseTrouble
from luxx.errors import BadInput, RateLimited
from luxx.models import User
from luxx.schema import Context, schema
from luxx.schema.errors import present

SECRET = "hunter2-hunter2"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Makes the field `tool` raise."""

    def fail(error: Exception) -> None:
        def get(_self: Toolbox, _name: str) -> Any:
            raise error

        monkeypatch.setattr(Toolbox, "get", get)

    return fail


def only(result: ExecutionResult) -> GraphQLError:
    assert result.errors is not None
    assert len(result.errors) == 1
    return result.errors[0]


async def test_a_domain_error_keeps_its_message_and_carries_its_code_and_field(
    ask: Ask, ann: User, failing: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    failing(BadInput("name must be short", field="name"))

    error = only(await ask('{ tool(name: "x") { name } }', user=ann))

    assert error.formatted == {
        "message": "name must be short",
        "locations": [{"line": 1, "column": 3}],
        "path": ["tool"],
        "extensions": {"code": "BAD_USER_INPUT", "field": "name"},
    }
    assert caplog.records == []


async def test_a_database_that_is_away_is_unavailable_and_its_driver_keeps_silent(
    ask: Ask, ann: User, failing: Callable[[Exception], None]
) -> None:
    failing(DatabaseTrouble(f"connection to {SECRET} failed"))
    error = only(await ask('{ tool(name: "x") { name } }', user=ann))
    assert error.message.startswith("The database cannot be reached")
    assert error.extensions == {"code": "UNAVAILABLE"}


async def test_a_rate_limit_says_when_to_come_back(
    ask: Ask, ann: User, failing: Callable[[Exception], None]
) -> None:
    failing(RateLimited(retry_after=7))

    error = only(await ask('{ tool(name: "x") { name } }', user=ann))

    assert error.extensions == {"code": "RATE_LIMITED", "retryAfter": 7}


async def test_a_defect_is_masked_logged_once_and_kept_for_this_process(
    ask: Ask, ann: User, failing: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    defect = ValueError("the disk is on fire")
    failing(defect)

    error = only(await ask(f'{{ tool(name: "{SECRET}") {{ name }} }}', user=ann))

    assert error.message == "Internal error"
    assert error.extensions == {"code": "INTERNAL"}
    assert error.original_error is defect
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("luxx.graphql", logging.ERROR)
    assert "tool" in record.getMessage()
    assert "the disk is on fire" in record.getMessage()
    assert SECRET not in caplog.text


def test_an_error_that_was_presented_is_not_logged_again(caplog: pytest.LogCaptureFixture) -> None:
    error = GraphQLError("boom", original_error=ValueError("boom"))

    present(error)
    present(error)

    assert len(caplog.records) == 1


async def test_a_value_that_cannot_be_printed_is_a_defect(
    ask: Ask, ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def user(_self: Context) -> Any:
        return User(id="not a number", username="x", email="x", role=ann.role)

    monkeypatch.setattr(Context, "user", user)

    error = only(await ask("{ me { id } }", user=ann))

    assert error.message == "Internal error"
    assert error.extensions == {"code": "INTERNAL"}
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ me { id ", None),
        ("{ nothing }", None),
        ("query ($id: Int!) { provider(id: $id) { id } }", None),
        ("query ($id: Int!) { provider(id: $id) { id } }", {"id": "one"}),
        ("query ($page: Int) { conversations(page: $page) { total } }", {"page": None}),
        ("{ tools(category: NONE) { name } }", None),
    ],
)
async def test_what_is_wrong_in_the_language_is_bad_input_and_not_logged(
    ask: Ask,
    ann: User,
    query: str,
    variables: dict[str, Any] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = await ask(query, variables, user=ann)

    assert codes_of(result) == ["BAD_USER_INPUT"]
    assert caplog.records == []


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (
            "mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id } }",
            {"input": {"apiKey": SECRET}},
        ),
        (f'mutation {{ createProvider(input: {{apiKey: "{SECRET}"}}) {{ id }} }}', None),
        (
            'mutation ($p: String!) { login(username: "ann", password: $p) { accessToken } }',
            {"p": [SECRET]},
        ),
        (f'mutation {{ login(username "{SECRET}") {{ accessToken }} }}', None),
        (f'mutation {{ login "{SECRET}" }}', None),
    ],
)
async def test_no_error_says_a_given_value_back(
    ask: Ask, query: str, variables: dict[str, Any] | None
) -> None:
    result = await ask(query, variables)

    assert result.errors
    assert all(SECRET not in error.message for error in result.errors)


async def test_an_unknown_operation_is_the_clients_error_in_a_stream(
    context_of: Callable[..., Context],
) -> None:
    stream = await schema.stream("query One { me { id } }", None, context_of(), None, "Two")
    results: list[Any] = [result async for result in stream]

    assert codes_of(results[0]) == ["BAD_USER_INPUT"]
    assert len(results) == 1


async def test_a_syntax_error_is_answered_in_a_stream(
    context_of: Callable[..., Context],
) -> None:
    stream = await schema.stream("{ me { ", None, context_of())
    results: list[Any] = [result async for result in stream]

    assert codes_of(results[0]) == ["BAD_USER_INPUT"]
    assert len(results) == 1
