"""Watching a room: from any cursor, in both forms, before it starts and through its runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from people import refused
from roomworld import (
    FIRST,
    Watcher,
    cursor_of,
    discuss,
    kinds,
    make_room,
    messages_of,
    seen_by,
    start,
    stop,
    texts,
)
from support import until
from world import WAIT, World, make_user

from luxx.core import room_control
from luxx.core.follow import StepUpdate
from luxx.core.sessions import Session
from luxx.core.watching import Chunk, Update, watch
from luxx.errors import BadInput, NotFound
from luxx.llm.demo import Call, Reply
from luxx.models import Room, Run, RunStatus

LONG = "All of this is said word by word, so that there is a middle. " * 20


async def discussed(here: World) -> Room:
    """A room with everything that can be seen: two runs, thinking, tools, and a failure."""
    room = await make_room(
        here, {"name": "Ada", "enabled_tools": ["process_data"]}, "Bob", max_rounds=2
    )
    call = Call("process_data", {"data": "[1]", "operation": "minify"})
    here.model.script += [
        Reply("Let me see.", thinking="Hm.", tool_calls=[call]),
        Reply(LONG, pace=0.0002),
        Reply("Cut", hold=asyncio.Event()),
    ]
    await start(here, room)
    await here.model.arrived(3)
    await stop(here, room)
    here.model.script += [Reply(status=400), Reply("Good.", pace=0.0002), Reply("Well.")]
    await discuss(here, room)
    return room


@pytest.mark.parametrize("accumulated", [False, True])
async def test_every_cursor_is_a_place_to_go_on_from(here: World, accumulated: bool) -> None:
    room = await discussed(here)
    whole = await seen_by(here, room, FIRST, accumulated=accumulated)
    assert kinds(whole).count("room_started") == 2
    told = texts(whole)
    assert told == {row.id: row.content for row in await messages_of(room)}
    for place, update in enumerate(whole):
        rest = await seen_by(here, room, str(cursor_of(update)), accumulated=accumulated)
        before, after = whole[: place + 1], rest
        assert kinds_but_chunks([*before, *after]) == kinds_but_chunks(whole)
        assert texts([*before, *after]) == told
        assert all(cursor_of(each) > cursor_of(update) for each in rest)


def kinds_but_chunks(updates: list[Update]) -> list[str]:
    return [each for each in kinds(updates) if each not in {"Chunk", "thinking"}]


async def test_both_forms_say_the_same(here: World) -> None:
    room = await discussed(here)
    deltas = await seen_by(here, room, FIRST)
    whole = await seen_by(here, room, FIRST, accumulated=True)
    assert texts(deltas) == texts(whole)
    assert kinds_but_chunks(deltas) == kinds_but_chunks(whole)
    # What is no text has the same cursor in both.
    assert marks(deltas) == marks(whole)
    ids = {cursor_of(update) for update in deltas}
    assert {cursor_of(update) for update in whole} <= ids
    last: dict[str, str] = {}
    for update in whole:
        if isinstance(update, Chunk):
            last[update.message_id] = update.accumulated
    said = {row.id: row.content for row in await messages_of(room)}
    assert last == {id_: text for id_, text in said.items() if text}
    thought = [each for each in whole if isinstance(each, StepUpdate)]
    assert thought[0].step["content"] == "Hm."


def marks(updates: list[Update]) -> list[int]:
    return [
        cursor_of(each)
        for each in updates
        if not isinstance(each, Chunk)
        and not (isinstance(each, StepUpdate) and each.step["type"] == "thinking")
    ]


async def test_without_a_cursor_the_newest_run_is_shown(here: World) -> None:
    room = await discussed(here)
    seen = await seen_by(here, room)
    assert kinds(seen).count("room_started") == 1
    assert kinds(seen)[-1] == "room_completed"


async def test_a_run_that_was_not_taken_up_yet_is_the_newest(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its attempt is that of the run before it, until it is claimed."""
    room = await discussed(here)
    whole = await seen_by(here, room, FIRST)
    await Room.filter(id=room.id).update(max_rounds=3)
    here.model.script += [Reply("More."), Reply("And more.")]

    async def later(_run_id: str) -> None:
        """Nobody executes it before we say so."""

    monkeypatch.setattr(here.services.runs, "submit", later)
    await start(here, room)
    run = await Run.get(room_id=room.id, status=RunStatus.QUEUED)
    fresh, behind = Watcher(room.id, accumulated=True), Watcher(room.id, accumulated=False)
    behind.cursor = str(cursor_of(whole[-3]))
    for watcher in (fresh, behind):
        watcher.come(here.services, here.session)
    await until(lambda: here.services.log.readers == 2)
    await here.services.runs.execute(run.id)
    for watcher in (fresh, behind):
        await watcher.to_the_end(here.services, here.session)
    assert kinds(fresh.seen).count("room_started") == 1
    assert "Let me see." not in texts(fresh.seen).values()
    assert kinds(behind.seen)[:3] == [*kinds(whole[-2:]), "room_started"]


async def test_a_cursor_beyond_all_events_ends_with_the_room(here: World) -> None:
    room = await discussed(here)
    for cursor in (2**63 - 1, cursor_of((await seen_by(here, room))[-1])):
        for accumulated in (False, True):
            assert await seen_by(here, room, str(cursor), accumulated=accumulated) == []


@pytest.mark.parametrize("cursor", ["", "-1", "x", "1.5", "٣", str(2**63), "9" * 30])
async def test_a_cursor_that_is_none_is_refused(here: World, cursor: str) -> None:
    room = await make_room(here, "Ada")
    for accumulated in (False, True):
        watching = watch(here.services, here.session, room.id, cursor, accumulated=accumulated)
        assert "cursor" in await refused(BadInput, watching)


async def test_somebody_elses_room_cannot_be_watched(here: World) -> None:
    room = await make_room(here, "Ada")
    bob = await make_user("bob")
    session = Session(bob, "b-token", datetime.now(UTC) + timedelta(hours=1))
    for who, room_id in ((session, room.id), (here.session, "room_none")):
        await refused(NotFound, watch(here.services, who, room_id, accumulated=False))
    assert here.services.starts.waiting == 0


async def test_who_came_before_the_start_sees_it_all_live(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    watchers = [Watcher(room.id, accumulated=accumulated) for accumulated in (False, True)]
    for watcher in watchers:
        watcher.come(here.services, here.session)
    await until(lambda: here.services.starts.waiting == 2)
    await discuss(here, room)
    for watcher in watchers:
        await watcher.to_the_end(here.services, here.session)
        watcher.check()
        assert kinds(watcher.seen)[0] == "room_started"
        assert kinds(watcher.seen)[-1] == "room_completed"
        assert texts(watcher.seen) == {row.id: row.content for row in await messages_of(room)}
    assert here.services.starts.waiting == here.services.log.readers == 0


async def test_who_watches_is_carried_into_a_run_that_began_meanwhile(here: World) -> None:
    room = await make_room(here, "Ada")
    hold = asyncio.Event()
    here.model.script.append(Reply("I think", hold=hold))
    updates = await watch(here.services, here.session, room.id, accumulated=False)
    first = asyncio.create_task(anext(updates))
    await until(lambda: here.services.starts.waiting)
    await start(here, room)
    seen = [await first]
    await here.model.arrived()
    await stop(here, room)  # the watcher reads none of it yet
    await discuss(here, room)
    async with asyncio.timeout(WAIT):
        seen += [update async for update in updates]
    assert [each for each in kinds(seen) if each.startswith("room")] == [
        "room_started",
        "room_paused",
        "room_started",
        "room_completed",
    ]


async def test_a_room_that_is_reset_is_waited_for_again(here: World) -> None:
    room = await make_room(here, "Ada")
    await discuss(here, room)
    last = cursor_of((await seen_by(here, room))[-1])
    await room_control.reset(here.services, here.user, room.id)
    watchers = [Watcher(room.id, accumulated=True, cursor=after) for after in (None, str(last))]
    for watcher in watchers:
        watcher.come(here.services, here.session)
    await until(lambda: here.services.starts.waiting == 2)
    await discuss(here, room)
    for watcher in watchers:
        await watcher.to_the_end(here.services, here.session)
        assert kinds(watcher.seen)[:2] == ["room_started", "Stored"]
        assert all(cursor_of(each) > last for each in watcher.seen)


async def test_accumulated_text_is_held_back_until_it_matters_or_nothing_comes(here: World) -> None:
    """Of a long text every hundredth is sent; what is less comes once the model pauses."""
    room = await make_room(here, "Ada")
    hold = asyncio.Event()
    text = "A long text. " * 100
    here.model.script.append(Reply(f"{text}!", chunk=len(text), hold=hold, hold_after=3, pace=0.1))
    await start(here, room)
    watcher = Watcher(room.id, accumulated=True)
    watcher.come(here.services, here.session)
    await until(lambda: list(texts(watcher.seen).values()) == [f"{text}!"])
    assert "Ended" not in kinds(watcher.seen)
    hold.set()
    await watcher.to_the_end(here.services, here.session)
    watcher.check()
    chunks = [each.delta for each in watcher.seen if isinstance(each, Chunk)]
    assert chunks == [text, "!"]


# How a watching ends from outside
