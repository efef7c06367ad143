"""The tools that run code, as a model or a person uses them, in this machine's own sandbox."""

from pathlib import Path
from typing import Any

import pytest
from tools.conftest import Run

from luxx.config import Settings
from luxx.errors import BadInput, ToolFailed, Unavailable
from luxx.sandbox.choice import Refused
from luxx.tools.base import ToolContext


async def test_a_program_runs_in_the_workspace(run: Run, root: Path) -> None:
    code = "open('made.txt', 'w').write('by code'); print('done'); import sys; sys.exit(3)"
    done = await run("python_execute", code=code)
    assert done == {
        "stdout": "done\n",
        "stderr": "",
        "exit_code": 3,
        "timed_out": False,
        "truncated": False,
        "duration": done["duration"],
    }
    assert 0 < done["duration"] < 30
    assert (root / "made.txt").read_text() == "by code"


async def test_files_go_both_ways_between_tools_and_code(run: Run) -> None:
    await run("file_write", path="lib/helper.py", content="def double(n): return n * 2\n")
    await run("file_write", path="data.txt", content="21")
    code = "from lib.helper import double\nprint(double(int(open('data.txt').read())))\n"
    assert (await run("python_execute", code=code))["stdout"] == "42\n"
    await run("python_execute", code="open('lib/out.txt', 'w').write('from code')")
    assert (await run("file_read", path="lib/out.txt"))["content"] == "from code"
    await run("file_write", path="lib/out.txt", content="changed", mode="append")
    found = await run("shell_execute", command="cat lib/out.txt && rm lib/out.txt && ls lib")
    assert found["stdout"].startswith("from codechanged")
    assert "out.txt" not in found["stdout"]


async def test_an_error_in_the_program_is_told_with_its_line(run: Run) -> None:
    done = await run("python_execute", code="x = 1\nraise ValueError('no')\n")
    assert done["exit_code"] == 1
    assert "line 2" in done["stderr"]
    assert "ValueError: no" in done["stderr"]


async def test_what_takes_too_long_keeps_what_it_said(run: Run) -> None:
    code = "print('begun', flush=True)\nwhile True: pass\n"
    done = await run("python_execute", code=code, timeout=3)
    assert (done["stdout"], done["timed_out"]) == ("begun\n", True)


async def test_what_takes_too_much_says_what_of(run: Run) -> None:
    done = await run("shell_execute", command="yes", timeout=30)
    assert done["stopped"] == "it went over its limit of output"
    assert done["truncated"] is True
    assert len(done["stdout"]) <= 200_000


async def test_in_a_full_workspace_things_can_only_be_deleted(
    run: Run, root: Path, context: ToolContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However short the job is: no watching is quick enough for that."""
    (root / "large").write_bytes(bytes(3 << 20))
    monkeypatch.setattr(context.sandbox, "_settings", Settings(workspace_quota=2 << 20))
    done = await run("shell_execute", command="echo more > more; echo not reached")
    assert (done["stdout"], done["stopped"]) == ("", "it went over its limit of disk")
    assert (root / "more").read_bytes() == b""
    done = await run("shell_execute", command="rm large && echo gone")
    assert (done["stdout"], done["exit_code"]) == ("gone\n", 0)
    done = await run("shell_execute", command="head -c 4000000 /dev/zero > a; wc -c < a")
    assert int(done["stdout"]) <= 2 << 20


@pytest.mark.parametrize(
    ("name", "arguments", "field"),
    [
        ("python_execute", {"code": "1", "timeout": 0}, "timeout"),
        ("python_execute", {"code": "1", "timeout": 121}, "timeout"),
        ("python_execute", {}, "code"),
        ("shell_execute", {"command": 5}, "command"),
        ("shell_execute", {"command": "x" * 500_001}, "command"),
        ("python_eval", {"expression": ""}, "expression"),
    ],
)
async def test_what_does_not_fit_names_the_argument(
    name: str, arguments: dict[str, Any], field: str, run: Run
) -> None:
    with pytest.raises(BadInput) as caught:
        await run(name, **arguments)
    assert caught.value.field == field


async def test_an_expression_is_evaluated(run: Run) -> None:
    found = await run("python_eval", expression="12 * (3 + 4)")
    assert found == {"result": 84, "type": "int", "truncated": False}
    found = await run("python_eval", expression="print('on the way') or math.pi > 3")
    assert found == {"result": True, "type": "bool", "truncated": False, "stdout": "on the way\n"}
    with pytest.raises(ToolFailed, match="ZeroDivisionError"):
        await run("python_eval", expression="1 / 0")


async def test_without_a_sandbox_code_is_refused_and_expressions_are_not(
    run: Run, context: ToolContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none() -> Refused:
        return Refused("for the test")

    monkeypatch.setattr(context.sandbox, "backend", none)
    for name, argument in (("python_execute", "code"), ("shell_execute", "command")):
        with pytest.raises(Unavailable, match="no sandbox"):
            await run(name, **{argument: "1"})
    assert (await run("python_eval", expression="1 + 1"))["result"] == 2
