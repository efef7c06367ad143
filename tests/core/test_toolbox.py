import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from luxx.config import Settings
from luxx.core.toolbox import MAX_CONTENT, MAX_RESULT, Toolbox
from luxx.errors import BadInput, Forbidden, NotFound, ToolFailed
from luxx.models import PermissionLevel, User
from luxx.tools import BUILTIN, DOCUMENTED
from luxx.tools.base import Tool, ToolContext, tool
from luxx.tools.file import file_read

REQUIRED = {
    "file_read": PermissionLevel.READ_ONLY,
    "file_write": PermissionLevel.WRITE,
    "file_list": PermissionLevel.READ_ONLY,
    "file_exists": PermissionLevel.READ_ONLY,
    "file_grep": PermissionLevel.READ_ONLY,
    "process_data": PermissionLevel.READ_ONLY,
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "file_read": {"path": "a.txt"},
    "file_write": {"path": "b.txt", "content": "x"},
    "file_list": {},
    "file_exists": {"path": "a.txt"},
    "file_grep": {"pattern": "x"},
    "process_data": {"data": [1], "operation": "minify"},
}


def _user(level: PermissionLevel, user_id: int = 7) -> User:
    return User(id=user_id, permission_level=level)


ADMIN = _user(PermissionLevel.ADMIN)


@pytest.fixture
def toolbox(tmp_path: Path) -> Toolbox:
    own = tmp_path / "workspaces" / "7"
    own.mkdir(parents=True)
    (own / "a.txt").write_text("x")
    return Toolbox(Settings(data_dir=tmp_path))


def test_every_builtin_tool_requires_its_documented_level() -> None:
    assert {tool.name: tool.required for tool in BUILTIN} == REQUIRED


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("name", REQUIRED)
async def test_a_tool_runs_exactly_for_those_whose_level_allows_it(
    name: str, level: PermissionLevel, toolbox: Toolbox
) -> None:
    """Offered, called by a model and run by hand: one answer for all three."""
    user = _user(level)
    allowed = REQUIRED[name] <= level
    offered = [tool.name for tool in toolbox.offered(user, None)]
    assert (name in offered) is allowed
    assert [tool.name for tool in toolbox.offered(user, [name])] == ([name] if allowed else [])
    for enabled in (list(REQUIRED), offered):
        outcome = await toolbox.call(user, name, json.dumps(ARGUMENTS[name]), enabled=enabled)
        assert outcome.success is allowed
        if not allowed:
            assert outcome.content == f"{name} needs the permission WRITE; yours is READ_ONLY"
    if allowed:
        assert json.loads(outcome.content) == await toolbox.execute(
            user, name, ARGUMENTS[name]
        ) or (name == "file_write")
    else:
        with pytest.raises(Forbidden, match="needs the permission WRITE; yours is READ_ONLY"):
            await toolbox.execute(user, name, ARGUMENTS[name])


def test_tools_are_listed_by_category(toolbox: Toolbox) -> None:
    assert [tool.name for tool in toolbox.all()] == list(REQUIRED)
    assert [tool.name for tool in toolbox.all("data")] == ["process_data"]
    assert toolbox.all("shell") == []
    assert toolbox.get("file_read").category == "file"
    with pytest.raises(NotFound, match="no tool 'nope'"):
        toolbox.get("nope")


def test_an_unknown_name_is_not_quietly_left_out(toolbox: Toolbox) -> None:
    with pytest.raises(BadInput, match="no tool 'nope'") as caught:
        toolbox.offered(ADMIN, ["file_read", "nope"])
    assert caught.value.field == "enabled_tools"
    assert toolbox.offered(ADMIN, []) == []


def test_a_documented_tool_that_this_server_lacks_is_left_out() -> None:
    without = Toolbox(Settings(), [file_read])
    assert without.offered(ADMIN, ["web_search", "file_read"]) == [file_read]


def test_every_built_in_tool_is_documented() -> None:
    assert {tool.name for tool in BUILTIN} <= DOCUMENTED


@pytest.mark.parametrize(
    ("name", "arguments", "enabled", "says"),
    [
        ("nope", "{}", ["file_read"], "The tool 'nope' is not offered here; these are: file_read"),
        ("file_list", "{}", ["file_read"], "'file_list' is not offered here; these are: file_read"),
        ("file_list", "{}", [], "is not offered here; these are: none"),
        ("x" * 500, "{}", [], "is not offered here"),
        ("file_list", "{", ["file_list"], "The arguments are not valid JSON: "),
        ("file_list", '{"a": "\ud800"}', ["file_list"], "The arguments are not valid JSON: "),
        ("file_list", "[]", ["file_list"], "The arguments must be a JSON object"),
        ("file_list", "null", ["file_list"], "The arguments must be a JSON object"),
        ("file_list", '{"path": 5}', ["file_list"], "path: expected a string, got an integer"),
        ("file_list", '{"pth": "x"}', ["file_list"], "pth: no such argument; there are path"),
        ("file_read", "", ["file_read"], "path: this argument is required"),
        ("file_read", '{"path": "no"}', ["file_read"], "path: 'no' is not in the workspace"),
    ],
)
async def test_what_a_model_did_wrong_becomes_a_result_it_can_act_on(
    name: str, arguments: str, enabled: list[str], says: str, toolbox: Toolbox
) -> None:
    outcome = await toolbox.call(ADMIN, name, arguments, enabled=enabled)
    assert not outcome.success
    assert says in outcome.content
    assert len(outcome.content) < 500


async def test_no_arguments_at_all_are_an_empty_object(toolbox: Toolbox) -> None:
    outcome = await toolbox.call(ADMIN, "file_list", "", enabled=["file_list"])
    assert outcome.success


async def test_by_hand_the_errors_are_raised_and_name_the_field(toolbox: Toolbox) -> None:
    with pytest.raises(NotFound):
        await toolbox.execute(ADMIN, "nope", {})
    with pytest.raises(BadInput) as caught:
        await toolbox.execute(ADMIN, "file_read", {"path": "a.txt", "limit": 0})
    assert caught.value.field == "limit"
    with pytest.raises(ToolFailed) as failed:
        await toolbox.execute(ADMIN, "file_read", {"path": "../x"})
    assert failed.value.field == "path"


async def test_everybody_has_a_folder_of_their_own(tmp_path: Path) -> None:
    toolbox = Toolbox(Settings(data_dir=tmp_path))
    write = {"path": "mine.txt", "content": "1"}
    await toolbox.execute(ADMIN, "file_write", write)
    assert (tmp_path / "workspaces" / "7" / "mine.txt").read_text() == "1"
    other = _user(PermissionLevel.ADMIN, 8)
    assert (await toolbox.execute(other, "file_list", {}))["entries"] == []
    own = User(id=9, permission_level=PermissionLevel.WRITE, workspace_path=str(tmp_path / "own"))
    await toolbox.execute(own, "file_write", write)
    assert (tmp_path / "own" / "mine.txt").read_text() == "1"


@tool(category="data", required=PermissionLevel.READ_ONLY, time_limit=0.05)
async def slow(context: ToolContext) -> None:
    """Take forever."""
    await asyncio.Event().wait()


@tool(category="data", required=PermissionLevel.READ_ONLY)
async def broken(context: ToolContext) -> None:
    """Fail with a secret in the message."""
    raise RuntimeError("sk-secret")


@tool(category="data", required=PermissionLevel.READ_ONLY)
async def unwritable(context: ToolContext) -> Any:
    """Return what JSON cannot carry."""
    return object()


@tool(category="data", required=PermissionLevel.READ_ONLY)
async def long(context: ToolContext, size: int) -> str:
    """Return a long text."""
    return "x" * size


async def _call(tmp_path: Path, each: Tool, arguments: str = "{}") -> tuple[str, bool]:
    toolbox = Toolbox(Settings(data_dir=tmp_path), [each])
    outcome = await toolbox.call(ADMIN, each.name, arguments, enabled=[each.name])
    return outcome.content, outcome.success


async def test_a_tool_is_given_up_at_its_time_limit(tmp_path: Path) -> None:
    assert await _call(tmp_path, slow) == ("slow did not finish within 0.05 seconds", False)


@pytest.mark.parametrize("each", [broken, unwritable], ids=lambda each: each.name)
async def test_a_defect_is_logged_and_told_without_detail(
    each: Tool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _call(tmp_path, each) == (f"{each.name}: the tool failed", False)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("luxx.tools", logging.ERROR)
    assert record.exc_info is not None
    with pytest.raises(ToolFailed, match="the tool failed"):
        await Toolbox(Settings(data_dir=tmp_path), [each]).execute(ADMIN, each.name, {})


async def test_a_long_result_is_cut_for_the_model_and_says_so(tmp_path: Path) -> None:
    content, success = await _call(tmp_path, long, f'{{"size": {MAX_CONTENT}}}')
    assert success
    text, note = content.rsplit("\n", 1)
    assert text == '"' + "x" * (MAX_CONTENT - 1)
    assert note == f"[cut: 2 of {MAX_CONTENT + 2} characters are left out]"
    content, _ = await _call(tmp_path, long, f'{{"size": {MAX_CONTENT - 2}}}')
    assert content == '"' + "x" * (MAX_CONTENT - 2) + '"'


async def test_a_huge_result_by_hand_is_refused(tmp_path: Path) -> None:
    toolbox = Toolbox(Settings(data_dir=tmp_path), [long])
    assert len(await toolbox.execute(ADMIN, "long", {"size": MAX_RESULT - 2})) == MAX_RESULT - 2
    with pytest.raises(ToolFailed, match=f"the most is {MAX_RESULT}"):
        await toolbox.execute(ADMIN, "long", {"size": MAX_RESULT - 1})


async def test_cancelling_a_call_cancels_it(tmp_path: Path) -> None:
    started = asyncio.Event()

    @tool(category="data", required=PermissionLevel.READ_ONLY)
    async def waiting(context: ToolContext) -> None:
        """Wait."""
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(_call(tmp_path, waiting))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
