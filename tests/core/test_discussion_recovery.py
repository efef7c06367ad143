"""A room goes on by itself after its process died or was stopped, wherever that was."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from roomworld import (
    Lives,
    Watcher,
    kinds,
    lives,
    make_room,
    messages_of,
    over,
    said,
    seen_by,
    start,
    stop,
    texts,
)
from support import until
from world import World

from luxx.config import Settings
from luxx.core.runs import MAX_ATTEMPTS
from luxx.eventlog import events
from luxx.llm.demo import Reply
from luxx.models import Message, MessageStatus, Room, RoomStatus, Run, RunEvent, RunStatus

SPOKEN = [
    ("Ada", 1, "completed", "One."),
    ("Bob", 1, "completed", "Two."),
    ("Ada", 2, "completed", "Three."),
    ("Bob", 2, "completed", "Four."),
]
REPLIES = [Reply(content) for _, _, _, content in SPOKEN]


@pytest.fixture
async def server(settings: Settings, database: None) -> AsyncIterator[Lives]:
    async with lives(settings) as made:
        yield made


async def held_at(here: World, turn: int, *, hold_after: int | None = None) -> Room:
    """A room that is in the middle of a turn, and stays there until something happens."""
    room = await make_room(here, "Ada", "Bob", max_rounds=2)
    here.model.script.extend(REPLIES[:turn])
    here.model.script.append(Reply("Cut short", hold=asyncio.Event(), hold_after=hold_after))
    here.model.script.extend(REPLIES[turn:])
    await start(here, room)
    await here.model.arrived(turn + 1)
    return room


async def durable(room: Room) -> None:
    """Wait until something of the turn under way is in the log."""
    (message,) = await Message.filter(room_id=room.id, status=MessageStatus.RUNNING)
    for _ in range(1000):
        rows = await RunEvent.filter(run_id=message.run_id, type=events.DELTA).values_list("data")
        if any(message.id in data for (data,) in rows):
            return
        await asyncio.sleep(0.002)
    raise AssertionError("nothing was said")


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
async def test_killed_in_mid_sentence(server: Lives, turn: int) -> None:
    here = server.world
    room = await held_at(here, turn)
    await durable(room)
    await server.kill()
    assert (await over(here, room)).status is RoomStatus.COMPLETED
    name, round_ = SPOKEN[turn][:2]
    spoken = await said(room)
    cut = spoken.pop(turn)
    assert spoken == SPOKEN
    assert cut[:3] == (name, round_, "interrupted")
    assert "Cut short".startswith(cut[3])
    assert cut[3]
    assert len(here.model.requests) == len(SPOKEN) + 1
    assert "Cut short" not in here.model.requests[-1].body.decode()
    seen = await seen_by(here, room)
    assert texts(seen) == {row.id: row.content for row in await messages_of(room)}
    assert kinds(seen).count("room_started") == 1
    assert kinds(seen).count("round_started") == kinds(seen).count("round_ended") == 2
    assert kinds(seen).count("Ended") == kinds(seen).count("message_started") == len(SPOKEN) + 1


async def test_killed_before_the_first_word(server: Lives) -> None:
    here = server.world
    room = await held_at(here, 1, hold_after=0)
    await server.kill()
    assert (await over(here, room)).status is RoomStatus.COMPLETED
    spoken = await said(room)
    assert spoken.pop(1) == ("Bob", 1, "interrupted", "")
    assert spoken == SPOKEN


async def test_killed_before_it_had_begun(server: Lives) -> None:
    """A run that was claimed, and of which nothing else is known."""
    here = server.world
    room = await make_room(here, "Ada", "Bob", max_rounds=2)
    here.model.script.extend(REPLIES)
    await server.world.services.runs.close(grace=0)  # from now on nothing is executed here
    await start(here, room)
    await Run.filter(room_id=room.id).update(status=RunStatus.RUNNING, attempt=1)
    await server.restart()
    assert (await over(here, room)).status is RoomStatus.COMPLETED
    assert await said(room) == SPOKEN
    assert kinds(await seen_by(here, room))[:3] == ["room_started", "Stored", "round_started"]


async def test_killed_between_a_turn_and_the_next(server: Lives) -> None:
    """What the last turn committed is there, and nothing of the next one."""
    here = server.world
    room = await held_at(here, 2, hold_after=0)
    await server.kill()
    await until(lambda: len(here.model.requests) > 3)
    assert (await over(here, room)).status is RoomStatus.COMPLETED
    run = await Run.get(room_id=room.id)
    rows = await RunEvent.filter(run_id=run.id).order_by("eid")
    second = [row.type for row in rows if row.eid >> 32 == run.attempt]
    # Of the round that had begun before, the second attempt does not begin it again.
    assert second[:3] == [events.ENDED, events.STORED, events.MESSAGE_STARTED]


async def test_a_stop_as_asked_marks_the_turn_and_the_next_process_goes_on(server: Lives) -> None:
    here = server.world
    room = await held_at(here, 1)
    await durable(room)
    watcher = Watcher(room.id, accumulated=True)
    watcher.come(here.services, here.session)
    await until(lambda: "Chunk" in kinds(watcher.seen[-1:]))
    await server.restart()
    await watcher.leave()
    assert watcher.told is not None
    assert kinds(watcher.seen)[-3:] == ["Chunk", "Ended", "Stored"]
    await watcher.to_the_end(here.services, here.session)
    watcher.check()
    assert kinds(watcher.seen) == kinds(await seen_by(here, room))
    spoken = await said(room)
    assert spoken.pop(1)[:3] == ("Bob", 1, "interrupted")
    assert spoken == SPOKEN
    assert [row.error for row in await messages_of(room) if row.error] == [
        "The server stopped in mid-reply"
    ]


async def test_a_stop_that_was_asked_for_before_the_process_died_is_obeyed(server: Lives) -> None:
    here = server.world
    room = await held_at(here, 1)
    await Run.filter(room_id=room.id).update(stop_requested=True)
    await server.kill()
    assert (await over(here, room)).status is RoomStatus.PAUSED
    assert [status for _, _, status, _ in await said(room)] == ["completed", "interrupted"]
    assert len(here.model.requests) == 2


async def test_a_room_that_dies_again_and_again_without_a_turn_is_given_up(server: Lives) -> None:
    here = server.world
    room = await make_room(here, "Ada", "Bob")
    here.model.script.extend(Reply("x", hold=asyncio.Event()) for _ in range(MAX_ATTEMPTS))
    await start(here, room)
    for number in range(MAX_ATTEMPTS):
        await here.model.arrived(number + 1)
        await server.kill()
    ended = await over(here, room)
    assert (ended.status, ended.current_round) == (RoomStatus.ERROR, 1)
    assert "gave up" in str((await Run.get(room_id=room.id)).error)
    assert len(here.model.requests) == MAX_ATTEMPTS
    *interrupted, last = await messages_of(room)
    assert {row.status for row in interrupted} == {MessageStatus.INTERRUPTED}
    assert (last.status, last.error) == (
        MessageStatus.FAILED,
        f"gave up after {MAX_ATTEMPTS} attempts",
    )
    assert kinds(await seen_by(here, room))[-1] == "room_failed"
    # Somebody who starts it anew gives it another chance.
    here.model.script.extend(REPLIES[:2])
    await start(here, room)
    assert (await over(here, room)).status is RoomStatus.COMPLETED


async def test_a_room_that_gets_on_may_be_taken_up_for_ever(server: Lives) -> None:
    here = server.world
    times = MAX_ATTEMPTS + 2
    room = await make_room(here, "Ada", max_rounds=times)
    for number in range(times):
        here.model.script += [Reply("x", hold=asyncio.Event()), Reply(f"Turn {number}")]
    await start(here, room)
    for number in range(times):
        await here.model.arrived(2 * number + 1)
        await server.kill()
    assert (await over(here, room)).status is RoomStatus.COMPLETED
    spoken = [content for _, _, status, content in await said(room) if status == "completed"]
    assert spoken == [f"Turn {number}" for number in range(times)]
    # One who comes at the end sees one run, once.
    seen = await seen_by(here, room)
    assert kinds(seen).count("room_started") == kinds(seen).count("room_completed") == 1


async def test_an_attempt_that_was_taken_over_speaks_no_turn_any_more(here: World) -> None:
    hold = asyncio.Event()
    room = await make_room(here, "Ada", "Bob")
    here.model.script.append(Reply("Once upon a time", hold=hold))
    await start(here, room)
    await here.model.arrived()
    await Run.filter(room_id=room.id).update(attempt=7)
    hold.set()
    await until(lambda: not here.services.runs.executing)
    (message,) = await messages_of(room)
    assert message.status is MessageStatus.RUNNING
    assert len(here.model.requests) == 1


async def test_a_room_whose_run_breaks_ends_in_error(
    here: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect outside of a turn."""

    async def broken(*_: object) -> bool:
        raise RuntimeError("a secret path")

    room = await make_room(here, "Ada")
    with monkeypatch.context() as patch:
        patch.setattr("luxx.core.discussion._end", broken)
        await start(here, room)
        assert (await over(here, room)).status is RoomStatus.ERROR
    (message,) = await messages_of(room)
    assert (message.status, message.error) == (MessageStatus.FAILED, "Internal error")
    assert kinds(await seen_by(here, room))[-1] == "room_failed"
    assert "a secret path" in caplog.text
    await start(here, room)
    assert (await over(here, room)).status is RoomStatus.COMPLETED


async def test_a_room_that_is_deleted_under_its_run_leaves_nothing_behind(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    here.model.script.append(Reply("Once", hold=(hold := asyncio.Event())))
    await start(here, room)
    await here.model.arrived()
    await Room.filter(id=room.id).delete()
    hold.set()
    await until(lambda: not here.services.runs.executing)
    assert not await Message.exists()
    assert not await Run.exists()
    # And a stop of what is gone says that nothing is there.
    with pytest.raises(Exception, match="There is no room"):
        await stop(here, room)
