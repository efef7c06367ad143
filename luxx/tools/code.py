"""The tools that run Python: a program in the sandbox, or an expression in an evaluator."""

from typing import Annotated, Any

from msgspec import Meta

from luxx.models import PermissionLevel
from luxx.sandbox.base import Completed, Language
from luxx.sandbox.evaluate import MAX_EXPRESSION
from luxx.sandbox.runner import PATIENCE
from luxx.tools.base import ToolContext, tool

MAX_SOURCE = 500_000
MAX_SECONDS = 120
DEFAULT_SECONDS = 30
#: For a turn, the job itself, and the end of all that it started.
TIME_LIMIT = PATIENCE + MAX_SECONDS + 10

Timeout = Annotated[int, Meta(ge=1, le=MAX_SECONDS, description="Seconds that it may take")]


@tool(category="code", required=PermissionLevel.EXECUTE, time_limit=TIME_LIMIT)
async def python_execute(
    context: ToolContext,
    code: Annotated[str, Meta(max_length=MAX_SOURCE, description="The program")],
    timeout: Timeout = DEFAULT_SECONDS,
) -> dict[str, Any]:
    """Run a Python program and give what it prints.

    It runs in a sandbox without network; its working folder is the workspace, where files last and
    modules can be imported from. Nothing else is kept from one run to the next.
    """
    return await run(context, "python", code, timeout)


@tool(category="code", required=PermissionLevel.EXECUTE)
async def python_eval(
    context: ToolContext,
    expression: Annotated[
        str,
        Meta(min_length=1, max_length=MAX_EXPRESSION, description="A single Python expression"),
    ],
) -> dict[str, Any]:
    """Evaluate a Python expression, for calculations and small transformations.

    The modules math, datetime, json and re are there. Files, network and processes are not: use
    python_execute for programs.
    """
    found = await context.in_thread(context.evaluator.evaluate, expression)
    result = {"result": found.value, "type": found.type, "truncated": found.truncated}
    return {**result, "stdout": found.printed} if found.printed else result


async def run(
    context: ToolContext, language: Language, source: str, seconds: int
) -> dict[str, Any]:
    """Run it in the user's workspace. That it fails or is stopped is a result like any other."""
    folder = await context.in_thread(context.workspace.ready)
    done = await context.sandbox.run(context.user_id, language, source, folder, seconds)
    return _report(done)


def _report(done: Completed) -> dict[str, Any]:
    report = {
        "stdout": done.stdout,
        "stderr": done.stderr,
        "exit_code": done.exit_code,
        "timed_out": done.stopped == "time",
        "truncated": done.truncated,
        "duration": round(done.duration, 3),
    }
    if done.stopped not in {None, "time"}:
        report["stopped"] = f"it went over its limit of {done.stopped}"
    return report
