"""The tool that runs a shell command."""

from typing import Annotated, Any

from msgspec import Meta

from luxx.models import PermissionLevel
from luxx.tools.base import ToolContext, tool
from luxx.tools.code import DEFAULT_SECONDS, MAX_SOURCE, TIME_LIMIT, Timeout, run


@tool(category="shell", required=PermissionLevel.EXECUTE, time_limit=TIME_LIMIT)
async def shell_execute(
    context: ToolContext,
    command: Annotated[str, Meta(max_length=MAX_SOURCE, description="The command, for sh")],
    timeout: Timeout = DEFAULT_SECONDS,
) -> dict[str, Any]:
    """Run a shell command and give what it prints.

    It runs in a sandbox without network; its working folder is the workspace, the only place where
    it can write lasting files. A process that it leaves in the background ends with it.
    """
    return await run(context, "shell", command, timeout)
