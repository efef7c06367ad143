"""A toolbox on a fresh folder, and people of every level."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from luxx.config import Settings
from luxx.core.toolbox import Toolbox
from luxx.models import PermissionLevel, User

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "own"
    root.mkdir()
    return root


@pytest.fixture
def run(tmp_path: Path, root: Path) -> Run:
    """Run a tool by hand as somebody who may do everything."""
    toolbox = Toolbox(Settings(data_dir=tmp_path))
    user = User(id=1, permission_level=PermissionLevel.ADMIN, workspace_path=str(root))

    async def run(name: str, **arguments: Any) -> Any:
        return await toolbox.execute(user, name, arguments)

    return run
