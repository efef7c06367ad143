"""Rooms of the domain's tests: discussed, watched, and served by processes that can be killed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from support import serve
from world import WAIT, World, make_provider, make_user

from luxx.config import Settings
from luxx.core import room_control, rooms
from luxx.core.assembly import make_services, running
from luxx.core.follow import StepUpdate
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.core.watching import Chunk, Ended, Update, watch
from luxx.errors import Unavailable
from luxx.eventlog import events
from luxx.llm.demo import ScriptedModel
from luxx.models import LIVE, Conversation, Message, Process, Room, Run, Seat, User
from luxx.sandbox.egress import Egress

TASK = "Plan a picnic"
#: A cursor before all events of a room, of all its runs.
FIRST = "1"


async def make_room(here: World, *seats: Any, **fields: Any) -> Room:
    """Each seat is a name, or its fields."""
    seated = [{"name": seat, "role": "guest"} if isinstance(seat, str) else seat for seat in seats]
    usual: dict[str, Any] = {"title": "Picnic", "task": TASK, "max_rounds": 1, "agents": seated}
    return await rooms.create(here.services, here.user, usual | fields)


async def start(here: World, room: Room) -> None:
    await room_control.start(here.services, here.user, room.id)


async def over(here: World, room: Room) -> Room:
    """The room when nothing runs in it."""
    async with asyncio.timeout(WAIT):
        for run in await Run.filter(room_id=room.id, status__in=LIVE):
            await here.services.runs.wait(run.id)
    return await Room.get(id=room.id)


async def discuss(here: World, room: Room) -> Room:
    """Start it; the room when it has ended."""
    await start(here, room)
    return await over(here, room)


async def stop(here: World, room: Room) -> Room:
    return await room_control.stop(here.services, here.user, room.id)


async def messages_of(room: Room) -> list[Message]:
    """What was said; without the task."""
    return await Message.filter(room_id=room.id, round_number__gt=0).order_by("seq")


async def said(room: Room) -> list[tuple[str | None, int | None, str, str]]:
    return [
        (message.sender_name, message.round_number, message.status, message.content)
        for message in await messages_of(room)
    ]


async def seats_of(room: Room) -> list[Seat]:
    return await Seat.filter(room_id=room.id).order_by("turn_order")


async def seen_by(
    here: World, room: Room, after: str | None = None, *, accumulated: bool = False
) -> list[Update]:
    """What a watcher sees until the stream ends."""
    watcher = Watcher(room.id, accumulated=accumulated, cursor=after)
    await watcher.to_the_end(here.services, here.session)
    return watcher.seen


def cursor_of(update: Update) -> int:
    return update.id if isinstance(update, events.Event) else update.cursor


def kind(update: Update) -> str:
    match update:
        case events.Event():
            return update.type
        case StepUpdate():
            return str(update.step["type"])
        case _:
            return type(update).__name__


def kinds(updates: Sequence[Update]) -> list[str]:
    """The kinds of events, chunks of one message once."""
    found: list[str] = []
    for update in updates:
        if not (isinstance(update, Chunk) and found and found[-1] == "Chunk"):
            found.append(kind(update))
    return found


def texts(updates: Sequence[Update]) -> dict[str, str]:
    """By message, what its chunks join to."""
    joined: defaultdict[str, str] = defaultdict(str)
    for update in updates:
        if isinstance(update, Chunk):
            joined[update.message_id] += update.delta
        elif isinstance(update, Ended):
            joined[update.message.id] += ""
    return dict(joined)


@dataclass
class Watcher:
    """Somebody who watches a room, leaves, and comes back with the last cursor."""

    room_id: str
    accumulated: bool
    cursor: str | None = None
    seen: list[Update] = field(default_factory=list)
    #: That the server is stopping: the one error that a watcher is told of.
    told: Unavailable | None = None
    _task: "asyncio.Task[None] | None" = None

    @property
    def watching(self) -> bool:
        return self._task is not None and not self._task.done()

    def come(self, services: Services, session: Session) -> None:
        """Begin to watch, unless that is going on."""
        if not self.watching:
            self._task = asyncio.create_task(self._watch(services, session))

    async def leave(self) -> None:
        """Close the connection, wherever the stream is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()

    async def to_the_end(self, services: Services, session: Session) -> None:
        self.come(services, session)
        assert self._task is not None
        async with asyncio.timeout(WAIT):
            await self._task

    async def _watch(self, services: Services, session: Session) -> None:
        updates = await watch(
            services, session, self.room_id, self.cursor, accumulated=self.accumulated
        )
        try:
            async for update in updates:
                self.seen.append(update)
                self.cursor = str(cursor_of(update))
        except Unavailable as error:
            self.told = error
        finally:
            await updates.aclose()

    def check(self) -> None:
        """Each cursor once and increasing, and accumulated text is all deltas so far."""
        cursors = [cursor_of(update) for update in self.seen]
        assert cursors == sorted(set(cursors))
        joined: defaultdict[str, str] = defaultdict(str)
        for update in self.seen:
            if isinstance(update, Chunk):
                joined[update.message_id] += update.delta
                assert update.accumulated == (joined[update.message_id] if self.accumulated else "")
            elif isinstance(update, Ended):
                assert update.message.content == joined[update.message.id]


@dataclass
class Lives:
    """A server over one database and one model, killed and started again within this process.

    A killed one is abandoned as it is: what it would still write is refused, since the next one has
    claimed its runs.
    """

    settings: Settings
    model: ScriptedModel
    world: World
    _stack: AsyncExitStack

    async def kill(self) -> None:
        """Die without a word; the next life begins."""
        abandoned = self._stack
        await Process.all().delete()  # as the others do with one that no longer beats
        await self._begin()
        await self._claimed()
        await abandoned.aclose()

    async def restart(self) -> None:
        """Stop as asked; the next life begins."""
        await self._stack.aclose()
        await self._begin()

    async def close(self) -> None:
        await self._stack.aclose()

    async def _begin(self) -> None:
        self._attempts = dict(await Run.filter(status__in=LIVE).values_list("id", "attempt"))
        self._stack, self.world.services = await _served(self.settings)

    async def _claimed(self) -> None:
        async with asyncio.timeout(WAIT):
            for run_id, attempt in self._attempts.items():
                dead = Run.filter(id=run_id, status__in=LIVE, attempt=attempt)
                while await dead.exists():
                    await asyncio.sleep(0.001)


async def _served(settings: Settings) -> tuple[AsyncExitStack, Services]:
    egress = Egress(())
    services = make_services(settings, egress)
    stack = AsyncExitStack()
    stack.push_async_callback(egress.close)
    await stack.enter_async_context(running(services))
    return stack, services


@asynccontextmanager
async def lives(settings: Settings) -> AsyncIterator[Lives]:
    """Over the open test database; its `world` is always that of the life under way."""
    model = ScriptedModel()
    async with serve(model) as url:
        stack, services = await _served(settings)
        user: User = await make_user("ann")
        provider = await make_provider(services, user, url)
        made = Lives(settings, model, World(services, model, user, provider, Conversation()), stack)
        try:
            yield made
        finally:
            await made.close()
