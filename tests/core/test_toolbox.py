import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from world import make_user

from luxx.config import Settings
from luxx.core.toolbox import MAX_CONTENT, MAX_RESULT, SHARE, Toolbox
from luxx.errors import BadInput, NotFound, ToolFailed
from luxx.models import PermissionLevel, ToolExecution, User
from luxx.sandbox.egress import Egress
from luxx.tools import BUILTIN
from luxx.tools.base import Tool, ToolContext, tool

MakeToolbox = Callable[..., Toolbox]


@pytest.fixture
async def make_toolbox(settings: Settings, database: None) -> AsyncIterator[MakeToolbox]:
    async with AsyncExitStack() as stack:
        egress = Egress(())
        stack.push_async_callback(egress.close)

        def make(*tools: Tool) -> Toolbox:
            return Toolbox(settings, egress, tools=tools or BUILTIN)

        yield make


@pytest.fixture
async def admin(settings: Settings, database: None) -> User:
    """Somebody who may do everything, with a file."""
    user = await make_user("admin", permission_level=PermissionLevel.ADMIN)
    own = settings.data_dir / "workspaces" / str(user.id)
    own.mkdir(parents=True)
    (own / "a.txt").write_text("x")
    return user


@pytest.fixture
def toolbox(make_toolbox: MakeToolbox, admin: User) -> Toolbox:
    return make_toolbox()


def test_tools_are_listed_by_category(toolbox: Toolbox) -> None:
    assert toolbox.all() == list(BUILTIN)
    assert [tool.name for tool in toolbox.all("data")] == ["process_data"]
    assert [tool.name for tool in toolbox.all("shell")] == ["shell_execute"]
    assert toolbox.get("file_read").category == "file"
    with pytest.raises(NotFound, match="no tool 'nope'"):
        toolbox.get("nope")


def test_an_unknown_name_is_not_quietly_left_out(toolbox: Toolbox, admin: User) -> None:
    with pytest.raises(BadInput, match="no tool 'nope'") as caught:
        toolbox.offered(admin, ["file_read", "nope"])
    assert caught.value.field == "enabled_tools"
    assert toolbox.offered(admin, []) == []


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
    name: str, arguments: str, enabled: list[str], says: str, toolbox: Toolbox, admin: User
) -> None:
    outcome = await toolbox.call(admin.id, name, arguments, enabled=enabled)
    assert not outcome.success
    assert says in outcome.content
    assert len(outcome.content) < 500


async def test_no_arguments_at_all_are_an_empty_object(toolbox: Toolbox, admin: User) -> None:
    outcome = await toolbox.call(admin.id, "file_list", "", enabled=["file_list"])
    assert outcome.success


async def test_by_hand_the_errors_are_raised_and_name_the_field(
    toolbox: Toolbox, admin: User
) -> None:
    with pytest.raises(NotFound):
        await toolbox.execute(admin, "nope", {})
    with pytest.raises(BadInput) as caught:
        await toolbox.execute(admin, "file_read", {"path": "a.txt", "limit": 0})
    assert caught.value.field == "limit"
    with pytest.raises(ToolFailed) as failed:
        await toolbox.execute(admin, "file_read", {"path": "../x"})
    assert failed.value.field == "path"


@pytest.mark.parametrize("data", [json.loads("[" * 500 + "]" * 500), 2**70])
async def test_arguments_that_json_cannot_carry_are_refused(
    data: Any, toolbox: Toolbox, admin: User
) -> None:
    given = {"data": data, "operation": "minify"}
    with pytest.raises(BadInput, match="nested deeply") as caught:
        await toolbox.execute(admin, "process_data", given)
    assert caught.value.field == "arguments"
    assert (await ToolExecution.get()).outcome == "invalid"


async def test_everybody_has_a_folder_of_their_own(
    toolbox: Toolbox, admin: User, settings: Settings, tmp_path: Path
) -> None:
    write = {"path": "mine.txt", "content": "1"}
    await toolbox.execute(admin, "file_write", write)
    own = settings.data_dir / "workspaces" / str(admin.id)
    assert (own / "mine.txt").read_text() == "1"
    other = await make_user("other")
    assert (await toolbox.execute(other, "file_list", {}))["entries"] == []
    placed = await make_user("placed", workspace_path=str(tmp_path / "own"))
    await toolbox.execute(placed, "file_write", write)
    assert (tmp_path / "own" / "mine.txt").read_text() == "1"


async def test_a_workspace_holds_no_more_than_its_quota(
    make_toolbox: MakeToolbox, admin: User, settings: Settings
) -> None:
    own = settings.data_dir / "workspaces" / str(admin.id)
    with (own / "large").open("wb") as file:
        file.truncate(settings.workspace_quota)
        for place in range(0, settings.workspace_quota, 64 << 20):
            file.seek(place)
            file.write(b"1")  # mostly a hole: there is room
    await make_toolbox().execute(admin, "file_write", {"path": "b", "content": "1"})
    small = Toolbox(replace(settings, workspace_quota=1 << 20), Egress(()))
    (own / "real").write_bytes(bytes(1 << 20))
    with pytest.raises(ToolFailed, match="workspace is full"):
        await small.execute(admin, "file_write", {"path": "c", "content": "1"})


async def test_a_level_that_was_taken_away_counts_at_once(toolbox: Toolbox, admin: User) -> None:
    """The reply that calls the tool may have begun before."""
    write = json.dumps({"path": "late.txt", "content": "1"})
    await User.filter(id=admin.id).update(permission_level=PermissionLevel.READ_ONLY)
    outcome = await toolbox.call(admin.id, "file_write", write, enabled=["file_write"])
    assert outcome.content == "file_write needs the permission WRITE; yours is READ_ONLY"
    await User.filter(id=admin.id).update(is_active=False)
    outcome = await toolbox.call(admin.id, "file_list", "{}", enabled=["file_list"])
    assert (outcome.content, outcome.success) == ("This account is disabled", False)


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


Call = Callable[..., Any]


@pytest.fixture
def call(make_toolbox: MakeToolbox, admin: User) -> Call:
    async def call(each: Tool, arguments: str = "{}") -> tuple[str, bool]:
        toolbox = make_toolbox(each)
        outcome = await toolbox.call(admin.id, each.name, arguments, enabled=[each.name])
        return outcome.content, outcome.success

    return call


async def test_a_tool_is_given_up_at_its_time_limit(call: Call) -> None:
    assert await call(slow) == ("slow did not finish within 0.05 seconds", False)


@pytest.mark.parametrize("each", [broken, unwritable], ids=lambda each: each.name)
async def test_a_defect_is_logged_and_told_without_detail(
    each: Tool,
    call: Call,
    make_toolbox: MakeToolbox,
    admin: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await call(each) == (f"{each.name}: the tool failed", False)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("luxx.tools", logging.ERROR)
    assert record.exc_info is not None
    with pytest.raises(ToolFailed, match="the tool failed"):
        await make_toolbox(each).execute(admin, each.name, {})


async def test_a_long_result_is_cut_for_the_model_and_says_so(call: Call) -> None:
    content, success = await call(long, f'{{"size": {MAX_CONTENT}}}')
    assert success
    text, note = content.rsplit("\n", 1)
    assert text == '"' + "x" * (MAX_CONTENT - 1)
    assert note == f"[cut: 2 of {MAX_CONTENT + 2} characters are left out]"
    content, _ = await call(long, f'{{"size": {MAX_CONTENT - 2}}}')
    assert content == '"' + "x" * (MAX_CONTENT - 2) + '"'


async def test_a_huge_result_by_hand_is_refused(make_toolbox: MakeToolbox, admin: User) -> None:
    toolbox = make_toolbox(long)
    assert len(await toolbox.execute(admin, "long", {"size": MAX_RESULT - 2})) == MAX_RESULT - 2
    with pytest.raises(ToolFailed, match=f"the most is {MAX_RESULT}"):
        await toolbox.execute(admin, "long", {"size": MAX_RESULT - 1})


async def test_who_calls_many_tools_leaves_places_to_others(
    make_toolbox: MakeToolbox, admin: User
) -> None:
    running: list[int] = []
    leave = asyncio.Event()

    @tool(category="data", required=PermissionLevel.READ_ONLY)
    async def staying(context: ToolContext) -> None:
        """Stay."""
        running.append(context.user_id)
        await leave.wait()

    toolbox, other = make_toolbox(staying), await make_user("other")
    callers = [admin.id] * 20 + [other.id]
    calls = [
        asyncio.create_task(toolbox.call(user_id, "staying", "{}", enabled=["staying"]))
        for user_id in callers
    ]
    async with asyncio.timeout(10):
        while other.id not in running:
            await asyncio.sleep(0.001)
        assert running.count(admin.id) == SHARE
        leave.set()
        outcomes = await asyncio.gather(*calls)
    assert all(outcome.success for outcome in outcomes)
    assert len(running) == len(callers)


async def test_cancelling_a_call_cancels_it_and_is_recorded(call: Call) -> None:
    started = asyncio.Event()

    @tool(category="data", required=PermissionLevel.READ_ONLY)
    async def waiting(context: ToolContext) -> None:
        """Wait."""
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(call(waiting))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (row,) = await ToolExecution.all()
    assert (row.tool, row.outcome) == ("waiting", "cancelled")
