"""What is too old is deleted, in small steps, and nothing else is."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support import until
from tortoise.exceptions import DBConnectionError
from world import World

from luxx.core import retention
from luxx.core.retention import Retention
from luxx.llm.demo import Reply
from luxx.models import (
    IdempotencyKey,
    RevokedToken,
    Run,
    RunEvent,
    ToolCaller,
    ToolExecution,
    ToolOutcome,
    User,
)

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def age(run_id: str | None) -> None:
    await Run.filter(id=run_id).update(finished_at=LONG_AGO)


def keeping(here: World) -> Retention:
    return Retention(here.services.settings)


async def test_only_the_events_of_runs_that_ended_long_ago_are_deleted(here: World) -> None:
    old, new = await here.ask(), await here.ask()
    here.model.script.append(Reply("Long ago", hold=asyncio.Event()))
    live = (await here.send()).assistant_message
    await here.model.arrived(3)
    await until_written(str(live.run_id))
    await age(old.run_id)
    assert await keeping(here).delete_old() > 0
    assert not await RunEvent.filter(run_id=old.run_id).exists()
    for kept in (new, live):
        assert await RunEvent.filter(run_id=kept.run_id).exists()
    logged = dict(await Run.all().values_list("id", "logged"))
    assert logged == {old.run_id: False, new.run_id: True, live.run_id: True}
    assert await keeping(here).delete_old() == 0


async def until_written(run_id: str) -> None:
    async with asyncio.timeout(5):
        while not await RunEvent.filter(run_id=run_id).exists():
            await asyncio.sleep(0.005)


async def test_logins_that_have_expired_are_forgotten(here: World) -> None:
    now = datetime.now(UTC)
    for jti, seconds in (("old", 120), ("leeway", 30), ("new", -30)):
        await RevokedToken.create(jti=jti, expires_at=now - timedelta(seconds=seconds))
    await keeping(here).delete_old()
    assert {row.jti for row in await RevokedToken.all()} == {"leeway", "new"}


async def test_old_idempotency_keys_are_forgotten_and_can_be_used_again(here: World) -> None:
    first = await here.send(idempotency_key="once")
    await here.services.runs.wait(str(first.assistant_message.run_id))
    await here.services.runs.wait(
        str((await here.send(idempotency_key="new")).assistant_message.run_id)
    )
    await IdempotencyKey.filter(key="once").update(created_at=LONG_AGO)
    await keeping(here).delete_old()
    assert [row.key for row in await IdempotencyKey.all()] == ["new"]
    again = await here.send(idempotency_key="once")
    assert again.assistant_message.id != first.assistant_message.id


async def test_the_record_of_tools_is_kept_for_its_time(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("FEWEST", "ROWS"):
        monkeypatch.setattr(retention, limit, 2)
    for number in range(7):
        made = await ToolExecution.create(
            user_id=here.user.id,
            tool=f"tool_{number}",
            caller=ToolCaller.USER,
            argument_bytes=0,
            outcome=ToolOutcome.SUCCEEDED,
            result_bytes=0,
            duration_ms=0,
        )
        if number < 5:
            await ToolExecution.filter(id=made.id).update(created_at=LONG_AGO)
    await keeping(here).delete_old()
    assert [row.tool for row in await ToolExecution.all().order_by("id")] == ["tool_5", "tool_6"]


async def test_it_goes_on_by_itself_also_after_the_database_was_away(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "FIRST", 0.001)
    monkeypatch.setattr(retention, "PERIOD", 0.001)
    await age((await here.ask()).run_id)
    failures = [DBConnectionError("away"), ZeroDivisionError()]

    class Failing(Retention):
        async def delete_old(self) -> int:
            if failures:
                raise failures.pop()
            return await super().delete_old()

    running = asyncio.create_task(Failing(here.services.settings).run())
    try:
        async with asyncio.timeout(5):
            while await Run.filter(logged=True).exists():
                await asyncio.sleep(0.005)
    finally:
        running.cancel()
    await until(running.done)


async def test_a_setting_says_how_long(here: World) -> None:
    run_id = (await here.ask()).run_id
    day = timedelta(days=1)
    await Run.filter(id=run_id).update(finished_at=datetime.now(UTC) - day)
    settings = replace(here.services.settings, event_retention=int(2 * day.total_seconds()))
    assert await Retention(settings).delete_old() == 0
    settings = replace(settings, event_retention=int(day.total_seconds()) - retention.MARGIN - 1)
    assert await Retention(settings).delete_old() > 0
    assert await User.all().count() == 1
