"""How the tests of this folder ask, and read what was answered."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

from strawberry.types import ExecutionResult

from luxx.models import User

Ask = Callable[..., Awaitable[ExecutionResult]]
MakeUser = Callable[..., Awaitable[User]]
CountQueries = Callable[[], AbstractContextManager[list[str]]]

FOLLOW = """subscription ($id: ID!) {
  messageEvents(messageId: $id) { __typename ... on StepUpdated { delta } }
}"""


def data_of(result: ExecutionResult) -> Any:
    """The data of an operation without errors."""
    assert result.errors is None, result.errors
    return result.data


def codes_of(result: ExecutionResult) -> list[Any]:
    return [(error.extensions or {}).get("code") for error in result.errors or ()]
