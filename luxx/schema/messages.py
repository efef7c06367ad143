"""Messages: what was said, what became of it, and saying something."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from luxx import models
from luxx.core import messages
from luxx.models import MessageRole, MessageStatus
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.steps import Step, to_step


@strawberry.type(description="`estimated` where the provider sent no usage.")
class Usage:
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    estimated: bool

    @classmethod
    def of(cls, prompt: int, completion: int, *, estimated: bool) -> Self:
        return cls(
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=prompt + completion,
            estimated=estimated,
        )

    @classmethod
    def from_row(cls, row: models.Message) -> Self | None:
        if row.prompt_tokens is None or row.completion_tokens is None:
            return None
        return cls.of(row.prompt_tokens, row.completion_tokens, estimated=row.usage_estimated)


@strawberry.type(description="One message of a conversation or of a room.")
class Message:
    id: ID
    conversation_id: ID | None
    room_id: ID | None
    role: MessageRole
    status: MessageStatus
    content: str = strawberry.field(description="The text steps, joined.")
    text: str
    attachments: list[JSON]
    token_count: int
    usage: Usage | None
    error: str | None
    sender_name: str | None = strawberry.field(
        description="Rooms only: who spoke, in which round (0 is the task itself)."
    )
    sender_color: str | None
    round_number: int | None
    created_at: datetime
    stored_steps: strawberry.Private[Sequence[dict[str, Any]]]

    @classmethod
    def from_row(cls, row: models.Message) -> Self:
        return cls(
            id=ID(row.id),
            conversation_id=None if row.conversation_id is None else ID(row.conversation_id),
            room_id=None if row.room_id is None else ID(row.room_id),
            role=row.role,
            status=row.status,
            content=row.content,
            text=row.content,
            attachments=[],
            token_count=row.token_count,
            usage=Usage.from_row(row),
            error=row.error,
            sender_name=row.sender_name,
            sender_color=row.sender_color,
            round_number=row.round_number,
            created_at=row.created_at,
            stored_steps=row.steps,
        )

    @field()
    def process_steps(self) -> list[Step]:
        return [to_step(step) for step in self.stored_steps]


@strawberry.type
class Exchange:
    user_message: Message
    assistant_message: Message


@strawberry.input
class SendMessageInput:
    conversation_id: ID
    content: str
    thinking_enabled: bool | None = UNSET
    enabled_tools: list[str] | None = UNSET


@strawberry.type
class MessageQuery:
    @field(IsAuthenticated)
    async def message(self, info: Info, id: ID) -> Message:
        return Message.from_row(await messages.get(await info.context.user(), id))


@strawberry.type
class MessageMutation:
    @mutation(
        IsAuthenticated,
        description="Stores the user's message and starts the assistant's; `wait` returns when "
        "that has ended. Follow it with messageEvents.",
    )
    async def send_message(
        self,
        info: Info,
        input: SendMessageInput,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Exchange:
        context = info.context
        sent = await messages.send(
            context.services,
            await context.user(),
            **given(input),
            idempotency_key=idempotency_key,
            wait=wait,
        )
        return Exchange(
            user_message=Message.from_row(sent.user_message),
            assistant_message=Message.from_row(sent.assistant_message),
        )

    @mutation(
        IsAuthenticated,
        description="Ends a running message where it is; what was written stays.",
    )
    async def cancel_message(self, info: Info, id: ID) -> Message:
        context = info.context
        return Message.from_row(await messages.cancel(context.services, await context.user(), id))

    @mutation(IsAuthenticated)
    async def delete_message(self, info: Info, id: ID) -> bool:
        await messages.delete(info.context.services, await info.context.user(), id)
        return True
