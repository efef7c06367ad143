"""Retelling where something goes on meanwhile: deletion, later runs, logins that end, resets."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from roomworld import (
    cursor_of,
    discuss,
    kinds,
    make_room,
    messages_of,
    seats_of,
    seen_by,
    start,
    stop,
    texts,
)
from world import WAIT, World

from luxx.core import retold, room_control, room_edits, seats
from luxx.core.follow import ReplyEnded, follow
from luxx.core.retention import Retention
from luxx.core.watching import watch
from luxx.errors import BadInput, NotFound, Unauthenticated, Upstream
from luxx.eventlog import replay
from luxx.eventlog.events import Event
from luxx.llm.demo import Reply
from luxx.models import Room, RoomStatus, Run, RunEvent

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def forget(here: World) -> None:
    """All that has ended did so long ago, and its events are deleted."""
    await Run.filter(finished_at__not_isnull=True).update(finished_at=LONG_AGO)
    await Retention(here.services.settings).delete_old()


@pytest.mark.parametrize("accumulated", [False, True])
async def test_who_reads_so_slowly_that_events_are_deleted_is_told(
    here: World, monkeypatch: pytest.MonkeyPatch, *, accumulated: bool
) -> None:
    monkeypatch.setattr(replay, "PAGE", 2)
    here.model.script.append(Reply("A long answer. " * 20, chunk=5, pace=0.01))
    message = await here.ask()
    assert await RunEvent.filter(run_id=message.run_id).count() > 3
    updates = await follow(here.services, here.session, message.id, accumulated=accumulated)
    async with asyncio.timeout(WAIT), aclosing(updates):
        seen = [await anext(updates)]
        await forget(here)
        with pytest.raises(BadInput, match="no longer kept"):
            seen += [update async for update in updates]
    assert not any(isinstance(update, ReplyEnded) for update in seen)


async def test_who_watches_so_slowly_that_events_are_deleted_is_told(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PAGE", 2)
    room = await make_room(here, "Ada")
    await discuss(here, room)
    updates = await watch(here.services, here.session, room.id, accumulated=False)
    async with asyncio.timeout(WAIT), aclosing(updates):
        await anext(updates)
        await forget(here)
        with pytest.raises(BadInput, match="no longer kept"):
            async for _ in updates:
                pass


async def test_a_cursor_of_events_that_are_kept_goes_on_as_ever(here: World) -> None:
    message = await here.ask()
    whole = await here.events(message.id)
    age = timedelta(seconds=here.services.settings.event_retention - 60)
    await Run.filter(id=message.run_id).update(finished_at=datetime.now(UTC) - age)
    await Retention(here.services.settings).delete_old()
    assert await here.events(message.id, whole[0].cursor) == whole[1:]
    # Nothing follows the last one, which is no sign of anything.
    assert await here.events(message.id, whole[-1].cursor) == []
    assert await here.events(message.id, whole[-1].cursor + 1_000) == []


async def test_what_was_told_again_goes_on_where_events_are_kept_longer_now(here: World) -> None:
    message = await here.ask()
    await Run.filter(id=message.run_id).update(
        finished_at=datetime.now(UTC) - timedelta(seconds=3600)
    )
    settings = here.services.settings
    here.services = replace(here.services, settings=replace(settings, event_retention=60))
    told = await here.events(message.id)
    here.services = replace(here.services, settings=settings)
    assert await here.events(message.id, told[0].cursor) == told[1:]


async def test_a_login_that_ends_also_ends_a_retelling(here: World) -> None:
    here.model.script.append(Reply("Well.", thinking="Hm."))
    message = await here.ask()
    await forget(here)
    session = here.session
    updates = await follow(here.services, session, message.id, accumulated=False)
    async with asyncio.timeout(WAIT), aclosing(updates):
        await anext(updates)
        await here.services.signals.publish("session", session.jti)
        with pytest.raises(Unauthenticated):
            async for _ in updates:
                pass


@pytest.mark.parametrize("accumulated", [False, True])
async def test_a_cursor_from_before_is_refused_though_the_room_goes_on_live(
    here: World, *, accumulated: bool
) -> None:
    room = await make_room(here, "Ada", "Bob")
    await discuss(here, room)
    cursor = str(cursor_of((await seen_by(here, room))[2]))
    await forget(here)
    told = await seen_by(here, room)
    await Room.filter(id=room.id).update(max_rounds=2)
    hold = asyncio.Event()
    here.model.script += [Reply("Three.", hold=hold), Reply("Four.")]
    await start(here, room)
    await here.model.arrived(3)
    with pytest.raises(BadInput, match="no longer kept"):
        await watch(here.services, here.session, room.id, cursor, accumulated=accumulated)
    # One of what was told again is good for what follows.
    after = str(cursor_of(told[2]))
    watching = asyncio.create_task(seen_by(here, room, after, accumulated=accumulated))
    hold.set()
    async with asyncio.timeout(WAIT):
        seen = await watching
    assert list(texts(seen).values())[-2:] == ["Three.", "Four."]
    cursors = [cursor_of(each) for each in [*told[:3], *seen]]
    assert cursors == sorted(set(cursors))
    ends = [each.type for each in seen if isinstance(each, Event) and "room_" in each.type]
    assert ends == ["room_completed", "room_started", "room_completed"]


async def test_a_room_of_many_messages_is_told_page_by_page(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retold, "PAGE", 2)
    room = await make_room(here, "Ada", "Bob", "Cleo", max_rounds=3)
    await discuss(here, room)
    before = await seen_by(here, room)
    await forget(here)
    told = await seen_by(here, room)
    assert kinds(told) == kinds(before)
    assert texts(told) == texts(before)


def ends(seen: list[object]) -> list[tuple[str, object]]:
    told = [each for each in seen if isinstance(each, Event)]
    return [(each.type, dict(each.data)) for each in told if each.type != "message_started"]


@pytest.mark.parametrize("kept", [True, False])
async def test_a_run_in_which_nobody_spoke(here: World, *, kept: bool) -> None:
    """The one whose turn it was is taken out: what is left of the room is its last round's end."""
    room = await make_room(here, "Ada", "Bob")
    hold = asyncio.Event()
    here.model.script += [Reply("One."), Reply("Two", hold=hold)]
    await start(here, room)
    await here.model.arrived(2)
    await stop(here, room)
    bob = (await seats_of(room))[1]
    await seats.remove(here.user, room.id, bob.id)
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    if not kept:
        await forget(here)
    assert ends(list(await seen_by(here, room))) == [
        ("room_started", {"task": room.task}),
        ("round_ended", {"round": 1}),
        ("room_completed", {"rounds": 1}),
    ]


@pytest.mark.parametrize("kept", [True, False])
async def test_a_round_in_which_all_failed_is_spoken_anew(here: World, *, kept: bool) -> None:
    room = await make_room(here, "Ada")
    here.model.script += [Reply(status=400, error="No"), Reply("Yes.")]
    assert (await discuss(here, room)).status is RoomStatus.ERROR
    if not kept:
        await forget(here)
    failed = ends(list(await seen_by(here, room)))
    assert [kind for kind, _ in failed] == [
        "room_started",
        "round_started",
        "agent_failed",
        "room_failed",
    ]
    assert failed[-1][1] == {"error": (await Run.get(room_id=room.id)).error}
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    if not kept:
        await forget(here)
    again = ends(list(await seen_by(here, room)))
    assert [kind for kind, _ in again] == ["room_started", "round_ended", "room_completed"]


async def test_a_room_that_was_reset_is_told_again_as_what_it_is_now(here: World) -> None:
    room = await make_room(here, "Ada")
    await discuss(here, room)
    old = str(cursor_of((await seen_by(here, room))[0]))
    await room_control.reset(here.services, here.user, room.id)
    here.model.script.append(Reply("Anew."))
    await discuss(here, room)
    await forget(here)
    with pytest.raises(BadInput, match="no longer kept"):
        await seen_by(here, room, old)
    assert list(texts(await seen_by(here, room)).values()) == ["Anew."]
    assert len(await messages_of(room)) == 1


async def test_a_room_that_is_deleted_while_it_is_told_again(here: World) -> None:
    room = await make_room(here, "Ada")
    await discuss(here, room)
    await forget(here)
    first, *_ = await seen_by(here, room)
    updates = await watch(
        here.services, here.session, room.id, str(cursor_of(first)), accumulated=False
    )
    await room_edits.delete(here.services, here.user, room.id)
    async with asyncio.timeout(WAIT), aclosing(updates):
        with pytest.raises(NotFound):
            await anext(updates)


@pytest.mark.parametrize("gone", [False, True])
async def test_a_start_that_is_repeated_when_its_events_are_gone_says_that_it_failed(
    here: World, *, gone: bool
) -> None:
    here.model.script.append(Reply(status=400, error="No"))
    for _ in range(2):
        with pytest.raises(Upstream, match="No"):
            await here.send(idempotency_key="once", wait=True)
        if gone:
            await forget(here)
    assert len(here.model.requests) == 1
