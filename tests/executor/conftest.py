"""Runs that wait to be executed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from luxx.models import Run, RunKind, User, new_id

MakeRun = Callable[..., Awaitable[str]]


@pytest.fixture
async def make_run(database: None) -> MakeRun:
    """`await make_run("ann", owner=…)` gives the id of a live run of the user."""

    async def make(name: str = "ann", **columns: Any) -> str:
        row = {"username": name, "email": f"{name}@example.com", "password_hash": "x"}
        user, _ = await User.get_or_create(username_key=name, defaults=row)
        id_ = new_id("run")
        await Run.create(id=id_, live_in=id_, kind=RunKind.CHAT, user_id=user.id, **columns)
        return id_

    return make
