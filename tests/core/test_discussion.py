"""A discussion: rounds and turns, what is told of them, and how it ends or pauses."""

import asyncio
import dataclasses

import pytest
from people import refused
from roomworld import (
    FIRST,
    TASK,
    discuss,
    kinds,
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
from world import World, make_provider, world

from luxx.config import Settings
from luxx.core import providers, room_control, room_edits
from luxx.core.watching import Ended, Stored
from luxx.errors import BadInput, Conflict
from luxx.eventlog import events
from luxx.eventlog.events import Event
from luxx.llm.demo import Reply
from luxx.models import (
    Message,
    MessageRole,
    MessageStatus,
    Provider,
    Room,
    RoomStatus,
    Run,
    RunStatus,
    User,
)

TURN = ["message_started", "Chunk", "Ended", "Stored"]
FAILED = Reply(status=400, error="no such model")


async def state(room: Room) -> tuple[str, int]:
    found = await Room.get(id=room.id)
    return found.status, found.current_round


async def test_every_seat_speaks_once_a_round_in_order(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", "Cy", max_rounds=2)
    here.model.script.extend(Reply(f"Text {number}") for number in range(6))
    ended = await discuss(here, room)
    assert (ended.status, ended.current_round) == (RoomStatus.COMPLETED, 2)
    assert await said(room) == [
        (name, round_, "completed", f"Text {number}")
        for number, (round_, name) in enumerate(
            (round_, name) for round_ in (1, 2) for name in ("Ada", "Bob", "Cy")
        )
    ]
    first = await Message.get(room_id=room.id, round_number=0)
    assert (first.role, first.content, first.sender_name) == (MessageRole.USER, TASK, "ann")
    assert first.token_count > 0
    (run,) = await Run.filter(room_id=room.id)
    assert (run.status, run.live_in) == (RunStatus.COMPLETED, None)
    assert not run.error
    assert run.finished_at is not None


async def test_what_is_told_is_in_order_and_what_is_stored(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", max_rounds=2)
    await discuss(here, room)
    seen = await seen_by(here, room)
    round_ = ["round_started", *TURN, *TURN, "round_ended"]
    assert kinds(seen) == ["room_started", "Stored", *round_, *round_, "room_completed"]
    stored = {message.id: message for message in await Message.filter(room_id=room.id)}
    told = [update.message for update in seen if isinstance(update, Stored)]
    assert [message.id for message in told] == [
        row.id for row in await Message.filter(room_id=room.id).order_by("seq")
    ]
    for message in told:
        row = stored[message.id]
        for name in ("content", "steps", "status", "token_count", "created_at", "seat_id"):
            assert getattr(message, name) == getattr(row, name)
    assert texts(seen) == {row.id: row.content for row in stored.values() if row.seat_id}
    marks = {update.type: update.data for update in seen if isinstance(update, Event)}
    assert marks[events.ROOM_STARTED] == {"task": TASK}
    assert marks[events.ROUND_STARTED] == {"round": 2, "max_rounds": 2}
    assert marks[events.ROOM_COMPLETED] == {"rounds": 2}


async def test_a_stop_keeps_what_was_said_and_the_turn_is_spoken_anew(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    here.model.script += [
        Reply("First."),
        Reply("I think that", hold=asyncio.Event()),
        Reply("Again."),
    ]
    await start(here, room)
    received = await here.model.arrived(2)
    await until(lambda: here.services.log.readers == 0)
    message = (await messages_of(room))[-1]
    while not (await room_text(here, room, message)):
        await asyncio.sleep(0.005)
    paused = await stop(here, room)
    assert paused.status is RoomStatus.PAUSED
    assert received.closed.is_set()
    assert received.disconnected
    cut = await Message.get(id=message.id)
    assert cut.status is MessageStatus.CANCELLED
    assert "I think that".startswith(cut.content)
    assert cut.content
    seen = await seen_by(here, room)
    assert kinds(seen)[-3:] == ["Ended", "Stored", "room_paused"]
    ended = await discuss(here, room)
    assert ended.status is RoomStatus.COMPLETED
    assert [(name, status) for name, _, status, _ in await said(room)] == [
        ("Ada", "completed"),
        ("Bob", "cancelled"),
        ("Bob", "completed"),
    ]
    assert kinds(await seen_by(here, room)) == [
        "room_started",
        *TURN,
        "round_ended",
        "room_completed",
    ]
    assert len(here.model.requests) == 3


async def room_text(here: World, room: Room, message: Message) -> str:
    """What is durable of a message that is being spoken."""
    run = await Run.get(room_id=room.id, live_in=room.id)
    parts = [event async for event in here.services.log.replay(run.id)]
    return "".join(
        event.data["d"]
        for event in parts
        if event.type == events.DELTA and event.data["m"] == message.id
    )


async def test_a_room_that_is_over_goes_on_when_it_may_have_more_rounds(here: World) -> None:
    room = await make_room(here, "Ada")
    await discuss(here, room)
    message = await refused(Conflict, room_control.start(here.services, here.user, room.id))
    assert "max_rounds" in message
    await room_edits.update(here.services, here.user, room.id, {"max_rounds": 3})
    assert (await discuss(here, room)).current_round == 3
    assert [round_ for _, round_, _, _ in await said(room)] == [1, 2, 3]
    whole = await seen_by(here, room, FIRST)
    assert kinds(whole).count("room_started") == 2
    assert kinds(whole).count("Stored") == 4


async def test_the_room_of_a_disabled_account_pauses_after_the_turn(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    hold = asyncio.Event()
    here.model.script.append(Reply("One.", hold=hold))
    await start(here, room)
    await here.model.arrived()
    await User.filter(id=here.user.id).update(is_active=False)
    hold.set()
    assert (await over(here, room)).status is RoomStatus.PAUSED
    assert await said(room) == [("Ada", 1, MessageStatus.COMPLETED, "One.")]


async def test_rounds_that_are_changed_while_the_room_runs_count_at_once(here: World) -> None:
    room = await make_room(here, "Ada", max_rounds=3)
    hold = asyncio.Event()
    here.model.script.append(Reply("One.", hold=hold))
    await start(here, room)
    await here.model.arrived()
    await room_edits.update(here.services, here.user, room.id, {"max_rounds": 1})
    hold.set()
    assert (await over(here, room)).current_round == 1
    assert await state(room) == (RoomStatus.COMPLETED, 1)


async def test_a_room_without_seats_is_not_started(here: World) -> None:
    room = await make_room(here)
    with pytest.raises(BadInput) as error:
        await room_control.start(here.services, here.user, room.id)
    assert error.value.field == "agents"
    assert await state(room) == (RoomStatus.IDLE, 0)
    assert not await Run.exists()
    assert not await Message.exists()


# Failure


async def test_a_seat_that_fails_is_told_of_and_the_room_goes_on(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", "Cy")
    here.model.script += [Reply("Fine."), FAILED, Reply("Fine too.")]
    ended = await discuss(here, room)
    assert ended.status is RoomStatus.COMPLETED
    _, bob, _ = await messages_of(room)
    assert (bob.status, bob.content, bob.token_count) == (MessageStatus.FAILED, "", 0)
    assert "no such model" in str(bob.error)
    seen = await seen_by(here, room)
    failed = ["message_started", "Ended", "Stored", "agent_failed"]
    assert kinds(seen) == [
        "room_started",
        "Stored",
        "round_started",
        *TURN,
        *failed,
        *TURN,
        "round_ended",
        "room_completed",
    ]
    (told,) = [
        update.data
        for update in seen
        if isinstance(update, Event) and update.type == events.AGENT_FAILED
    ]
    assert told == {"agent": "Bob", "error": bob.error}


@pytest.mark.parametrize(
    "broken",
    [
        Reply("Half of what I wanted to say", cut_after=4),
        Reply("Half of what I wanted to say", error="overloaded"),
    ],
)
async def test_a_stream_that_breaks_keeps_what_was_said(each_wire: World, broken: Reply) -> None:
    here = each_wire
    room = await make_room(here, "Ada", "Bob")
    if here.provider.provider_type == "anthropic" and broken.cut_after:
        broken = dataclasses.replace(broken, cut_after=6)
    here.model.script += [broken, Reply("Whole.")]
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    ada, bob = await messages_of(room)
    assert ada.status is MessageStatus.FAILED
    assert ada.error
    assert ada.content
    assert broken.text.startswith(ada.content)
    assert ada.token_count > 0
    assert bob.content == "Whole."
    seen = await seen_by(here, room)
    assert texts(seen)[ada.id] == ada.content
    (ended,) = [
        update.message
        for update in seen
        if isinstance(update, Ended) and update.message.id == ada.id
    ]
    assert (ended.status, ended.error) == (MessageStatus.FAILED, ada.error)
    # Nobody hears it.
    assert ada.content not in here.model.requests[1].body.decode()


async def test_a_round_in_which_everybody_failed_is_an_error_and_spoken_anew(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", max_rounds=2)
    here.model.script += [Reply("One."), Reply("Two."), FAILED, FAILED]
    ended = await discuss(here, room)
    assert (ended.status, ended.current_round) == (RoomStatus.ERROR, 2)
    (run,) = await Run.filter(room_id=room.id)
    assert (run.status, run.live_in) == (RunStatus.FAILED, None)
    last = (await seen_by(here, room))[-1]
    assert isinstance(last, Event)
    assert last.type == events.ROOM_FAILED
    assert last.data["error"] == run.error
    assert "round 2" in str(run.error)
    assert "no such model" in str(run.error)
    assert kinds(await seen_by(here, room))[-2:] == ["agent_failed", "room_failed"]
    here.model.script += [Reply("Three."), FAILED]
    ended = await discuss(here, room)
    assert (ended.status, ended.current_round) == (RoomStatus.COMPLETED, 2)
    assert [(name, round_, status) for name, round_, status, _ in await said(room)] == [
        ("Ada", 1, "completed"),
        ("Bob", 1, "completed"),
        ("Ada", 2, "failed"),
        ("Bob", 2, "failed"),
        ("Ada", 2, "completed"),
        ("Bob", 2, "failed"),
    ]
    assert "round_started" not in kinds(await seen_by(here, room))


async def test_a_turn_that_takes_too_long_is_ended(settings: Settings, database: None) -> None:
    async with world(dataclasses.replace(settings, turn_timeout=0.3)) as here:
        room = await make_room(here, "Ada", "Bob")
        here.model.script += [Reply("I was saying", hold=asyncio.Event()), Reply("Fine.")]
        assert (await discuss(here, room)).status is RoomStatus.COMPLETED
        ada, bob = await messages_of(room)
        assert (ada.status, ada.error) == (
            MessageStatus.FAILED,
            "The turn took more than 0.3 seconds",
        )
        assert ada.content
        assert bob.content == "Fine."
        assert here.model.requests[0].disconnected


async def test_a_seat_whose_provider_is_disabled_fails(here: World) -> None:
    other = await make_provider(
        here.services, here.user, str(here.provider.base_url).removesuffix("/v1"), name="Other"
    )
    room = await make_room(here, {"name": "Ada", "provider_id": other.id}, "Bob")
    await providers.update(here.services, here.user, other.id, {"enabled": False})
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    ada, bob = await messages_of(room)
    assert (ada.status, ada.error) == (MessageStatus.FAILED, "The provider 'Other' is disabled")
    assert bob.status is MessageStatus.COMPLETED
    assert len(here.model.requests) == 1


async def test_a_seat_whose_provider_was_deleted_speaks_through_the_default(here: World) -> None:
    other = await make_provider(
        here.services,
        here.user,
        str(here.provider.base_url).removesuffix("/v1"),
        name="Other",
        default_model="other",
    )
    room = await make_room(here, {"name": "Ada", "provider_id": other.id})
    await providers.delete(here.user, other.id)
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    assert here.model.requests[0].json()["model"] == "luxx-demo"


async def test_a_user_without_any_provider_is_told_so_by_each_agent(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    await Provider.all().delete()
    assert (await discuss(here, room)).status is RoomStatus.ERROR
    told = "You have no model provider: add one first"
    assert [message.error for message in await messages_of(room)] == [told, told]
    assert told in str((await Run.get(room_id=room.id)).error)


async def test_a_defect_in_a_turn_is_a_failed_turn_and_says_nothing_of_it(
    here: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret path")

    room = await make_room(here, "Ada")
    monkeypatch.setattr("luxx.core.hearing.turns", broken)
    assert (await discuss(here, room)).status is RoomStatus.ERROR
    (message,) = await messages_of(room)
    assert message.error == "Internal error"
    assert "a secret path" in caplog.text
