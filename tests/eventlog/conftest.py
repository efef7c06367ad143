"""A running log over the test database, and runs to write to."""

from collections.abc import AsyncIterator

import pytest
from eventlog.reading import MakeRun

from luxx.eventlog.log import EventLog
from luxx.eventlog.signals import LocalSignals
from luxx.models import Run, RunKind, RunStatus, User, new_id

INTERVAL = 0.02


@pytest.fixture
async def log(database: None) -> AsyncIterator[EventLog]:
    log = EventLog(LocalSignals(), interval=INTERVAL)
    await log.start()
    yield log
    await log.close()


@pytest.fixture
async def make_run(database: None) -> MakeRun:
    user = await User.create(
        username="ann", username_key="ann", email="ann@example.com", password_hash="x"
    )

    async def make() -> Run:
        return await Run.create(
            id=new_id("run"),
            kind=RunKind.CHAT,
            user_id=user.id,
            status=RunStatus.RUNNING,
            attempt=1,
        )

    return make
