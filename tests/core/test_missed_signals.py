"""What was signalled while the line to other processes was cut is found in the database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support import until
from tortoise.exceptions import DBConnectionError
from world import World

from luxx.errors import Unauthenticated
from luxx.eventlog.signals import LocalSignals
from luxx.llm.demo import Reply
from luxx.models import Message, MessageStatus, RevokedToken, Run, User


def cut(here: World) -> None:
    """As after a reconnection: anything may have been said."""
    signals = here.services.signals
    assert isinstance(signals, LocalSignals)
    for channel in list(signals._listeners):
        signals._hear(channel, "")


async def test_a_stop_that_was_missed(here: World) -> None:
    here.model.script.append(Reply("Once upon a time", hold=asyncio.Event()))
    answer = (await here.send()).assistant_message
    await here.model.arrived()
    await Run.filter(id=answer.run_id).update(stop_requested=True)
    cut(here)
    await here.services.runs.wait(str(answer.run_id))
    assert (await Message.get(id=answer.id)).status is MessageStatus.CANCELLED


@pytest.mark.parametrize("how", ["logged out", "sent out", "disabled", "deleted"])
async def test_the_end_of_a_login_that_was_missed(here: World, how: str) -> None:
    with here.services.sessions.watch(here.session) as abort:
        cut(here)
        await until(lambda: not here.services.sessions._tasks)
        abort.check()
        if how == "logged out":
            later = datetime.now(UTC) + timedelta(hours=1)
            await RevokedToken.create(jti=here.session.jti, expires_at=later)
        elif how == "sent out":
            await User.filter(id=here.user.id).update(token_version=7)
        elif how == "disabled":
            await User.filter(id=here.user.id).update(is_active=False)
        else:
            await here.user.delete()
        cut(here)
        await until(lambda: abort.error is not None)
        with pytest.raises(Unauthenticated):
            abort.check()


async def test_a_database_that_is_away_ends_nobody(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DBConnectionError("away")

    with here.services.sessions.watch(here.session) as abort:
        monkeypatch.setattr(RevokedToken, "filter", away)
        monkeypatch.setattr(Run, "filter", away)
        cut(here)
        await until(lambda: not here.services.sessions._tasks)
        await until(lambda: not here.services.runs._tasks)
        abort.check()
