"""What administrators see: the tools that were used, and what contains their code."""

import dataclasses
from typing import Any, Literal

import pytest
from schema.asking import Ask, CountQueries, codes_of, data_of

from luxx.core.services import Services
from luxx.errors import BadInput, Forbidden
from luxx.models import User
from luxx.sandbox.choice import Refused
from luxx.schema import Context, schema

EXECUTIONS = """
query ($user: Int, $tool: String, $outcome: ToolOutcome, $page: Int! = 1, $size: Int! = 20) {
  toolExecutions(userId: $user, tool: $tool, outcome: $outcome, page: $page, pageSize: $size) {
    total page pageSize
    items {
      id tool caller outcome argumentBytes resultBytes durationMs createdAt user { username }
    }
  }
}
"""
HEALTH = "{ health { status message sandbox { backend safe reason } } }"


async def _use_tools(services: Services, ann: User, admin: User) -> None:
    toolbox = services.toolbox
    await toolbox.execute(ann, "process_data", {"data": [1, 2], "operation": "minify"})
    with pytest.raises(Forbidden):
        await toolbox.execute(ann, "file_write", {"path": "secret-name", "content": "secret"})
    with pytest.raises(BadInput):
        await toolbox.execute(admin, "process_data", {"data": [1]})
    await toolbox.call(admin.id, "no\0such", '{"a": 1}', enabled=["process_data"])


def _uses(page: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (item["user"]["username"], item["tool"], item["caller"], item["outcome"])
        for item in page["items"]
    ]


async def test_every_use_of_a_tool_is_recorded_without_what_was_said(
    services: Services, ask: Ask, ann: User, admin: User
) -> None:
    await _use_tools(services, ann, admin)
    result = data_of(await ask(EXECUTIONS, user=admin))["toolExecutions"]
    assert _uses(result) == [
        ("root", "no�such", "MODEL", "REFUSED"),
        ("root", "process_data", "USER", "INVALID"),
        ("ann", "file_write", "USER", "REFUSED"),
        ("ann", "process_data", "USER", "SUCCEEDED"),
    ]
    assert (result["total"], result["page"], result["pageSize"]) == (4, 1, 20)
    succeeded, refused = result["items"][3], result["items"][0]
    assert (succeeded["argumentBytes"], succeeded["resultBytes"]) == (35, 7)
    assert (refused["argumentBytes"], refused["resultBytes"]) == (8, 0)
    assert 0 <= succeeded["durationMs"] < 10_000
    assert "secret" not in str(result)


async def test_a_program_that_ran_out_of_time_is_recorded_as_such(
    services: Services, ask: Ask, admin: User
) -> None:
    looping = {"command": "while :; do :; done", "timeout": 1}
    result = await services.toolbox.execute(admin, "shell_execute", looping)
    assert result["timed_out"] is True
    found = data_of(await ask(EXECUTIONS, {"outcome": "TIMED_OUT"}, user=admin))
    assert _uses(found["toolExecutions"]) == [("root", "shell_execute", "USER", "TIMED_OUT")]


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"tool": "process_data"}, 2),
        ({"outcome": "REFUSED"}, 2),
        ({"tool": "process_data", "outcome": "SUCCEEDED"}, 1),
        ({"tool": "none"}, 0),
        ({"size": 3}, 3),
        ({"size": 3, "page": 2}, 1),
    ],
)
async def test_the_record_can_be_narrowed(
    variables: dict[str, Any], found: int, services: Services, ask: Ask, ann: User, admin: User
) -> None:
    await _use_tools(services, ann, admin)
    result = data_of(await ask(EXECUTIONS, variables, user=admin))["toolExecutions"]
    assert len(result["items"]) == found


async def test_the_record_of_one_user(services: Services, ask: Ask, ann: User, admin: User) -> None:
    await _use_tools(services, ann, admin)
    result = data_of(await ask(EXECUTIONS, {"user": ann.id}, user=admin))["toolExecutions"]
    assert {use[0] for use in _uses(result)} == {"ann"}


async def test_the_users_of_a_page_are_looked_up_together(
    services: Services, ask: Ask, ann: User, admin: User, count_queries: CountQueries
) -> None:
    await _use_tools(services, ann, admin)
    with count_queries() as statements:
        data_of(await ask(EXECUTIONS, user=admin))
    assert len(statements) == 4  # the session, the page, its total, the users


async def test_the_record_is_for_administrators(ask: Ask, ann: User) -> None:
    assert codes_of(await ask(EXECUTIONS, user=ann)) == ["FORBIDDEN"]
    assert codes_of(await ask(EXECUTIONS)) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("variables", [{"page": 0}, {"size": 101}, {"tool": "x" * 65}])
async def test_what_does_not_fit_is_refused(
    variables: dict[str, Any], ask: Ask, admin: User
) -> None:
    assert codes_of(await ask(EXECUTIONS, variables, user=admin)) == ["BAD_USER_INPUT"]


async def test_health_shows_the_sandbox_to_administrators_alone(
    ask: Ask, ann: User, admin: User, services: Services
) -> None:
    for user in (None, ann):
        health = data_of(await ask(HEALTH, user=user))["health"]
        assert health == {"status": "ok", "message": "Luxx API is running", "sandbox": None}
    health = data_of(await ask(HEALTH, user=admin))["health"]
    backend = await services.toolbox.sandbox.backend()
    assert health["sandbox"] == {"backend": backend.name, "safe": backend.safe, "reason": None}


async def test_health_says_whether_strangers_may_register(services: Services) -> None:
    choices: tuple[Literal["open", "closed"], ...] = ("open", "closed")
    for setting in choices:
        settings = dataclasses.replace(services.settings, registration=setting)
        changed = dataclasses.replace(services, settings=settings)
        context = Context(changed, None, "127.0.0.1")
        result = await schema.execute("{ health { registration } }", None, context)
        assert result.data == {"health": {"registration": setting == "open"}}


async def test_health_says_why_there_is_no_sandbox(
    ask: Ask, admin: User, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none() -> Refused:
        return Refused("for the test")

    monkeypatch.setattr(services.toolbox.sandbox, "backend", none)
    health = data_of(await ask(HEALTH, user=admin))["health"]
    assert health["sandbox"] == {"backend": "none", "safe": False, "reason": "for the test"}
