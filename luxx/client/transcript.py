"""What has been said so far: messages, and the events that change them.

`state()` is the same as JSON, and the events are those that the browser's own transcript takes: one
that missed some takes the state and goes on from there.
"""

import threading
from collections.abc import Sequence
from copy import copy
from typing import Any, Literal

import msgspec

from luxx.client.types import (
    AgentFailed,
    Event,
    Message,
    MessageChunk,
    MessageCompleted,
    MessageEnded,
    MessageFailed,
    MessageRole,
    MessageStarted,
    MessageStatus,
    MessageStored,
    RoomCompleted,
    RoomFailed,
    RoomInfo,
    RoomPaused,
    RoomStarted,
    RoomStatus,
    RoundStarted,
    Step,
    StepUpdated,
    TextStep,
    ThinkingStep,
    Tokens,
)

Kind = Literal["conversation", "room"]
_ENDED = {"CANCELLED": MessageStatus.CANCELLED, "INTERRUPTED": MessageStatus.INTERRUPTED}


class Transcript:
    """A conversation's or a room's messages. May be read from any thread while one applies."""

    def __init__(
        self,
        kind: Kind,
        id_: str,
        title: str = "",
        *,
        messages: Sequence[Message] = (),
        room: RoomInfo | None = None,
        model: str = "",
    ) -> None:
        self.kind, self.id, self.title, self.model = kind, id_, title, model
        self.messages = list(messages)
        self.room = room
        self.notice: str | None = None
        self._lock = threading.RLock()

    @property
    def is_running(self) -> bool:
        with self._lock:
            if self.room is not None:
                return self.room.status is RoomStatus.RUNNING
            return any(each.status is MessageStatus.RUNNING for each in self.messages[-1:])

    def replace(self, messages: Sequence[Message], room: RoomInfo | None = None) -> None:
        with self._lock:
            self.messages = list(messages)
            self.room = room or self.room

    def apply(self, event: Event) -> None:
        """Take one event; one that has been taken already changes nothing when all come again."""
        with self._lock:
            if isinstance(event, StepUpdated | MessageChunk):
                self._extend(event)
            elif isinstance(event, MessageStored):
                self._store(event.message)
            elif isinstance(event, MessageStarted):
                self._store(_started(event))
            elif isinstance(event, MessageCompleted | MessageFailed | MessageEnded):
                self._end(event)
            elif self.room is not None:
                _apply_to_room(self.room, event)
            if isinstance(event, RoomFailed):
                self.notice = event.content
            elif isinstance(event, AgentFailed):
                self.notice = f"{event.agent}: {event.error}"

    def state(self) -> dict[str, Any]:
        """As the browser takes it."""
        with self._lock:
            state = {
                "kind": self.kind,
                "id": self.id,
                "title": self.title,
                "model": self.model,
                "messages": msgspec.to_builtins(self.messages),
                "notice": self.notice,
            }
            if self.room is not None:
                state["room"] = msgspec.to_builtins(self.room)
            return state

    def frozen(self) -> list[Message]:
        """The messages as of now, which no event changes any more."""
        with self._lock:
            return [_copy(message) for message in self.messages]

    def _find(self, message_id: str) -> Message | None:
        for message in reversed(self.messages):
            if message.id == message_id:
                return message
        return None

    def _store(self, message: Message) -> None:
        message = _copy(message)  # an event is told to several transcripts
        for at, known in enumerate(self.messages):
            if known.id == message.id:
                if not message.steps and message.status is not MessageStatus.RUNNING:
                    # What an event stores comes without its steps: they were told one by one.
                    message.steps = known.steps
                self.messages[at] = message
                return
        self.messages.append(message)

    def _extend(self, event: StepUpdated | MessageChunk) -> None:
        if isinstance(event, StepUpdated):
            message = self._find(event.message_id)
            if message is not None:
                _take(message, event.step, event.delta)
        elif message := self._find(event.id):
            message.content += event.content
            if not message.steps or not isinstance(message.steps[-1], TextStep):
                message.steps.append(TextStep(id="", index=len(message.steps)))
            message.steps[-1].content += event.content  # type: ignore[union-attr]

    def _end(self, event: MessageCompleted | MessageFailed | MessageEnded) -> None:
        id_ = event.id if isinstance(event, MessageEnded) else event.message_id
        message = self._find(id_)
        if message is None:
            return
        if isinstance(event, MessageFailed):
            message.status = _ENDED.get(event.code, MessageStatus.FAILED)
            message.error = event.content
            return
        message.token_count = event.token_count
        if isinstance(event, MessageEnded):
            message.status, message.content = event.status, event.content
        else:
            message.status, message.usage = MessageStatus.COMPLETED, event.usage


def _started(event: MessageStarted) -> Message:
    return Message(
        id=event.id,
        role=event.role,
        status=MessageStatus.RUNNING,
        sender_name=event.sender_name,
        sender_color=event.sender_color,
        round_number=event.round_number,
    )


def _copy(message: Message) -> Message:
    return msgspec.structs.replace(message, steps=[copy(step) for step in message.steps])


def _take(message: Message, step: Step, delta: str) -> None:
    """Continue the step at its place, or begin it there."""
    for at, known in enumerate(message.steps):
        if known.index == step.index:
            if isinstance(known, TextStep | ThinkingStep):
                known.content += delta
            else:
                message.steps[at] = step
            break
    else:
        begun = copy(step)
        if isinstance(begun, TextStep | ThinkingStep):
            begun.content += delta
        message.steps.append(begun)
    if isinstance(step, TextStep):
        message.content += delta


def _apply_to_room(room: RoomInfo, event: Event) -> None:
    if isinstance(event, RoomStarted):
        room.status = RoomStatus.RUNNING
    elif isinstance(event, RoundStarted):
        room.status = RoomStatus.RUNNING
        room.current_round, room.max_rounds = event.round, event.max_rounds
    elif isinstance(event, RoomCompleted):
        room.status = RoomStatus.COMPLETED
    elif isinstance(event, RoomPaused):
        room.status = RoomStatus.PAUSED
    elif isinstance(event, RoomFailed):
        room.status = RoomStatus.ERROR


def blank(message: Message) -> Message:
    """The reply as it was before its first event, to take all of them again."""
    return Message(
        id=message.id,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.RUNNING,
        created_at=message.created_at,
    )


def total(messages: Sequence[Message]) -> Tokens:
    """The tokens of all of them together."""
    return sum((each.usage for each in messages if each.usage), Tokens())
