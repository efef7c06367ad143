"""Tools run by hand on a fresh folder, without the gate in front of them."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from luxx.config import Settings
from luxx.sandbox.egress import Egress
from luxx.sandbox.evaluate import Evaluator
from luxx.sandbox.fetch import Web
from luxx.sandbox.runner import Sandbox
from luxx.sandbox.workspace import Workspace
from luxx.tools import BUILTIN
from luxx.tools.base import ToolContext

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The workspace; code can write to it, whoever runs the tests."""
    owner = Settings().sandbox_uid if os.geteuid() == 0 else None
    return Workspace(tmp_path / "own", owner=owner).ready()


@pytest.fixture
async def context(tmp_path: Path, root: Path) -> AsyncIterator[ToolContext]:
    egress, evaluator = Egress(()), Evaluator()
    settings = Settings(data_dir=tmp_path)
    web, sandbox = Web(egress), Sandbox(settings)
    with ThreadPoolExecutor(8) as threads:
        yield ToolContext(1, Workspace(root), threads, sandbox, evaluator, web)
    evaluator.close()
    await sandbox.close()
    await web.close()
    await egress.close()


@pytest.fixture
def run(context: ToolContext) -> Run:
    """Check the arguments and run the tool."""
    tools = {tool.name: tool for tool in BUILTIN}

    async def run(name: str, **arguments: Any) -> Any:
        tool = tools[name]
        return await tool.function(context, **tool.check(arguments))

    return run
