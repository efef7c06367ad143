"""Starting, stopping and resetting, by several clients at once and again and again."""

import asyncio
from dataclasses import replace

import pytest
from people import refused
from roomworld import (
    FIRST,
    discuss,
    kinds,
    make_room,
    messages_of,
    over,
    said,
    seen_by,
    start,
    stop,
)
from world import WAIT, World, make_user

from luxx.core import conversations, messages, room_control, room_edits, rooms
from luxx.errors import BadInput, Conflict, LuxxError, NotFound
from luxx.llm.demo import Reply
from luxx.models import IdempotencyKey, Message, Room, RoomStatus, Run, RunEvent, RunStatus

CLIENTS = 20


async def begun(here: World) -> Room:
    """A room whose first turn does not end by itself."""
    room = await make_room(here, "Ada", "Bob")
    here.model.script.append(Reply("I think that", hold=asyncio.Event()))
    await start(here, room)
    await here.model.arrived()
    return room


async def all_at_once(here: World, room: Room, key: str | None) -> list[Room | BaseException]:
    calls = [
        room_control.start(here.services, here.user, room.id, key and key.format(number))
        for number in range(CLIENTS)
    ]
    async with asyncio.timeout(WAIT):
        return await asyncio.gather(*calls, return_exceptions=True)


@pytest.mark.parametrize("key", [None, "key-{}"])
async def test_of_many_starts_at_once_one_begins(here: World, key: str | None) -> None:
    room = await make_room(here, "Ada", "Bob")
    answers = await all_at_once(here, room, key)
    began = [answer for answer in answers if isinstance(answer, Room)]
    assert len(began) == 1
    assert began[0].status is RoomStatus.RUNNING
    rest = [answer for answer in answers if answer is not began[0]]
    assert {type(answer) for answer in rest} == {Conflict}
    assert await Run.all().count() == 1
    await over(here, room)
    assert len(here.model.requests) == 2
    assert await Message.filter(room_id=room.id).count() == 3
    assert await IdempotencyKey.all().count() == (1 if key else 0)


async def test_of_many_starts_with_one_key_all_succeed_and_one_begins(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    answers = await all_at_once(here, room, "the same")
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    assert await Run.all().count() == 1
    await over(here, room)
    assert len(here.model.requests) == 2
    # And long after: nothing is begun, whatever has become of the room.
    again = await room_control.start(here.services, here.user, room.id, "the same")
    assert again.status is RoomStatus.COMPLETED
    assert len(here.model.requests) == 2


async def test_a_key_belongs_to_one_request(here: World) -> None:
    first, second = await make_room(here, "Ada"), await make_room(here, "Bob")
    await room_control.start(here.services, here.user, first.id, "key")
    await refused(Conflict, room_control.start(here.services, here.user, second.id, "key"))
    assert (await Room.get(id=second.id)).status is RoomStatus.IDLE
    await refused(BadInput, room_control.start(here.services, here.user, second.id, "x" * 201))
    await over(here, first)


async def test_one_key_for_two_rooms_at_once_begins_one(here: World) -> None:
    made = [await make_room(here, "Ada") for _ in range(4)]
    answers = await asyncio.gather(
        *(room_control.start(here.services, here.user, room.id, "key") for room in made),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(Conflict) == 3
    assert await Run.all().count() == 1
    for room in made:
        await over(here, room)


async def test_a_running_room_is_not_started_again(here: World) -> None:
    room = await begun(here)
    message = await refused(Conflict, room_control.start(here.services, here.user, room.id))
    assert "follow it" in message
    await stop(here, room)


async def test_a_stop_changes_a_running_room_only(here: World) -> None:
    room = await make_room(here, "Ada")
    assert (await stop(here, room)).status is RoomStatus.IDLE
    await discuss(here, room)
    assert (await stop(here, room)).status is RoomStatus.COMPLETED
    assert not await Run.filter(stop_requested=True).exists()


async def test_stops_at_once_pause_once(here: World) -> None:
    room = await begun(here)
    async with asyncio.timeout(WAIT):
        stopped = await asyncio.gather(*(stop(here, room) for _ in range(5)))
    assert {each.status for each in stopped} == {RoomStatus.PAUSED}
    assert kinds(await seen_by(here, room)).count("room_paused") == 1
    (run,) = await Run.filter(room_id=room.id)
    assert (run.status, run.live_in) == (RunStatus.PAUSED, None)


async def test_a_reset_room_begins_anew_and_its_cursors_go_on(here: World) -> None:
    room = await begun(here)
    before = await Run.get(room_id=room.id)
    emptied = await room_control.reset(here.services, here.user, room.id)
    assert (emptied.status, emptied.current_round) == (RoomStatus.IDLE, 0)
    assert (emptied.round_open, emptied.turns_taken) == (False, [])
    assert not await Message.filter(room_id=room.id).exists()
    assert not await RunEvent.exists()
    here.model.script += [Reply("One."), Reply("Two.")]
    await discuss(here, room)
    assert [name for name, *_ in await said(room)] == ["Ada", "Bob"]
    seen = await seen_by(here, room, FIRST)
    assert kinds(seen)[:3] == ["room_started", "Stored", "round_started"]
    after = await Run.filter(room_id=room.id).order_by("-base_attempt").first()
    assert after is not None
    assert after.attempt > before.attempt


async def test_a_reset_while_somebody_starts_it_again_is_refused(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await begun(here)
    real = room_control.end_runs

    async def restarted(*args: object) -> list[str]:
        ended = await real(*args)  # type: ignore[arg-type]
        here.model.script.append(Reply("And", hold=asyncio.Event()))
        await start(here, room)
        return ended

    with monkeypatch.context() as patch:
        patch.setattr(room_control, "end_runs", restarted)
        await refused(Conflict, room_control.reset(here.services, here.user, room.id))
    assert await messages_of(room)
    await stop(here, room)


async def test_a_room_that_is_deleted_meanwhile_is_not_found(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rooms.get
    for change in (room_control.start, room_control.reset):
        room = await make_room(here, "Ada")

        async def gone(*args: object, room: Room = room) -> Room:
            found = await real(*args)  # type: ignore[arg-type]
            await Room.filter(id=room.id).delete()
            return found

        with monkeypatch.context() as patch:
            patch.setattr(rooms, "get", gone)
            await refused(NotFound, change(here.services, here.user, room.id))
    assert not await Run.exists()


async def test_somebody_elses_room_is_not_there(here: World) -> None:
    room = await begun(here)
    bob = await make_user("bob")
    for change in (room_control.start, room_control.stop, room_control.reset):
        await refused(NotFound, change(here.services, bob, room.id))
    assert (await Room.get(id=room.id)).status is RoomStatus.RUNNING
    await room_edits.delete(here.services, here.user, room.id)


async def test_a_rooms_message_is_no_reply(here: World) -> None:
    room = await make_room(here, "Ada")
    await discuss(here, room)
    bob = await make_user("bob")
    task, turn = await Message.filter(room_id=room.id).order_by("seq")
    for message in (task, turn):
        assert (await messages.get(here.user, message.id)).content == message.content
        await refused(NotFound, messages.get(bob, message.id))
        for change in (messages.cancel, messages.delete):
            await refused(BadInput, change(here.services, here.user, message.id))
        await refused(BadInput, messages.get_reply(here.user, message.id))
    assert await Message.filter(room_id=room.id).count() == 2


async def test_a_room_and_a_conversation_do_not_hinder_each_other(here: World) -> None:
    room = await begun(here)
    conversation = await conversations.create(here.user, {})
    here.model.script.append(Reply("Hi."))
    exchange = await messages.send(
        here.services, here.user, conversation_id=conversation.id, content="Hello", wait=True
    )
    assert exchange.assistant_message.content == "Hi."
    await stop(here, room)
    with pytest.raises(LuxxError):
        await messages.get_reply(here.user, (await messages_of(room))[0].id)


async def test_a_room_may_be_deleted_while_a_turn_is_being_stored(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await begun(here)
    (run,) = await Run.filter(room_id=room.id)
    gate = asyncio.Event()

    async def not_ended_in_time(*_: object) -> list[str]:
        await gate.wait()
        return [run.id]

    monkeypatch.setattr(room_control, "end_runs", not_ended_in_time)
    deleting = asyncio.create_task(room_edits.delete(here.services, here.user, room.id))
    async with here.services.log.writer(run.id, run.attempt).commit():
        gate.set()
        await asyncio.wait({deleting}, timeout=0.3)
        await Room.filter(id=room.id).update(current_round=1)
    async with asyncio.timeout(WAIT):
        await deleting
    assert not await Room.exists(id=room.id)
    assert not await Run.exists(room_id=room.id)


async def test_who_sends_much_at_once_has_no_more_runs_than_that(here: World) -> None:
    services = replace(here.services, settings=replace(here.services.settings, max_runs=2))
    gate = asyncio.Event()
    here.model.script += [Reply("One", hold=gate), Reply("Two", hold=gate)]
    others = [await conversations.create(here.user, {}) for _ in range(8)]
    sent = await asyncio.gather(
        *(
            messages.send(services, here.user, conversation_id=other.id, content="Hello")
            for other in others
        ),
        return_exceptions=True,
    )
    begun = [each for each in sent if isinstance(each, messages.Exchange)]
    assert len(begun) == 2
    assert sum(isinstance(each, Conflict) for each in sent) == 6
    gate.set()
    for exchange in begun:
        await services.runs.wait(str(exchange.assistant_message.run_id))


async def test_nobody_has_more_runs_at_once_than_the_setting_says(here: World) -> None:
    """Replies and discussions count together, and what has ended makes room."""
    services = replace(here.services, settings=replace(here.services.settings, max_runs=2))
    gate = asyncio.Event()
    here.model.script += [Reply("One", hold=gate), Reply("Two", hold=gate)]
    exchange = await here.send("Hello")
    rooms_ = [await make_room(here, "Ada", max_rounds=1) for _ in range(2)]
    await room_control.start(services, here.user, rooms_[0].id)
    with pytest.raises(Conflict, match="2 of your replies and discussions are running"):
        await room_control.start(services, here.user, rooms_[1].id)
    other = await conversations.create(here.user, {})
    with pytest.raises(Conflict, match="are running"):
        await messages.send(services, here.user, conversation_id=other.id, content="Hello")
    await here.model.arrived(2)
    gate.set()
    await services.runs.wait(str(exchange.assistant_message.run_id))
    await room_control.start(services, here.user, rooms_[1].id)
    for room in rooms_:
        await room_control.end_runs(services, room.id)
