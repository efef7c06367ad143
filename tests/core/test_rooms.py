"""Rooms: made whole or not at all, changed, stopped and reset by their status, deleted."""

import asyncio

import pytest
from people import connect, refused
from world import WAIT, World, make_user

from luxx.core import agents, room_control, room_edits, rooms, seats, tokens
from luxx.core.services import Services
from luxx.errors import BadInput, Conflict, NotFound
from luxx.llm.demo import Reply
from luxx.models import (
    Message,
    MessageStatus,
    Room,
    RoomStatus,
    Run,
    RunEvent,
    Seat,
    User,
)

TASK = {"title": "项目讨论", "task": "讨论新功能的实现方案"}


async def make(services: Services, user: User, *names: str, **fields: object) -> Room:
    seated = [{"name": name} for name in names]
    return await rooms.create(services, user, TASK | {"agents": seated} | fields)


async def roster(room_id: str) -> list[Seat]:
    return (await seats.of_rooms([room_id]))[room_id]


async def discussing(here: World) -> Room:
    """A room whose first turn is being spoken, and goes on until it is stopped."""
    room = await make(here.services, here.user, "A", "B")
    here.model.script.append(Reply(text="I think that", hold=asyncio.Event()))
    await room_control.start(here.services, here.user, room.id)
    await here.model.arrived()
    return room


# Making them


async def test_a_room_needs_a_title_and_a_task(services: Services, user: User) -> None:
    made = await rooms.create(services, user, TASK)
    found = await rooms.get(user, made.id)
    assert made.id.startswith("room_")
    assert (found.title, found.task) == (TASK["title"], TASK["task"])
    assert (found.user_id, found.status) == (user.id, RoomStatus.IDLE)
    assert (found.max_rounds, found.current_round) == (5, 0)
    assert await roster(made.id) == []
    for missing in ("title", "task"):
        for fields in ({missing: None}, {missing: " "}):
            with pytest.raises(BadInput) as error:
                await rooms.create(services, user, TASK | fields)
            assert error.value.field == missing


async def test_a_room_is_made_with_its_seats_in_order(services: Services, user: User) -> None:
    provider = await connect(services, user)
    coder = await agents.create(
        services,
        user,
        {"name": "Coder", "role": "codes", "model": "m", "color": "#10b981"},
    )
    tester = {
        "name": "测试助手",
        "role": "QA 工程师",
        "provider_id": provider.id,
        "model": "deepseek-chat",
        "system_prompt": "你是一个测试工程师...",
        "color": "#F59E0B",
        "enabled_tools": ["file_read"],
    }
    made = await make(services, user, agents=[{"agent_id": coder.id, "role": "后端"}, tester])
    first, second = await roster(made.id)
    assert (first.agent_id, first.name, first.role, first.model) == (coder.id, "Coder", "后端", "m")
    assert (first.color, first.turn_order) == ("#10b981", 0)
    assert second.agent_id is None
    assert {name: getattr(second, name) for name in tester} == tester | {"color": "#f59e0b"}
    assert second.turn_order == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"task": "x" * 50_001}, "task"),
        ({"max_rounds": 0}, "max_rounds"),
        ({"max_rounds": 101}, "max_rounds"),
        ({"status": "idle"}, "status"),
        ({"agents": [{"name": "A"}, {"name": ""}]}, "agents.1.name"),
        ({"agents": [{"role": "r"}]}, "agents.0.name"),
        ({"agents": [{"name": "A"}, {"name": "B", "color": "red"}]}, "agents.1.color"),
        ({"agents": [{"name": "A", "enabled_tools": ["none"]}]}, "agents.0.enabled_tools"),
        ({"agents": [{"name": "A", "turn_order": 1}]}, "agents.0.turn_order"),
        ({"agents": [{"agent_id": 0}]}, "agents.0.agent_id"),
        ({"agents": [{"name": "A"}] * 21}, "agents"),
    ],
)
async def test_what_does_not_fit_is_named_by_its_place_and_nothing_is_made(
    services: Services, user: User, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as error:
        await rooms.create(services, user, TASK | fields)
    assert error.value.field == field
    assert field in error.value.message
    assert await Room.all().count() == await Seat.all().count() == 0


async def test_what_is_not_found_in_a_seat_leaves_nothing(
    services: Services, user: User, admin: User
) -> None:
    theirs = await agents.create(services, admin, {"name": "A"})
    provider = await connect(services, admin)
    for last in ({"agent_id": theirs.id}, {"name": "B", "provider_id": provider.id}):
        seated = [{"name": "A"}, last]
        with pytest.raises(NotFound) as error:
            await rooms.create(services, user, TASK | {"agents": seated})
        assert error.value.field == f"agents.1.{list(last)[-1]}"
    assert await Room.all().count() == await Seat.all().count() == 0


# Finding them


async def test_pages_show_the_latest_active_first(services: Services, user: User) -> None:
    made = [await make(services, user) for _ in range(3)]
    await room_edits.update(services, user, made[0].id, {"title": "again"})
    first = await rooms.page(user, page_size=2)
    second = await rooms.page(user, page=2, page_size=2)
    shown = [room.id for room in [*first.items, *second.items]]
    assert shown == [made[0].id, made[2].id, made[1].id]
    assert (first.total, second.page, second.page_size) == (3, 2, 2)
    for wrong in ({"page": 0}, {"page_size": 101}):
        await refused(BadInput, rooms.page(user, **wrong))


async def test_what_belongs_to_someone_else_is_not_there(
    services: Services, user: User, admin: User
) -> None:
    made = await make(services, user, "A")
    for room_id, who in ((made.id, admin), ("room_none", user), ("x" * 3000, user), ("\0", user)):
        for attempt in (
            rooms.get(who, room_id),
            room_edits.update(services, who, room_id, {"title": "mine"}),
            room_edits.update(services, who, room_id, {"status": "idle"}),
            room_edits.delete(services, who, room_id),
            seats.add(services, who, room_id, {"name": "B"}),
            room_control.stop(services, who, room_id),
        ):
            assert len(await refused(NotFound, attempt)) < 100
    assert (await rooms.page(admin)).total == 0
    assert (await rooms.get(user, made.id)).title == TASK["title"]


# Changing them


async def test_only_what_is_given_is_changed(services: Services, user: User) -> None:
    made = await make(services, user)
    await room_edits.update(services, user, made.id, {"title": " New ", "max_rounds": None})
    await room_edits.update(services, user, made.id, {"task": "Another", "max_rounds": 10})
    found = await rooms.get(user, made.id)
    assert (found.title, found.task, found.max_rounds) == ("New", "Another", 10)
    unchanged = await room_edits.update(services, user, made.id, {})
    assert unchanged.updated_at == found.updated_at


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "title must not be empty"),
        ({"max_rounds": 101}, "max_rounds must be a whole number from 1 to 100"),
        ({"status": "running"}, "idle, which resets, or paused"),
        ({"status": "completed"}, "idle, which resets, or paused"),
        ({"status": "error"}, "idle, which resets, or paused"),
        ({"status": "over"}, "status must be one of idle"),
        ({"agents": []}, "no field 'agents'"),
    ],
)
async def test_a_change_that_does_not_fit_is_named(
    services: Services, user: User, changes: dict[str, object], said: str
) -> None:
    made = await make(services, user)
    with pytest.raises(BadInput, match=said) as error:
        await room_edits.update(services, user, made.id, {"task": "Other"} | changes)
    assert error.value.field in changes
    assert (await rooms.get(user, made.id)).task == TASK["task"]


async def test_rounds_that_were_held_cannot_be_taken_back(services: Services, user: User) -> None:
    made = await make(services, user)
    await Room.filter(id=made.id).update(current_round=3, status=RoomStatus.PAUSED)
    with pytest.raises(BadInput, match="at least the current round, 3") as error:
        await room_edits.update(services, user, made.id, {"max_rounds": 2, "title": "x"})
    assert error.value.field == "max_rounds"
    assert (await rooms.get(user, made.id)).title == TASK["title"]
    await room_edits.update(services, user, made.id, {"max_rounds": 3})
    # A reset room begins again at 0.
    changed = await room_edits.update(services, user, made.id, {"max_rounds": 1, "status": "idle"})
    assert (changed.max_rounds, changed.current_round) == (1, 0)


async def test_the_task_and_the_first_message_never_differ(here: World) -> None:
    room = await make(here.services, here.user, "A", max_rounds=1)
    here.model.script.append(Reply("Done."))
    await room_control.start(here.services, here.user, room.id)
    async with asyncio.timeout(WAIT):
        await here.services.runs.wait((await Run.get(room_id=room.id)).id)
    await room_edits.update(here.services, here.user, room.id, {"task": "Something else"})
    first, second = await Message.filter(room_id=room.id).order_by("seq")
    assert (await rooms.get(here.user, room.id)).task == first.content == "Something else"
    assert first.token_count == tokens.estimate("Something else")
    assert second.content == "Done."


# While the discussion is running


async def test_the_task_of_a_running_room_stays_and_all_else_may_change(here: World) -> None:
    room = await discussing(here)
    await refused(
        Conflict, room_edits.update(here.services, here.user, room.id, {"task": "x", "title": "y"})
    )
    changes = {"title": "New", "task": TASK["task"], "max_rounds": 7}
    changed = await room_edits.update(here.services, here.user, room.id, changes)
    assert (changed.title, changed.max_rounds, changed.status) == ("New", 7, RoomStatus.RUNNING)
    assert (await Message.get(room_id=room.id, round_number=0)).content == TASK["task"]


async def test_status_paused_stops_before_the_rest_is_changed(here: World) -> None:
    room = await discussing(here)
    low = {"status": "paused", "max_rounds": 0}
    await refused(BadInput, room_edits.update(here.services, here.user, room.id, low))
    assert (await rooms.get(here.user, room.id)).status is RoomStatus.RUNNING
    changes = {"status": RoomStatus.PAUSED, "task": "Another"}
    changed = await room_edits.update(here.services, here.user, room.id, changes)
    assert (changed.status, changed.task) == (RoomStatus.PAUSED, "Another")
    first, turn = await Message.filter(room_id=room.id).order_by("seq")
    assert (first.content, turn.status) == ("Another", MessageStatus.CANCELLED)


async def test_status_idle_resets(here: World) -> None:
    room = await discussing(here)
    changed = await room_edits.update(here.services, here.user, room.id, {"status": "idle"})
    assert (changed.status, changed.current_round) == (RoomStatus.IDLE, 0)
    assert await Message.filter(room_id=room.id).count() == 0


async def test_deleting_a_running_room_stops_it_and_leaves_nothing(here: World) -> None:
    room = await discussing(here)
    (received,) = here.model.requests
    (run,) = await Run.filter(room_id=room.id)
    await room_edits.delete(here.services, here.user, room.id)
    async with asyncio.timeout(WAIT):
        await received.closed.wait()
        with pytest.raises(NotFound):
            await here.services.runs.wait(run.id)
    for table in (Room, Seat, Message, Run, RunEvent):
        assert await table.all().count() == 0


async def test_deleting_one_room_leaves_the_others(services: Services, user: User) -> None:
    made = [await make(services, user, "A", "B") for _ in range(2)]
    await room_edits.delete(services, user, made[0].id)
    assert [room.id for room in (await rooms.page(user)).items] == [made[1].id]
    assert len(await roster(made[1].id)) == await Seat.all().count() == 2
    bob = await make_user("bob")
    await refused(NotFound, room_edits.delete(services, bob, made[1].id))
