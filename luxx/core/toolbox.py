"""The one gate to a tool: who may run which, for how long, and how much comes back.

A model's call never raises: whatever it did wrong becomes a result that tells it what to do better.
A call by hand raises what is wrong. Either way it is recorded.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from luxx.config import Settings
from luxx.core.executions import Use, recorded
from luxx.db import INFRASTRUCTURE, rows_of
from luxx.errors import BadInput, Forbidden, LuxxError, NotFound, ToolFailed, ToolTimedOut
from luxx.metrics import Metrics
from luxx.models import PermissionLevel, ToolCaller, ToolOutcome, User
from luxx.sandbox.egress import Egress
from luxx.sandbox.evaluate import Evaluator
from luxx.sandbox.fetch import Web
from luxx.sandbox.runner import PATIENCE, Sandbox
from luxx.sandbox.turns import Turns
from luxx.sandbox.workspace import Workspace
from luxx.tools import BUILTIN
from luxx.tools.base import Tool, ToolContext

logger = logging.getLogger("luxx.tools")

#: Characters of a result that a model is given.
MAX_CONTENT = 100_000
#: Bytes of JSON that a result by hand may have.
MAX_RESULT = 4_000_000
#: Tools that run at the same time, of all users and of one: the others wait, users in rotation.
AT_ONCE, SHARE = 24, 3
#: Of them, those that block; the others wait, within their time limit.
MAX_THREADS = 8

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model is given: the result as JSON text, or what went wrong."""

    content: str
    success: bool


class Toolbox:
    def __init__(
        self,
        settings: Settings,
        egress: Egress,
        metrics: Metrics | None = None,
        tools: Sequence[Tool] = BUILTIN,
    ) -> None:
        self.sandbox = Sandbox(settings)
        self._metrics = metrics or Metrics()
        self._settings = settings
        self._tools = {tool.name: tool for tool in tools}
        self._turns = Turns(AT_ONCE, SHARE)
        self._threads = ThreadPoolExecutor(MAX_THREADS, "luxx-tool")
        self._evaluator = Evaluator()
        self._web = Web(egress)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """At the end, end what tools left running."""
        try:
            yield
        finally:
            await self.sandbox.close()
            await self._web.close()
            self._threads.shutdown(wait=False, cancel_futures=True)
            await asyncio.to_thread(self._evaluator.close)

    def all(self, category: str | None = None) -> list[Tool]:
        return [tool for tool in self._tools.values() if category in {None, tool.category}]

    def get(self, name: str) -> Tool:
        """Raises NotFound."""
        try:
            return self._tools[name]
        except KeyError:
            raise NotFound(f"There is no tool {name[:_SHOWN]!r}") from None

    def offered(self, user: User, enabled: Sequence[str] | None) -> list[Tool]:
        """The tools among `enabled` (None: all) that the user's level allows.

        Raises BadInput for a name that no tool has.
        """
        for name in enabled or ():
            if name not in self._tools:
                message = f"enabled_tools: there is no tool {name[:_SHOWN]!r}"
                raise BadInput(message, field="enabled_tools")
        return [
            tool
            for tool in self.all()
            if tool.required <= user.permission_level and (enabled is None or tool.name in enabled)
        ]

    async def call(
        self, user_id: int, name: str, arguments: str, *, enabled: Collection[str]
    ) -> Outcome:
        """Run a tool for a model; only cancelling it raises, and a database that is away.

        What the user may do is looked up anew: a reply can be older than the user's level.
        """
        try:
            async with recorded(user_id, name, ToolCaller.MODEL, self._count) as use:
                use.argument_bytes = len(arguments.encode(errors="replace"))
                user = await _present(user_id)
                tool = self._tools.get(name)
                if tool is not None:
                    _check_level(tool, user)
                if tool is None or name not in enabled:
                    raise NotFound(_not_offered(name, enabled))
                _, encoded = await self._run(user, tool, _parsed(arguments), use)
        except INFRASTRUCTURE:
            raise  # no fault of the tool's: the run is interrupted
        except LuxxError as error:
            return Outcome(_cut(error.message), success=False)
        return Outcome(_cut(encoded.decode()), success=True)

    async def execute(self, user: User, name: str, arguments: Mapping[str, Any]) -> Any:
        """Run a tool by hand. Raises NotFound, Forbidden, BadInput (its field), ToolFailed."""
        tool = self.get(name)
        async with recorded(user.id, name, ToolCaller.USER, self._count) as use:
            use.argument_bytes = len(_encoded(arguments))
            _check_level(tool, user)
            result, encoded = await self._run(user, tool, arguments, use)
            if len(encoded) > MAX_RESULT:
                size = f"{len(encoded)} bytes; the most is {MAX_RESULT}"
                raise ToolFailed(f"{name}: the result has {size}")
        return result

    def _count(self, name: str, outcome: ToolOutcome) -> None:
        # A model may call a tool by any name; a metric has a few.
        self._metrics.tool_used(name if name in self._tools else "unknown", outcome)

    async def _run(
        self, user: User, tool: Tool, given: Mapping[str, Any], use: Use
    ) -> tuple[Any, bytes]:
        """The result, and the same as JSON."""
        arguments = tool.check(given)
        try:
            async with (
                self._turns.take(user.id, PATIENCE),
                asyncio.timeout(tool.time_limit) as limit,
            ):
                result = await tool.function(self._context(user), **arguments)
            encoded = orjson.dumps(result)
        except LuxxError:
            raise
        except Exception as error:
            if limit.expired():
                message = f"{tool.name} did not finish within {tool.time_limit:g} seconds"
                raise ToolTimedOut(message) from error
            logger.exception("The tool %s failed", tool.name)
            raise ToolFailed(f"{tool.name}: the tool failed") from error
        use.result_bytes = len(encoded)
        use.timed_out = isinstance(result, dict) and result.get("timed_out") is True
        return result, encoded

    def _context(self, user: User) -> ToolContext:
        return ToolContext(
            user_id=user.id,
            workspace=self._workspace(user),
            threads=self._threads,
            sandbox=self.sandbox,
            evaluator=self._evaluator,
            web=self._web,
        )

    def _workspace(self, user: User) -> Workspace:
        settings = self._settings
        own = user.workspace_path
        root = Path(own) if own else settings.data_dir.absolute() / "workspaces" / str(user.id)
        # Code never runs as root: what is made for it belongs to the user that it runs as.
        owner = settings.sandbox_uid if os.geteuid() == 0 else None
        return Workspace(root, quota=settings.workspace_quota, owner=owner)


_USER = "SELECT * FROM user_account WHERE id = ? AND is_active"


async def _present(user_id: int) -> User:
    found = await rows_of(User, _USER, user_id)
    if not found:
        raise Forbidden("This account is disabled")
    return found[0]


def _check_level(tool: Tool, user: User) -> None:
    level = PermissionLevel(user.permission_level)
    if tool.required > level:
        raise Forbidden(
            f"{tool.name} needs the permission {tool.required.name}; yours is {level.name}"
        )


def _not_offered(name: str, enabled: Collection[str]) -> str:
    known = ", ".join(sorted(enabled)) or "none"
    return f"The tool {name[:_SHOWN]!r} is not offered here; these are: {known}"


def _parsed(arguments: str) -> dict[str, Any]:
    try:
        parsed = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The arguments are not valid JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise BadInput("The arguments must be a JSON object")
    return parsed


def _encoded(arguments: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(arguments)
    except TypeError as error:
        message = "arguments: expected JSON that is not nested deeply, of numbers within 64 bits"
        raise BadInput(message, field="arguments") from error


def _cut(text: str) -> str:
    if len(text) <= MAX_CONTENT:
        return text
    left_out = len(text) - MAX_CONTENT
    return f"{text[:MAX_CONTENT]}\n[cut: {left_out} of {len(text)} characters are left out]"
