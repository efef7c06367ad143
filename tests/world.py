"""A whole server without a socket, and the scripted model it talks to over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from support import serve

from luxx.config import Settings
from luxx.core import conversations, messages, providers
from luxx.core.assembly import make_services, running
from luxx.core.follow import ReplyEnded, StepUpdate, follow
from luxx.core.messages import Exchange
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.llm.demo import ScriptedModel
from luxx.models import Conversation, Message, PermissionLevel, Provider, Role, User
from luxx.sandbox.egress import Egress

WAIT = 10.0


@dataclass
class World:
    """What most tests of the domain begin with."""

    services: Services
    model: ScriptedModel
    user: User
    provider: Provider
    conversation: Conversation

    @property
    def session(self) -> Session:
        return Session(self.user, "a-token", datetime.now(UTC) + timedelta(hours=1))

    async def send(self, content: str = "Hello", **options: object) -> Exchange:
        return await messages.send(
            self.services,
            self.user,
            conversation_id=self.conversation.id,
            content=content,
            **options,  # type: ignore[arg-type]
        )

    async def ask(self, content: str = "Hello", **options: object) -> Message:
        """Send, and return the reply when it has ended, however it did."""
        exchange = await self.send(content, **options)
        async with asyncio.timeout(WAIT):
            await self.services.runs.wait(str(exchange.assistant_message.run_id))
        return await Message.get(id=exchange.assistant_message.id)

    async def events(
        self, message_id: str, after: int | None = None, *, accumulated: bool = False
    ) -> list[StepUpdate | ReplyEnded]:
        cursor = None if after is None else str(after)
        async with asyncio.timeout(WAIT):
            return [
                event
                async for event in await follow(
                    self.services, self.session, message_id, cursor, accumulated=accumulated
                )
            ]


async def make_user(name: str, **columns: Any) -> User:
    defaults: dict[str, Any] = {
        "username": name,
        "username_key": name,
        "email": f"{name}@example.com",
        "password_hash": "none",
        "role": Role.ADMIN,
        "permission_level": PermissionLevel.WRITE,
    }
    return await User.create(**defaults | columns)


async def make_provider(services: Services, user: User, url: str, **fields: object) -> Provider:
    defaults: dict[str, object] = {
        "name": "Scripted",
        "provider_type": "openai",
        "base_url": f"{url}/v1",
        "api_key": "key",
        "default_model": "luxx-demo",
    }
    return await providers.create(services, user, defaults | fields)


@asynccontextmanager
async def world(settings: Settings, *, wire: str = "openai") -> AsyncIterator[World]:
    """A user with a provider and a conversation, over the open test database."""
    egress = Egress(())
    services = make_services(settings, egress)
    model = ScriptedModel()
    async with serve(model) as url, running(services):
        user = await make_user("ann")
        provider = await make_provider(services, user, url, provider_type=wire)
        conversation = await conversations.create(user, {})
        yield World(services, model, user, provider, conversation)
    await egress.close()
