"""The seats of rooms: copies that stand on their own, in an order without gaps."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import connect, refused

from luxx.core import agents, colors, providers, rooms, seats
from luxx.core.services import Services
from luxx.errors import BadInput, Conflict, LuxxError, NotFound
from luxx.models import Message, MessageRole, Room, RoomStatus, Seat, User, new_id


@pytest.fixture
async def room(services: Services, user: User) -> Room:
    return await make(services, user)


async def make(services: Services, user: User, *names: str) -> Room:
    seated = [{"name": name} for name in names]
    return await rooms.create(services, user, {"title": "t", "task": "x", "agents": seated})


async def roster(room: Room) -> list[Seat]:
    return (await seats.of_rooms([room.id]))[room.id]


async def names(room: Room) -> str:
    """Who speaks, in order; that the order has no gaps is part of the promise."""
    found = await roster(room)
    assert [seat.turn_order for seat in found] == list(range(len(found)))
    return "".join(seat.name for seat in found)


# Copies


async def test_a_seat_copies_its_agent_and_stands_on_its_own(
    services: Services, user: User, room: Room
) -> None:
    provider = await connect(services, user)
    given_fields = {
        "name": "Coder",
        "role": "codes",
        "provider_id": provider.id,
        "model": "m",
        "system_prompt": "Code.",
        "color": "#123456",
        "enabled_tools": ["file_read"],
    }
    agent = await agents.create(services, user, given_fields)
    copied = await seats.add(services, user, room.id, {"agent_id": agent.id})
    own = {"agent_id": agent.id, "name": "Mine", "provider_id": None, "enabled_tools": []}
    changed = await seats.add(services, user, room.id, own | {"role": None, "color": None})
    await agents.update(services, user, agent.id, {"name": "Other", "enabled_tools": []})
    await agents.delete(user, agent.id)
    first, second = await roster(room)
    assert (first.id, second.id) == (copied.id, changed.id)
    assert {name: getattr(first, name) for name in given_fields} == given_fields
    assert first.agent_id is second.agent_id is None
    assert (second.name, second.role, second.color) == ("Mine", "codes", "#123456")
    assert (second.provider_id, second.enabled_tools) == (None, [])
    await providers.delete(user, provider.id)
    assert [seat.provider_id for seat in await roster(room)] == [None, None]


async def test_a_seat_given_whole_needs_a_name(services: Services, user: User, room: Room) -> None:
    for fields in ({}, {"role": "r"}, {"agent_id": None, "name": None}):
        with pytest.raises(BadInput, match="name is required where no agent_id") as error:
            await seats.add(services, user, room.id, fields)
        assert error.value.field == "name"


async def test_default_colours_differ_within_a_room(services: Services, user: User) -> None:
    first, second, third, *_ = colors.PALETTE
    seated = [{"name": "A"}, {"name": "B", "color": first}, {"name": "C"}]
    made = await rooms.create(services, user, {"title": "t", "task": "x", "agents": seated})
    assert [seat.color for seat in await roster(made)] == [second, first, third]
    assert (await seats.add(services, user, made.id, {"name": "D"})).color == colors.PALETTE[3]
    other = await make(services, user, "A")
    assert [seat.color for seat in await roster(other)] == [first]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 101),
        ("role", "x" * 1_001),
        ("model", "x" * 201),
        ("color", "blue"),
        ("enabled_tools", ["none"]),
        ("provider_id", 0),
        ("room_id", "room_x"),
    ],
)
async def test_a_value_that_does_not_fit_names_the_field(
    services: Services, user: User, room: Room, field: str, value: object
) -> None:
    seat = await seats.add(services, user, room.id, {"name": "A"})
    for attempt in (
        seats.add(services, user, room.id, {"name": "B", field: value}),
        seats.update(services, user, room.id, seat.id, {field: value}),
    ):
        with pytest.raises(BadInput) as error:
            await attempt
        assert error.value.field == field
    assert await names(room) == "A"


async def test_what_belongs_to_someone_else_is_not_there(
    services: Services, user: User, admin: User
) -> None:
    room, other, theirs = [await make(services, who, "A") for who in (user, user, admin)]
    (seat,), (foreign,) = await roster(room), await roster(theirs)
    agent = await agents.create(services, admin, {"name": "T"})
    provider = await connect(services, admin)
    for attempt in (
        seats.add(services, admin, room.id, {"name": "B"}),
        seats.update(services, admin, room.id, seat.id, {"name": "B"}),
        seats.remove(admin, room.id, seat.id),
        seats.update(services, user, other.id, seat.id, {"name": "B"}),
        seats.remove(user, other.id, seat.id),
        seats.remove(user, room.id, foreign.id),
        seats.add(services, user, room.id, {"agent_id": agent.id}),
        seats.add(services, user, room.id, {"name": "B", "provider_id": provider.id}),
        seats.update(services, user, room.id, seat.id, {"provider_id": provider.id}),
    ):
        await refused(NotFound, attempt)
    assert [await names(each) for each in (room, other, theirs)] == ["A", "A", "A"]


# Their order


async def test_a_seat_is_changed_and_moved(services: Services, user: User) -> None:
    room = await make(services, user, *"ABCD")
    _, seat, *_ = await roster(room)
    changes: dict[str, Any] = {"name": "b", "role": "tests", "color": "#ABCDEF", "turn_order": 3}
    changed = await seats.update(services, user, room.id, seat.id, changes)
    assert (changed.name, changed.role, changed.turn_order) == ("b", "tests", 3)
    assert await names(room) == "ACDb"
    assert (await roster(room))[3].color == "#abcdef"
    await seats.update(services, user, room.id, seat.id, {"turn_order": None, "model": "m"})
    await seats.update(services, user, room.id, seat.id, {"turn_order": 0})
    assert await names(room) == "bACD"
    assert (await roster(room))[0].model == "m"


@pytest.mark.parametrize("place", [-1, 3, 2**31, "1", True, 1.0])
async def test_a_place_that_does_not_exist_is_refused_with_those_that_do(
    services: Services, user: User, place: object
) -> None:
    room = await make(services, user, *"ABC")
    seat, *_ = await roster(room)
    with pytest.raises(BadInput, match="turn_order must be a whole number from 0 to 2") as error:
        await seats.update(services, user, room.id, seat.id, {"turn_order": place, "name": "x"})
    assert error.value.field == "turn_order"
    assert await names(room) == "ABC"


async def test_what_was_said_from_a_seat_outlives_it(services: Services, user: User) -> None:
    room = await make(services, user, *"AB")
    seat, _ = await roster(room)
    said = await Message.create(
        id=new_id("msg"),
        room_id=room.id,
        seat_id=seat.id,
        sender_name="A",
        role=MessageRole.ASSISTANT,
        content="Here",
    )
    await seats.remove(user, room.id, seat.id)
    assert await names(room) == "B"
    kept = await Message.get(id=said.id)
    assert (kept.seat_id, kept.sender_name) == (None, "A")
    await refused(NotFound, seats.remove(user, room.id, seat.id))


_STEP = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 3)),
    st.tuples(st.just("move"), st.tuples(st.integers(0, 30), st.integers(0, 30))),
    st.tuples(st.just("remove"), st.integers(0, 30)),
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEP, max_size=15))
async def test_any_sequence_of_changes_keeps_the_order_and_leaves_no_gap(
    services: Services, user: User, steps: list[tuple[str, Any]]
) -> None:
    room = await make(services, user, "A")
    expected, letters = ["A"], iter("BCDEFGHIJKLMNOPQ")
    for step, number in steps:
        present = await roster(room)
        if step == "add":
            expected.append(next(letters))
            await seats.add(services, user, room.id, {"name": expected[-1]})
        elif step == "remove" and present:
            at = number % len(present)
            expected.pop(at)
            await seats.remove(user, room.id, present[at].id)
        elif step == "move" and present:
            at, to = (each % len(present) for each in number)
            expected.insert(to, expected.pop(at))
            await seats.update(services, user, room.id, present[at].id, {"turn_order": to})
        assert await names(room) == "".join(expected)


# All at once


async def test_changes_at_once_leave_no_gap(services: Services, user: User) -> None:
    room = await make(services, user, *"ABCD")
    first, second, third, fourth = await roster(room)
    await asyncio.gather(
        *(seats.add(services, user, room.id, {"name": name}) for name in "EFGH"),
        seats.remove(user, room.id, second.id),
        seats.update(services, user, room.id, fourth.id, {"turn_order": 0}),
        seats.update(services, user, room.id, first.id, {"turn_order": 2, "name": "a"}),
        seats.remove(user, room.id, third.id),
    )
    assert sorted(await names(room)) == sorted("aDEFGH")
    new = [seat.color for seat in await roster(room) if seat.name in "EFGH"]
    assert len(set(new)) == 4


async def test_twenty_are_enough(services: Services, user: User) -> None:
    room = await make(services, user, *"ABCDEFGHIJKLMNOPQRS")
    results = await asyncio.gather(
        *(seats.add(services, user, room.id, {"name": "T"}) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Seat) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert await names(room) == "ABCDEFGHIJKLMNOPQRST"


async def test_nobody_comes_or_goes_while_the_room_is_running(
    services: Services, user: User
) -> None:
    room = await make(services, user, *"AB")
    seat, _ = await roster(room)
    await Room.filter(id=room.id).update(status=RoomStatus.RUNNING)
    for attempt in (
        seats.add(services, user, room.id, {"name": "C"}),
        seats.update(services, user, room.id, seat.id, {"turn_order": 1}),
        seats.update(services, user, room.id, seat.id, {"name": "a"}),
        seats.remove(user, room.id, seat.id),
    ):
        assert "stop it first" in await refused(Conflict, attempt)
    assert await names(room) == "AB"


async def test_a_start_waits_for_a_change_and_a_change_for_a_start(
    services: Services, user: User
) -> None:
    """Whoever comes second sees what the first has done."""
    room = await make(services, user, "A")
    (seat,) = await roster(room)
    inside, leave = asyncio.Event(), asyncio.Event()

    async def start() -> None:
        async with rooms.holding(user, room.id) as held:
            held.status = RoomStatus.RUNNING
            inside.set()
            await leave.wait()
            await held.save(update_fields=["status"])

    starting = asyncio.create_task(start())
    await inside.wait()
    changing = asyncio.create_task(seats.remove(user, room.id, seat.id))
    done, _ = await asyncio.wait({changing}, timeout=0.05)
    assert not done
    leave.set()
    await starting
    await refused(Conflict, changing)
    assert await names(room) == "A"


async def test_a_changed_roster_is_news_of_the_room(services: Services, user: User) -> None:
    first, second = await make(services, user, "A"), await make(services, user)
    (seat,) = await roster(first)
    changes: list[Any] = [
        seats.add(services, user, second.id, {"name": "B"}),
        seats.update(services, user, first.id, seat.id, {"name": "a"}),
        seats.add(services, user, second.id, {"name": "C"}),
        seats.remove(user, first.id, seat.id),
    ]
    for change, newest in zip(changes, (second, first, second, first), strict=True):
        await change
        assert (await rooms.page(user)).items[0].id == newest.id


async def test_a_room_that_is_deleted_meanwhile_is_not_found(
    services: Services, user: User, room: Room
) -> None:
    """Whatever the order, a change of its roster succeeds or says that it is gone."""
    results = await asyncio.gather(
        *(seats.add(services, user, room.id, {"name": "A"}) for _ in range(2)),
        Room.filter(id=room.id).delete(),
        *(seats.add(services, user, room.id, {"name": "A"}) for _ in range(2)),
        return_exceptions=True,
    )
    errors = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, LuxxError) for error in errors), errors
    assert await Seat.all().count() == 0
