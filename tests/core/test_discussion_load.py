"""Many rooms at once, and many who watch one: nothing is lost, and nothing is left behind."""

import asyncio
import gc
from collections import Counter

import psutil
import pytest
from roomworld import (
    FIRST,
    Watcher,
    discuss,
    kinds,
    make_room,
    messages_of,
    over,
    seen_by,
    start,
    texts,
)
from support import until
from world import World, world

from luxx.config import Settings
from luxx.core import room_edits
from luxx.core.discussion import Stage
from luxx.core.follow import Accumulated
from luxx.core.reply import Reply as Writing
from luxx.core.runs import STOPPING
from luxx.core.transcript import Transcript
from luxx.core.watching import _View
from luxx.db import close_database, open_database
from luxx.errors import NotFound
from luxx.eventlog.events import Event
from luxx.eventlog.inbox import Abort, Inbox
from luxx.eventlog.writer import RunWriter
from luxx.llm.demo import Reply
from luxx.models import Message, Room, RoomStatus, Run, RunEvent, Seat

ROOMS = 50
FOLLOWERS = 500
#: Seconds: a timer due sooner would wake the process for somebody who only waits.
SOON = 60.0
KEPT = (
    *(Stage, Writing, RunWriter, Transcript, Accumulated, Event, Abort),
    *(_View, Inbox, Room, Seat, Run, Message, RunEvent),
)


def kept() -> Counter[type]:
    """How many objects there are of what a discussion is made of."""
    gc.collect()
    counted: Counter[type] = Counter()
    for each in gc.get_objects():
        for kind in KEPT:
            if isinstance(each, kind):
                counted[kind] += 1
    return counted


def descriptors() -> int:
    return int(psutil.Process().num_fds())


def timers() -> list[asyncio.TimerHandle]:
    """Those that would wake the loop soon."""
    loop = asyncio.get_running_loop()
    scheduled: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]
    return [each for each in scheduled if not each.cancelled() and each.when() < loop.time() + SOON]


async def settled(most: int) -> bool:
    """Whether no more timers than that are left once the queries under way are over."""
    for _ in range(1000):
        await asyncio.sleep(0.005)
        if len(timers()) <= most:
            return True
    return False


async def discussed_at_once(here: World, count: int) -> None:
    rooms = [await make_room(here, "Ada", "Bob", "Cy", max_rounds=3) for _ in range(count)]
    watchers = [Watcher(room.id, accumulated=bool(at % 2)) for at, room in enumerate(rooms)]
    for watcher in watchers:
        watcher.come(here.services, here.session)
    await until(lambda: here.services.starts.waiting == count)
    for room in rooms:
        await start(here, room)
    for room, watcher in zip(rooms, watchers, strict=True):
        await watcher.to_the_end(here.services, here.session)
        watcher.check()
        assert (await Room.get(id=room.id)).status is RoomStatus.COMPLETED
        said = await messages_of(room)
        assert [(row.sender_name, row.round_number) for row in said] == [
            (name, number) for number in (1, 2, 3) for name in ("Ada", "Bob", "Cy")
        ]
        assert {row.status for row in said} == {"completed"}
        assert all(row.content for row in said)
        assert texts(watcher.seen) == {row.id: row.content for row in said}
        run = await Run.get(room_id=room.id)
        lines = await RunEvent.filter(run_id=run.id).order_by("eid")
        assert [line.eid for line in lines] == [(1 << 32) + at for at in range(1, len(lines) + 1)]


@pytest.mark.timeout(120)
async def test_fifty_rooms_at_once_lose_nothing_and_leave_nothing(
    settings: Settings,
) -> None:
    opened = descriptors()
    await open_database(settings)
    async with world(settings) as here:
        await discussed_at_once(here, 2)
        await until(lambda: not here.services.runs.executing)
        tasks, objects = len(asyncio.all_tasks()), kept()
        await discussed_at_once(here, ROOMS)
        await until(lambda: not here.services.runs.executing)
        assert len(here.model.requests) == (ROOMS + 2) * 9
        assert here.services.log.readers == here.services.starts.waiting == 0
        await until(lambda: len(asyncio.all_tasks()) <= tasks)
        # A writer stays with the clock of the log for one more tick.
        await until(lambda: kept() <= objects)
    await close_database()
    gc.collect()
    assert descriptors() <= opened


async def followers(here: World, room: Room, count: int) -> list[Watcher]:
    watchers = [Watcher(room.id, accumulated=bool(at % 2)) for at in range(count)]
    for watcher in watchers:
        watcher.come(here.services, here.session)
    return watchers


@pytest.mark.timeout(120)
async def test_who_waits_for_a_start_costs_no_wakeups_and_sees_everything(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    before = len(timers())
    watchers = await followers(here, room, FOLLOWERS)
    starts = here.services.starts
    await until(lambda: starts.waiting == FOLLOWERS)
    assert await settled(before)
    await discuss(here, room)
    said = {row.id: row.content for row in await messages_of(room)}
    whole = kinds(await seen_by(here, room, FIRST))
    for watcher in watchers:
        await watcher.to_the_end(here.services, here.session)
        watcher.check()
        assert texts(watcher.seen) == said
        assert kinds(watcher.seen) == whole
    assert starts.waiting == here.services.log.readers == 0


@pytest.mark.timeout(120)
async def test_who_watches_a_silent_room_costs_no_wakeups(here: World) -> None:
    room = await make_room(here, "Ada")
    hold = asyncio.Event()
    here.model.script.append(Reply("I think that", hold=hold))
    await start(here, room)
    await here.model.arrived()
    watchers = await followers(here, room, FOLLOWERS)
    await until(lambda: all("Chunk" in kinds(watcher.seen) for watcher in watchers))
    # The watchdogs of the one call of the model, and the turn's limit.
    assert await settled(10)
    hold.set()
    await over(here, room)
    for watcher in watchers:
        await watcher.to_the_end(here.services, here.session)
        watcher.check()


@pytest.mark.timeout(120)
async def test_all_who_wait_are_let_go_of_by_a_deletion_and_by_a_stop(here: World) -> None:
    deleted, kept_one = await make_room(here, "Ada"), await make_room(here, "Ada")
    first = await followers(here, deleted, FOLLOWERS)
    second = await followers(here, kept_one, FOLLOWERS)
    await until(lambda: here.services.starts.waiting == 2 * FOLLOWERS)
    await room_edits.delete(here.services, here.user, deleted.id)
    for watcher in first:
        with pytest.raises(NotFound):
            await watcher.to_the_end(here.services, here.session)
    assert here.services.starts.waiting == FOLLOWERS
    here.services.starts.interrupt(STOPPING)
    for watcher in second:
        await watcher.to_the_end(here.services, here.session)
        assert watcher.told is STOPPING
    assert here.services.starts.waiting == 0
