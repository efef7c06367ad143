"""The end of watching a room: deleted, logged out, expired, stopped, or left."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from roomworld import (
    Watcher,
    kinds,
    make_room,
    over,
    seen_by,
    start,
    stop,
)
from support import until
from world import WAIT, World

from luxx.core import room_edits
from luxx.core.runs import STOPPING
from luxx.core.sessions import Session
from luxx.core.starts import Starts
from luxx.core.watching import watch
from luxx.errors import NotFound, Unauthenticated, Unavailable
from luxx.eventlog.inbox import Abort
from luxx.eventlog.signals import LocalSignals
from luxx.llm.demo import Reply
from luxx.models import Room, Run


@pytest.mark.parametrize("accumulated", [False, True])
async def test_a_deleted_room_lets_go_of_who_waits_and_who_watches(
    here: World, accumulated: bool
) -> None:
    idle, running = await make_room(here, "Ada"), await make_room(here, "Ada")
    here.model.script.append(Reply("I think", hold=asyncio.Event()))
    await start(here, running)
    await here.model.arrived()
    tasks = [
        asyncio.create_task(seen_by(here, room, accumulated=accumulated))
        for room in (idle, running)
    ]
    await until(lambda: here.services.starts.waiting and here.services.log.readers)
    async with asyncio.timeout(WAIT):
        for room in (idle, running):
            await room_edits.delete(here.services, here.user, room.id)
        waited, watched = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(waited, NotFound)
    assert isinstance(watched, (NotFound, list))
    assert here.services.starts.waiting == here.services.log.readers == 0


async def test_a_login_that_ends_takes_its_watchings_along(here: World) -> None:
    idle, running = await make_room(here, "Ada"), await make_room(here, "Ada")
    here.model.script.append(Reply("I think", hold=asyncio.Event()))
    await start(here, running)
    await here.model.arrived()
    session = here.session
    tasks = [
        asyncio.create_task(_drain(here, session, room.id, accumulated))
        for room in (idle, running)
        for accumulated in (False, True)
    ]
    await until(lambda: here.services.starts.waiting == here.services.log.readers == 2)
    await here.services.signals.publish("session", session.jti)
    async with asyncio.timeout(WAIT):
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in ended} == {Unauthenticated}
    assert here.services.starts.waiting == here.services.log.readers == 0
    # The room itself is nobody's session.
    assert (await Room.get(id=running.id)).status == "running"
    await stop(here, running)


async def test_an_expired_login_ends_too(here: World) -> None:
    room = await make_room(here, "Ada")
    session = Session(here.user, "t", datetime.now(UTC) + timedelta(seconds=0.05))
    async with asyncio.timeout(WAIT):
        with pytest.raises(Unauthenticated):
            await _drain(here, session, room.id, False)


async def test_a_server_that_stops_lets_go_of_who_waits_and_of_who_comes_too_late(
    here: World,
) -> None:
    idle, running = await make_room(here, "Ada"), await make_room(here, "Ada")
    here.model.script.append(Reply("I think", hold=asyncio.Event()))
    await start(here, running)
    await here.model.arrived()
    early = [Watcher(room.id, accumulated=True) for room in (idle, running)]
    for watcher in early:
        watcher.come(here.services, here.session)
    await until(lambda: here.services.starts.waiting and here.services.log.readers)
    await here.services.runs.close(grace=4.0)
    here.services.starts.interrupt(STOPPING)
    late = [Watcher(room.id, accumulated=False) for room in (idle, running)]
    for watcher in (*early, *late):
        await watcher.to_the_end(here.services, here.session)
        assert isinstance(watcher.told, Unavailable)
    assert kinds(early[1].seen)[-2:] == ["Ended", "Stored"]


async def test_a_reader_that_comes_after_the_end_of_the_process_is_not_kept(here: World) -> None:
    room = await make_room(here, "Ada")
    await here.services.runs.close(grace=4.0)
    await start(here, room)
    run = await Run.get(room_id=room.id)
    async with asyncio.timeout(WAIT):
        with pytest.raises(Unavailable):
            await here.services.runs.wait(run.id)


async def test_signals_that_may_have_been_missed_wake_everybody() -> None:
    signals = LocalSignals()
    starts = Starts(signals)
    woken: list[str] = []
    with (
        starts.watch("room_1", Abort(), lambda: woken.append("1")),
        starts.watch("room_2", Abort(), lambda: woken.append("2")),
    ):
        await starts.tell("room_2")
        await starts.tell("room_3")
        assert woken == ["2"]
        await signals.publish("room", "")
        assert sorted(woken) == ["1", "2", "2"]
        assert starts.waiting == 2
    assert starts.waiting == 0
    await signals.publish("room", "")
    assert len(woken) == 3


async def _drain(here: World, session: Session, room_id: str, accumulated: bool) -> None:
    async for _ in await watch(here.services, session, room_id, accumulated=accumulated):
        pass


async def test_a_watcher_that_leaves_ends_nothing(here: World) -> None:
    room = await make_room(here, "Ada")
    hold = asyncio.Event()
    here.model.script.append(Reply("I think", hold=hold))
    watcher = Watcher(room.id, accumulated=True)
    watcher.come(here.services, here.session)
    await until(lambda: here.services.starts.waiting)
    await watcher.leave()
    assert here.services.starts.waiting == 0
    await start(here, room)
    watcher.come(here.services, here.session)
    await until(lambda: "Chunk" in kinds(watcher.seen))
    await watcher.leave()
    assert here.services.log.readers == 0
    hold.set()
    assert (await over(here, room)).status == "completed"
    await watcher.to_the_end(here.services, here.session)
    watcher.check()
