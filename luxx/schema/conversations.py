"""Conversations: their settings, their messages, and lists of them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID, UNSET

from luxx import models
from luxx.core import conversations
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.loaders import Window
from luxx.schema.messages import Message, Usage
from luxx.schema.pages import Page, page_of
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.providers import Provider, provider_of


@strawberry.type
class Conversation:
    id: ID
    user_id: int
    project_id: str | None
    provider_id: int | None
    title: str
    model: str
    system_prompt: str
    temperature: float
    max_tokens: int
    thinking_enabled: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: models.Conversation) -> Self:
        return cls(
            id=ID(row.id),
            user_id=row.user_id,
            project_id=row.project_id,
            provider_id=row.provider_id,
            title=row.title,
            model=row.model,
            system_prompt=row.system_prompt,
            temperature=row.temperature,
            max_tokens=row.max_tokens,
            thinking_enabled=row.thinking_enabled,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @field()
    async def provider(self, info: Info) -> Provider | None:
        return await provider_of(info, self.provider_id)

    @field(description="Oldest first; the newest `limit` of those before the message `before`.")
    async def messages(
        self, info: Info, limit: int = 100, before: ID | None = None
    ) -> list[Message]:
        loader = info.context.loaders.in_conversation.windows
        rows = await loader.load(Window(self.id, limit, before))
        return [Message.from_row(row) for row in rows]

    @field()
    async def first_message(self, info: Info) -> str | None:
        return await info.context.loaders.in_conversation.first_texts.load(self.id)

    @field()
    async def message_count(self, info: Info) -> int:
        return await info.context.loaders.in_conversation.counts.load(self.id)

    @field()
    async def usage(self, info: Info) -> Usage:
        used = await info.context.loaders.in_conversation.usages.load(self.id)
        return Usage.of(used.prompt, used.completion, estimated=used.estimated)


@strawberry.input
class CreateConversationInput:
    project_id: str | None = UNSET
    title: str | None = UNSET
    model: str | None = UNSET
    provider_id: int | None = UNSET
    system_prompt: str | None = UNSET
    temperature: float | None = UNSET
    max_tokens: int | None = UNSET
    thinking_enabled: bool | None = UNSET


@strawberry.input
class UpdateConversationInput:
    title: str | None = UNSET
    model: str | None = UNSET
    provider_id: int | None = UNSET
    system_prompt: str | None = UNSET
    temperature: float | None = UNSET
    max_tokens: int | None = UNSET
    thinking_enabled: bool | None = UNSET


@strawberry.type
class ConversationQuery:
    @field(IsAuthenticated)
    async def conversations(
        self, info: Info, project_id: str | None = None, page: int = 1, page_size: int = 20
    ) -> Page[Conversation]:
        user = await info.context.user()
        found = await conversations.page(
            user, project_id=project_id, page=page, page_size=page_size
        )
        return page_of(found, Conversation.from_row)

    @field(IsAuthenticated)
    async def conversation(self, info: Info, id: ID) -> Conversation:
        return Conversation.from_row(await conversations.get(await info.context.user(), id))


@strawberry.type
class ConversationMutation:
    @mutation(IsAuthenticated)
    async def create_conversation(self, info: Info, input: CreateConversationInput) -> Conversation:
        row = await conversations.create(await info.context.user(), given(input))
        return Conversation.from_row(row)

    @mutation(IsAuthenticated)
    async def update_conversation(
        self, info: Info, id: ID, input: UpdateConversationInput
    ) -> Conversation:
        row = await conversations.update(await info.context.user(), id, given(input))
        return Conversation.from_row(row)

    @mutation(IsAuthenticated)
    async def delete_conversation(self, info: Info, id: ID) -> bool:
        await conversations.delete(info.context.services, await info.context.user(), id)
        return True
