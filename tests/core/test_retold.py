"""Who comes when the events are gone is told what the rows say; nobody is told half of it."""

from datetime import UTC, datetime, timedelta

import pytest
from roomworld import cursor_of, discuss, kinds, make_room, messages_of, seen_by, start, stop, texts
from world import World

from luxx.core.follow import ReplyEnded, StepUpdate
from luxx.core.retention import Retention
from luxx.errors import BadInput
from luxx.llm.demo import Call, Reply
from luxx.models import MessageStatus, Room, Run, RunEvent

LONG_AGO = datetime.now(UTC) - timedelta(days=400)
TOOLED = Reply("Look. ", thinking="Hm. ", tool_calls=[Call("file_exists", {"path": "x"})])


async def forget(here: World, *, deleted: bool) -> None:
    """All that has ended did so long ago; its events may be deleted already, or soon."""
    await Run.filter(finished_at__not_isnull=True).update(finished_at=LONG_AGO)
    if deleted:
        await Retention(here.services.settings).delete_old()
        assert not await RunEvent.all().exists()


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("accumulated", [False, True])
async def test_a_reply_is_told_again_step_by_step(
    here: World, *, accumulated: bool, deleted: bool
) -> None:
    here.model.script += [TOOLED, Reply("Nothing.")]
    message = await here.ask()
    before = await here.events(message.id, accumulated=True)
    await forget(here, deleted=deleted)
    told = await here.events(message.id, accumulated=accumulated)
    *steps, ended = told
    assert [step.step["type"] for step in steps if isinstance(step, StepUpdate)] == [
        each["type"] for each in message.steps
    ]
    said = [step for step in steps if isinstance(step, StepUpdate) and step.delta]
    assert [step.delta for step in said] == [
        each["content"] for each in message.steps if each["type"] in {"text", "thinking"}
    ]
    if accumulated:
        assert all(step.step["content"] == step.delta for step in said)
    last = before[-1]
    assert isinstance(ended, ReplyEnded)
    assert isinstance(last, ReplyEnded)
    assert (ended.status, ended.token_count, ended.usage, ended.error) == (
        last.status,
        last.token_count,
        last.usage,
        last.error,
    )
    cursors = [each.cursor for each in told]
    assert cursors == sorted(set(cursors))
    # It is the same every time: a viewer who lost the connection goes on.
    middle = cursors[1]
    rest = await here.events(message.id, middle, accumulated=accumulated)
    assert [each.cursor for each in rest] == cursors[2:]


@pytest.mark.parametrize("status", [MessageStatus.CANCELLED, MessageStatus.FAILED])
async def test_a_reply_that_did_not_succeed_says_so(here: World, status: MessageStatus) -> None:
    here.model.script.append(Reply(status=400, error="No"))
    message = await here.ask()
    await type(message).filter(id=message.id).update(status=status)
    await forget(here, deleted=True)
    (ended,) = await here.events(message.id)
    assert isinstance(ended, ReplyEnded)
    assert (ended.status, ended.error) == (status, message.error)
    assert ended.code


async def test_what_followed_an_event_that_is_gone_is_not_made_up(here: World) -> None:
    message = await here.ask()
    middle = (await here.events(message.id))[0].cursor
    await forget(here, deleted=False)
    with pytest.raises(BadInput, match="no longer kept") as caught:
        await here.events(message.id, middle)
    assert caught.value.field == "after"


async def test_a_room_is_told_again_turn_by_turn(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", max_rounds=2)
    here.model.script += [Reply("One."), Reply(status=400, error="No"), TOOLED, Reply("Two.")]
    here.model.script.append(Reply("Three."))
    await discuss(here, room)
    before = await seen_by(here, room, accumulated=True)
    await forget(here, deleted=True)
    told = await seen_by(here, room, accumulated=True)
    assert kinds(told) == kinds(before)
    assert texts(told) == texts(before)
    cursors = [cursor_of(each) for each in told]
    assert cursors == sorted(cursors)
    with pytest.raises(BadInput, match="no longer kept"):
        await seen_by(here, room, str(cursor_of(before[2])))
    rest = await seen_by(here, room, str(cursors[4]))
    assert [cursor_of(each) for each in rest] == cursors[5:]


async def test_who_has_seen_a_room_told_again_sees_on_when_it_goes_on(here: World) -> None:
    room = await make_room(here, "Ada", "Bob", max_rounds=1)
    here.model.script += [Reply("One."), Reply("Two."), Reply("Three."), Reply("Four.")]
    await discuss(here, room)
    await forget(here, deleted=True)
    told = await seen_by(here, room)
    await Room.filter(id=room.id).update(max_rounds=2)
    await discuss(here, room)
    rest = await seen_by(here, room, str(cursor_of(told[-1])))
    assert list(texts(rest).values()) == ["Three.", "Four."]
    assert cursor_of(rest[0]) > cursor_of(told[-1])


@pytest.mark.parametrize("kept", [True, False])
async def test_a_room_that_was_stopped_in_a_round_and_went_on(here: World, *, kept: bool) -> None:
    """What the second run found open is not opened again."""
    room = await make_room(here, "Ada", "Bob", max_rounds=1)
    here.model.script += [Reply("One."), Reply("Two, slowly", pace=0.05), Reply("Two.")]
    await start(here, room)
    await here.model.arrived(2)
    await stop(here, room)
    first = await seen_by(here, room)
    await discuss(here, room)
    second = await seen_by(here, room)
    if not kept:
        await forget(here, deleted=True)
    told = await seen_by(here, room)
    assert kinds(told) == kinds(second)
    assert "room_paused" in kinds(first)
    assert len(await messages_of(room)) == 3
