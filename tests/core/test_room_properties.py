"""Whatever happens to a room: each turn is spoken once, in order, and everybody sees the same."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from roomworld import (
    FIRST,
    Lives,
    Watcher,
    cursor_of,
    kind,
    lives,
    make_room,
    messages_of,
    over,
    seats_of,
    seen_by,
    start,
    stop,
    texts,
)
from world import World

from luxx.config import Settings
from luxx.core import room_control, room_edits, seats, summaries
from luxx.core.watching import Chunk, Update
from luxx.errors import Conflict
from luxx.eventlog.events import first_id
from luxx.llm.demo import Reply
from luxx.models import LIVE, Message, MessageStatus, Room, RoomStatus, Run

WORDS = " and so on, word by word"
MOST_TURNS = 200

FATES = st.lists(
    st.sampled_from(["speak"] * 6 + ["think", "refuse", "break"]), min_size=1, max_size=7
)
BAD_FATES = st.lists(st.sampled_from(["refuse", "break", "speak"]), min_size=1, max_size=3)
CHANGES = st.sampled_from(["stop", "kill", "restart", "edit", "more", "reset", "come again"])
#: A change, after so many more events, and a number for its details.
STEPS = st.tuples(CHANGES, st.integers(0, 24), st.integers(0, 1000))


@pytest.fixture
async def server(settings: Settings, database: None) -> AsyncIterator[Lives]:
    async with lives(settings) as made:
        yield made


def reply(number: int, fate: str) -> Reply:
    text = f"Turn {number}{WORDS}"
    match fate:
        case "refuse":
            return Reply(status=400, error="refused")
        case "break":
            return Reply(text, error="overloaded", pace=0.0005, chunk=6)
        case "think":
            return Reply(text, thinking=f"Thought {number}{WORDS}", pace=0.0005, chunk=6)
        case _:
            return Reply(text, pace=0.0005, chunk=6)


@dataclass
class Story:
    """One room, what happens to it, and those who watch."""

    server: Lives
    room: Room
    watchers: list[Watcher]
    #: For each start: the newest message before it, and who was seated, by name in order.
    starts: list[tuple[int, list[str]]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    #: Turns that a reset has deleted, and the cursor before everything after it.
    deleted: int = 0
    boundary: int = 0

    @property
    def here(self) -> World:
        return self.server.world

    async def running(self) -> bool:
        return await Run.exists(room_id=self.room.id, status__in=LIVE)

    async def start(self) -> None:
        room = await Room.get(id=self.room.id)
        if room.status is RoomStatus.COMPLETED and room.current_round == room.max_rounds:
            return
        newest = await Message.all().order_by("-seq").first()
        roster = await seats_of(self.room)
        self.names |= {seat.id: seat.name for seat in roster}
        self.starts.append((newest.seq if newest else 0, [seat.name for seat in roster]))
        await start(self.here, self.room)
        self.come()

    def come(self) -> None:
        for watcher in self.watchers:
            watcher.come(self.here.services, self.here.session)

    async def leave(self) -> None:
        for watcher in self.watchers:
            await watcher.leave()

    async def advance(self, events: int) -> None:
        """Let so many more events happen, or all that do."""
        first = self.watchers[0]
        goal = len(first.seen) + events
        while len(first.seen) < goal and await self.running():
            await asyncio.sleep(0.001)

    async def step(self, change: str, number: int) -> None:
        match change:
            case "stop":
                await stop(self.here, self.room)
            case "kill":
                await self.leave()
                await self.server.kill()
                self.come()
            case "restart":
                await self.server.restart()
                await self.leave()
                self.come()
            case "edit":
                await self.edit(number)
            case "more":
                room = await Room.get(id=self.room.id)
                more = {"max_rounds": room.max_rounds + 1}
                await room_edits.update(self.here.services, self.here.user, room.id, more)
            case "reset":
                await self.reset()
            case _:
                watcher = self.watchers[number % len(self.watchers)]
                await watcher.leave()
                watcher.come(self.here.services, self.here.session)
        if change in {"edit", "more", "reset"} and not await self.running():
            await self.start()

    async def edit(self, number: int) -> None:
        """Change the roster; while the room runs that is refused."""
        here, room_id = self.here, self.room.id
        roster = await seats_of(self.room)
        seat = roster[number % len(roster)]
        try:
            if number % 3 == 0:
                name = f"S{number}-{len(self.names)}-{len(roster)}"
                await seats.add(here.services, here.user, room_id, {"name": name})
            elif number % 3 == 1 and len(roster) > 1:
                await seats.remove(here.user, room_id, seat.id)
            else:
                place = {"turn_order": number % 7 % len(roster)}
                await seats.update(here.services, here.user, room_id, seat.id, place)
        except Conflict:
            assert [each.id for each in await seats_of(self.room)] == [each.id for each in roster]

    async def reset(self) -> None:
        await stop(self.here, self.room)
        self.deleted += len(await messages_of(self.room))
        await room_control.reset(self.here.services, self.here.user, self.room.id)
        newest = await Run.filter(room_id=self.room.id).order_by("-attempt").first()
        self.boundary = first_id(newest.attempt + 1) if newest else 0
        self.starts.clear()

    async def finish(self) -> None:
        """Let it run to an end, and everybody see the last of it."""
        ended = await over(self.here, self.room)
        if ended.status is not RoomStatus.COMPLETED:
            await self.start()
            await over(self.here, self.room)
        for watcher in self.watchers:
            await watcher.to_the_end(self.here.services, self.here.session)
            # It may have been at the end of an earlier run.
            await watcher.to_the_end(self.here.services, self.here.session)

    # What must hold

    async def check_turns(self) -> None:
        said = await messages_of(self.room)
        room = await Room.get(id=self.room.id)
        oracle = Oracle()
        for place, (after, roster) in enumerate(self.starts):
            until = self.starts[place + 1][0] if place + 1 < len(self.starts) else 2**62
            oracle.begin(roster)
            for message in said:
                if after < message.seq <= until:
                    oracle.hear(message)
        assert (room.current_round, room.round_open) == (oracle.round, oracle.open)
        assert [self.names[each] for each in room.turns_taken] == oracle.taken
        if room.status is RoomStatus.COMPLETED:
            assert not room.round_open
            assert room.current_round <= room.max_rounds
        elif room.status is RoomStatus.ERROR:
            assert room.round_open
            assert oracle.taken == []
        assert room.status in {RoomStatus.COMPLETED, RoomStatus.ERROR}
        assert not await self.running()
        counted = await summaries.counts("room_id", [room.id])
        assert counted[room.id] == len(said) + 1
        whole = [each.content for each in said if each.status is MessageStatus.COMPLETED]
        assert len(set(whole)) == len(whole)
        assert all(content.endswith(WORDS) for content in whole)
        assert not [each for each in said if each.status is MessageStatus.RUNNING]

    async def check_watchers(self) -> None:
        whole = await seen_by(self.here, self.room, FIRST)
        stored = {row.id: row.content for row in await messages_of(self.room)}
        assert texts(whole) == stored
        assert [kind(each) for each in whole].count("room_started") == len(self.starts)
        for watcher in self.watchers:
            watcher.check()
            seen = [each for each in watcher.seen if cursor_of(each) > self.boundary]
            assert marks(seen) == marks(whole)
            assert texts(seen) == stored

    async def check_requests(self, before: int) -> None:
        """Nobody was asked but for a turn that is known of."""
        asked = len(self.server.model.requests) - before
        assert asked <= self.deleted + len(await messages_of(self.room))


class Oracle:
    """What has to be said next, by the rules alone."""

    def __init__(self) -> None:
        self.round = 0
        self.open = False
        self.taken: list[str] = []
        self._roster: list[str] = []
        self._heard = False

    def begin(self, roster: list[str]) -> None:
        self._roster = roster
        if self.open and self._due() is None:
            self._close()

    def hear(self, message: Message) -> None:
        if not self.open:
            self.round, self.open, self.taken, self._heard = self.round + 1, True, [], False
        assert (message.sender_name, message.round_number) == (self._due(), self.round)
        if message.status in {MessageStatus.COMPLETED, MessageStatus.FAILED}:
            self.taken.append(str(message.sender_name))
            self._heard |= message.status is MessageStatus.COMPLETED
            if self._due() is None:
                self._close()

    def _due(self) -> str | None:
        return next((name for name in self._roster if name not in self.taken), None)

    def _close(self) -> None:
        # A round in which nobody could be heard is spoken anew.
        self.open, self.taken = not self._heard, []


def marks(updates: Sequence[Update]) -> list[tuple[str, int]]:
    """What every watcher sees at the same cursors, in whatever form."""
    return [
        (kind(each), cursor_of(each))
        for each in updates
        if not isinstance(each, Chunk) and kind(each) != "thinking"
    ]


@pytest.mark.timeout(180)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(seated=2, rounds=2, fates=["refuse", "break"], steps=[("kill", 3, 0), ("more", 9, 0)])
@example(
    seated=3, rounds=1, fates=["speak"], steps=[("stop", 9, 0), ("edit", 0, 1), ("kill", 0, 0)]
)
@given(
    seated=st.integers(1, 6),
    rounds=st.integers(1, 5),
    fates=st.one_of(FATES, BAD_FATES),
    steps=st.lists(STEPS, max_size=7),
)
async def test_a_room_whatever_happens_to_it(
    server: Lives, seated: int, rounds: int, fates: list[str], steps: list[Any]
) -> None:
    model = server.model
    model.script.clear()
    model.script.extend(reply(at, fates[at % len(fates)]) for at in range(MOST_TURNS))
    model.requests.clear()
    here = server.world
    room = await make_room(here, *(f"S{at}" for at in range(seated)), max_rounds=rounds)
    watchers = [Watcher(room.id, accumulated=bool(at % 2)) for at in range(4)]
    story = Story(server, room, watchers)
    watchers[0].come(here.services, here.session)
    watchers[1].come(here.services, here.session)
    await story.start()
    try:
        for change, events, number in steps:
            await story.advance(events)
            await story.step(change, number)
        await story.finish()
        await story.check_turns()
        await story.check_watchers()
        await story.check_requests(0)
    finally:
        await story.leave()
