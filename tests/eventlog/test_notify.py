"""Signals between processes: told once, also after the line was cut."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from support import until

from luxx.config import Settings
from luxx.errors import Unavailable
from luxx.eventlog.signals import Channel, LocalSignals, Signals

CHANNELS: tuple[Channel, ...] = ("events", "stop", "session", "room", "work")
EVERYTHING = {channel: ["a", "b"] for channel in CHANNELS}
OWN = EVERYTHING | {"events": [], "work": []}


class Ear:
    """Notes what it hears."""

    def __init__(self, signals: Signals) -> None:
        self.signals = signals
        self.heard: defaultdict[str, list[str]] = defaultdict(list)
        for channel in CHANNELS:
            signals.listen(channel, self.heard[channel].append)


@pytest.fixture
async def ears(settings: Settings) -> AsyncIterator[list[Ear]]:
    if settings.is_sqlite:
        pytest.skip("one process at a time has a SQLite file")
    from luxx.eventlog.notify import NotifySignals  # noqa: PLC0415 - only with the extra

    async with AsyncExitStack() as stack:
        made = [Ear(NotifySignals(settings)) for _ in range(3)]
        for ear in made:
            await ear.signals.start()
            stack.push_async_callback(ear.signals.close)
        yield made


def local() -> Ear:
    return Ear(LocalSignals())


async def test_a_process_hears_itself_but_not_what_is_for_others() -> None:
    ear = local()
    await ear.signals.start()
    for channel in CHANNELS:
        await ear.signals.publish(channel, "a", "b")
    assert ear.heard == OWN
    await ear.signals.close()


async def test_all_hear_each_signal_once(ears: list[Ear]) -> None:
    teller, *others = ears
    for channel in CHANNELS:
        await teller.signals.publish(channel, "a", "b")
    for ear in others:
        heard = ear.heard
        await until(lambda heard=heard: heard == EVERYTHING)  # type: ignore[misc]
    assert teller.heard == OWN


async def test_many_ids_at_once_arrive_all(ears: list[Ear]) -> None:
    teller, other, _ = ears
    ids = [f"run_{number:026d}" for number in range(1_000)]
    await teller.signals.publish("events", *ids)
    await until(lambda: len(other.heard["events"]) == len(ids))
    assert other.heard["events"] == ids


async def test_too_many_ids_become_one_that_stands_for_any(
    ears: list[Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    from luxx.eventlog import notify  # noqa: PLC0415 - only with the extra

    monkeypatch.setattr(notify, "MAX_IDS", 3)
    teller, other, _ = ears
    await teller.signals.publish("events", *"abcd")
    await until(lambda: other.heard["events"])
    assert other.heard["events"] == [""]


async def test_after_a_cut_everybody_looks_again_and_hears_on(
    ears: list[Ear], settings: Settings
) -> None:
    teller, other, _ = ears
    await cut(settings, await lines(settings))
    await until(lambda: all("" in other.heard[channel] for channel in CHANNELS))
    await teller.signals.publish("room", "b")
    await until(lambda: "b" in other.heard["room"])


async def test_what_is_told_while_the_line_is_cut_is_told_when_it_is_back(
    ears: list[Ear], settings: Settings
) -> None:
    from luxx.eventlog.notify import NotifySignals  # noqa: PLC0415 - only with the extra

    others = await lines(settings)
    teller = Ear(NotifySignals(settings))
    await teller.signals.start()
    try:
        await cut(settings, await lines(settings) - others)
        await teller.signals.publish("stop", "a")
        await until(lambda: all(ear.heard["stop"] for ear in ears))
        assert [ear.heard["stop"] for ear in ears] == [["a"]] * len(ears)
    finally:
        await teller.signals.close()


async def lines(settings: Settings) -> set[int]:
    """The processes of the database's server that serve a line."""
    from luxx.db.pool import connect  # noqa: PLC0415 - only with the extra

    async with await connect(settings) as connection:
        found = await connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in await found.fetchall()}


async def cut(settings: Settings, pids: set[int]) -> None:
    from luxx.db.pool import connect  # noqa: PLC0415 - only with the extra

    async with await connect(settings) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [list(pids)]
        )


async def test_the_last_words_are_heard(ears: list[Ear]) -> None:
    teller, other, _ = ears
    await teller.signals.publish("work", "")
    await teller.signals.close()
    await until(lambda: other.heard["work"])
    assert other.heard["work"] == [""]


async def test_a_database_that_is_away_is_said_at_the_start(settings: Settings) -> None:
    if settings.is_sqlite:
        pytest.skip("one process at a time has a SQLite file")
    from dataclasses import replace  # noqa: PLC0415

    from luxx.config import Secret  # noqa: PLC0415
    from luxx.eventlog import notify  # noqa: PLC0415 - only with the extra

    away = replace(settings, database_url=Secret("postgresql://127.0.0.1:1/none"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notify, "ANSWER", 0.2)
        signals = notify.NotifySignals(away)
        with pytest.raises(Unavailable):
            await signals.start()
        await asyncio.wait_for(signals.close(), 5)
