"""What a tool is: an async function whose name, docstring and signature are what a model sees."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from luxx.models import PermissionLevel
from luxx.sandbox.evaluate import Evaluator
from luxx.sandbox.fetch import Web
from luxx.sandbox.runner import Sandbox
from luxx.sandbox.workspace import Workspace
from luxx.tools.arguments import Arguments, arguments_of, check, schema_of

Category = Literal["code", "file", "shell", "crawler", "data"]
P = ParamSpec("P")
T = TypeVar("T")

TIME_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom a tool runs, and what of the world it may touch."""

    user_id: int
    workspace: Workspace
    #: All that tools may keep busy at once.
    threads: ThreadPoolExecutor
    sandbox: Sandbox
    evaluator: Evaluator
    web: Web

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what blocks. When it is given up its thread stays busy: bound what it does."""
        call = partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.threads, call)


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    category: Category
    required: PermissionLevel
    #: JSON Schema of the arguments: `additionalProperties` is false, there is no `$ref`.
    parameters: dict[str, Any]
    #: Seconds after which it is given up.
    time_limit: float
    arguments: Arguments
    function: Callable[..., Awaitable[Any]]

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with their defaults; BadInput names the one that does not fit."""
        return check(self.arguments, given)


def tool(
    *, category: Category, required: PermissionLevel, time_limit: float = TIME_LIMIT
) -> Callable[[Callable[Concatenate[ToolContext, P], Awaitable[Any]]], Tool]:
    """Make a tool of an async function; its first parameter, the context, is not an argument."""

    def make(function: Callable[Concatenate[ToolContext, P], Awaitable[Any]]) -> Tool:
        arguments = arguments_of(function)
        return Tool(
            name=function.__name__,
            description=_description(function.__doc__ or ""),
            category=category,
            required=required,
            parameters=schema_of(arguments),
            time_limit=time_limit,
            arguments=arguments,
            function=function,
        )

    return make


def _description(docstring: str) -> str:
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
