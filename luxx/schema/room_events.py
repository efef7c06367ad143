"""Watching a room while its agents discuss."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import ID

from luxx.core.follow import StepUpdate
from luxx.core.watching import Chunk, Ended, Stored, Update, watch
from luxx.eventlog import events
from luxx.models import MessageRole, MessageStatus
from luxx.schema.context import Info
from luxx.schema.events import Event, StepUpdated, asked_for, to_event
from luxx.schema.fields import subscription
from luxx.schema.messages import Message
from luxx.schema.permissions import IsAuthenticated


@strawberry.type
class RoomStarted(Event):
    room_id: ID
    task: str


@strawberry.type
class RoundStarted(Event):
    round: int
    max_rounds: int


@strawberry.type
class MessageStarted(Event):
    message_id: ID
    room_id: ID
    role: MessageRole
    sender_name: str
    sender_color: str
    round_number: int


@strawberry.type
class MessageChunk(Event):
    message_id: ID
    delta: str
    accumulated: str


@strawberry.type(description="`status` says whether it is whole; what was said is kept either way.")
class MessageEnded(Event):
    message_id: ID
    content: str
    token_count: int
    status: MessageStatus


@strawberry.type
class MessageStored(Event):
    message: Message


@strawberry.type
class RoundEnded(Event):
    round: int


@strawberry.type
class RoomCompleted(Event):
    room_id: ID
    total_rounds: int


@strawberry.type
class RoomPaused(Event):
    room_id: ID
    round: int


@strawberry.type
class AgentFailed(Event):
    agent: str
    error: str


@strawberry.type
class RoomFailed(Event):
    content: str


RoomEvent: TypeAlias = Annotated[
    RoomStarted
    | RoundStarted
    | MessageStarted
    | MessageChunk
    | StepUpdated
    | MessageEnded
    | MessageStored
    | RoundEnded
    | RoomCompleted
    | RoomPaused
    | AgentFailed
    | RoomFailed,
    strawberry.union("RoomEvent"),
]

_SHOWN: Mapping[str, Callable[[ID, ID, dict[str, Any]], Event]] = {
    events.ROOM_STARTED: lambda cursor, room_id, data: RoomStarted(
        cursor=cursor, room_id=room_id, task=data["task"]
    ),
    events.ROUND_STARTED: lambda cursor, _, data: RoundStarted(
        cursor=cursor, round=data["round"], max_rounds=data["max_rounds"]
    ),
    events.MESSAGE_STARTED: lambda cursor, room_id, data: MessageStarted(
        cursor=cursor,
        message_id=ID(data["m"]),
        room_id=room_id,
        role=MessageRole.ASSISTANT,
        sender_name=data["name"],
        sender_color=data["color"],
        round_number=data["round"],
    ),
    events.AGENT_FAILED: lambda cursor, _, data: AgentFailed(
        cursor=cursor, agent=data["agent"], error=data["error"]
    ),
    events.ROUND_ENDED: lambda cursor, _, data: RoundEnded(cursor=cursor, round=data["round"]),
    events.ROOM_COMPLETED: lambda cursor, room_id, data: RoomCompleted(
        cursor=cursor, room_id=room_id, total_rounds=data["rounds"]
    ),
    events.ROOM_PAUSED: lambda cursor, room_id, data: RoomPaused(
        cursor=cursor, room_id=room_id, round=data["round"]
    ),
    events.ROOM_FAILED: lambda cursor, _, data: RoomFailed(cursor=cursor, content=data["error"]),
}


def to_room_event(room_id: ID, update: Update) -> Event:
    if isinstance(update, StepUpdate):
        return to_event(update)
    cursor = ID(str(update.cursor if not isinstance(update, events.Event) else update.id))
    match update:
        case Chunk():
            return MessageChunk(
                cursor=cursor,
                message_id=ID(update.message_id),
                delta=update.delta,
                accumulated=update.accumulated,
            )
        case Ended():
            return MessageEnded(
                cursor=cursor,
                message_id=ID(update.message.id),
                content=update.message.content,
                token_count=update.message.token_count,
                status=update.message.status,
            )
        case Stored():
            return MessageStored(cursor=cursor, message=Message.from_row(update.message))
        case events.Event():
            return _SHOWN[update.type](cursor, room_id, update.data)


@strawberry.type
class RoomEventSubscription:
    @subscription(
        IsAuthenticated,
        description="The events of a room's run: those so far, or those after the cursor, then "
        "live until the run ends. A room that has not started is waited for.",
    )
    async def room_events(
        self, info: Info, room_id: ID, after: ID | None = None
    ) -> AsyncIterator[RoomEvent]:
        """Not a generator itself: what is wrong with the request is said before the stream."""
        context = info.context
        updates = await watch(
            context.services,
            await context.session(),
            room_id,
            after,
            accumulated=asked_for(info, "accumulated") or asked_for(info, "step", "content"),
        )
        return _events(room_id, updates)


async def _events(room_id: ID, updates: AsyncGenerator[Update]) -> AsyncIterator[Any]:
    async with aclosing(updates):
        async for update in updates:
            yield to_room_event(room_id, update)
