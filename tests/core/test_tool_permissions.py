"""Who may run which tool: twelve tools, four levels, and three ways to come by one."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from world import make_user

from luxx.config import Settings
from luxx.core.toolbox import Toolbox
from luxx.errors import Forbidden, ToolFailed
from luxx.models import PermissionLevel, ToolExecution, ToolOutcome, User
from luxx.sandbox.egress import Egress
from luxx.tools import BUILTIN

READ_ONLY, WRITE, EXECUTE, ADMIN = PermissionLevel
#: For each tool the level that the documentation gives, and arguments that are good for a success,
#: or (where there is no web in a test) for the tool's own failure.
TABLE: dict[str, tuple[PermissionLevel, dict[str, Any], bool]] = {
    "python_execute": (EXECUTE, {"code": "print(1)"}, True),
    "python_eval": (EXECUTE, {"expression": "1 + 1"}, True),
    "file_read": (READ_ONLY, {"path": "a.txt"}, True),
    "file_write": (WRITE, {"path": "b.txt", "content": "x"}, True),
    "file_list": (READ_ONLY, {}, True),
    "file_exists": (READ_ONLY, {"path": "a.txt"}, True),
    "file_grep": (READ_ONLY, {"pattern": "x"}, True),
    "shell_execute": (EXECUTE, {"command": "true"}, True),
    "web_search": (READ_ONLY, {"query": "luxx"}, False),
    "web_fetch": (READ_ONLY, {"url": "http://127.0.0.1/"}, False),
    "batch_fetch": (READ_ONLY, {"urls": ["http://127.0.0.1/"]}, True),
    "process_data": (READ_ONLY, {"data": [1], "operation": "minify"}, True),
}


@pytest.fixture
async def toolbox(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Toolbox]:
    def no_engine(*args: Any, **options: Any) -> Any:
        raise ToolFailed("there is no search engine in a test")

    monkeypatch.setattr("luxx.tools.crawler.search", no_engine)
    egress = Egress(())
    toolbox = Toolbox(settings, egress)
    async with toolbox.opened():
        yield toolbox
    await egress.close()


@pytest.fixture
async def user(settings: Settings, level: PermissionLevel, database: None) -> User:
    user = await make_user("somebody", permission_level=level)
    own = settings.data_dir / "workspaces" / str(user.id)
    own.mkdir(parents=True)
    (own / "a.txt").write_text("x")
    return user


def test_the_table_is_that_of_all_tools() -> None:
    assert {tool.name: tool.required for tool in BUILTIN} == {
        name: required for name, (required, _, _) in TABLE.items()
    }


@pytest.mark.parametrize("level", PermissionLevel, ids=lambda level: level.name)
@pytest.mark.parametrize("name", TABLE)
async def test_a_tool_is_for_those_whose_level_allows_it(
    name: str, level: PermissionLevel, toolbox: Toolbox, user: User
) -> None:
    """Offered to the model, called by the model and run by hand: one answer for all three."""
    required, arguments, succeeds = TABLE[name]
    allowed = required <= level
    refusal = f"{name} needs the permission {required.name}; yours is {level.name}"

    offered = [tool.name for tool in toolbox.offered(user, None)]
    assert (name in offered) is allowed
    assert [tool.name for tool in toolbox.offered(user, [name])] == ([name] if allowed else [])

    for enabled in (list(TABLE), offered):
        outcome = await toolbox.call(user.id, name, json.dumps(arguments), enabled=enabled)
        assert outcome.success is (allowed and succeeds)
        assert (outcome.content == refusal) is not allowed

    try:
        await toolbox.execute(user, name, arguments)
        by_hand = "succeeded"
    except Forbidden as error:
        assert error.message == refusal  # noqa: PT017 - which of the three it is depends
        by_hand = "refused"
    except ToolFailed:
        by_hand = "failed"
    expected = ("succeeded" if succeeds else "failed") if allowed else "refused"
    assert by_hand == expected
    rows = await ToolExecution.all().order_by("id")
    assert [(row.caller, row.outcome) for row in rows] == [
        (caller, ToolOutcome(expected)) for caller in ("model", "model", "user")
    ]
