"""Messages of conversations: sent, read, cancelled, deleted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from tortoise.exceptions import IntegrityError

from luxx.core import checks, conversations, idempotency, providers, tokens
from luxx.core.holding import holding
from luxx.core.runs import check_more
from luxx.core.services import Services
from luxx.db import rows_of, transaction
from luxx.db.unit import settle
from luxx.errors import BadInput, Conflict, LuxxError, NotFound, Unavailable, Upstream
from luxx.eventlog.events import ENDED
from luxx.models import (
    Conversation,
    Message,
    MessageRole,
    MessageStatus,
    Run,
    RunKind,
    User,
    new_id,
)

MAX_CONTENT = 500_000
TITLE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Exchange:
    user_message: Message
    assistant_message: Message


@dataclass(frozen=True, slots=True)
class Start:
    """What one `send` is asked to do."""

    conversation_id: str
    content: str
    thinking_enabled: bool | None
    enabled_tools: list[str] | None

    def digest(self) -> str:
        return hashlib.sha256(orjson.dumps(self)).hexdigest()


async def send(
    services: Services,
    user: User,
    *,
    conversation_id: str,
    content: str,
    thinking_enabled: bool | None = None,
    enabled_tools: Sequence[str] | None = None,
    idempotency_key: str | None = None,
    wait: bool = False,
) -> Exchange:
    """Store the user's message and start the assistant's; with `wait`, return when it has ended.

    A repeated call with the same `idempotency_key` returns the first one's messages. Raises
    NotFound, BadInput, Conflict while a reply is running or for a key that was used for something
    else; nothing is stored then. With `wait`, Upstream if the reply failed (it is stored).
    """
    tools = None if enabled_tools is None else list(enabled_tools)
    start = Start(conversation_id, content, thinking_enabled, tools)
    if not content.strip():
        raise BadInput("content must not be empty", field="content")
    checks.text("content", content, MAX_CONTENT)
    services.toolbox.offered(user, tools)
    with checks.naming("conversation_id"):
        conversation = await conversations.get(user, conversation_id)
    exchange = await _first(user, idempotency_key, start)
    if exchange is None:
        await providers.usable(user.id, conversation.provider_id)
        # Whole, whoever leaves: a run that is stored and not submitted would never end.
        exchange = await settle(_start(services, user, conversation, start, idempotency_key))
    if wait:
        exchange = await _ended(services, exchange)
    return exchange


async def _start(
    services: Services, user: User, conversation: Conversation, start: Start, key: str | None
) -> Exchange:
    try:
        async with holding(user):
            await check_more(user, services.settings.max_runs)
            exchange = await _store(user, conversation, start)
            run_id = str(exchange.assistant_message.run_id)
            await idempotency.remember(user, key, start.digest(), run_id)
    except IntegrityError as error:
        await conversations.get(user, conversation.id)  # it may have been deleted
        # Two starts at once: the same key means the same start, else one of them is too many.
        first = await _first(user, key, start)
        if first is None:
            raise Conflict("A reply is already running in this conversation") from error
        return first
    await services.runs.submit(str(exchange.assistant_message.run_id))
    return exchange


async def _store(user: User, conversation: Conversation, start: Start) -> Exchange:
    thinking = start.thinking_enabled
    asked_id = new_id("msg")
    run = await Run.create(
        id=new_id("run"),
        kind=RunKind.CHAT,
        user_id=user.id,
        conversation_id=conversation.id,
        live_in=conversation.id,
        params={
            "thinking": conversation.thinking_enabled if thinking is None else thinking,
            "enabled_tools": start.enabled_tools,
            "asked": asked_id,
        },
    )
    asked = await Message.create(
        id=asked_id,
        conversation_id=conversation.id,
        role=MessageRole.USER,
        content=start.content,
        token_count=tokens.estimate(start.content),
    )
    answer = await Message.create(
        id=new_id("msg"),
        conversation_id=conversation.id,
        run_id=run.id,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.RUNNING,
    )
    row = Conversation.filter(id=conversation.id)
    if conversation.untitled:
        # Not the row that was read before: somebody may have given it a title meanwhile.
        title = " ".join(start.content.split())[:TITLE_LENGTH].rstrip()
        await row.filter(untitled=True).update(title=title, untitled=False)
    await row.update(updated_at=datetime.now(UTC))
    return Exchange(asked, answer)


async def _first(user: User, key: str | None, start: Start) -> Exchange | None:
    """The messages of the earlier start with the same key."""
    run_id = await idempotency.run_of(user, key, start.digest())
    if run_id is None:
        return None
    run = await Run.get_or_none(id=run_id)  # it goes with its reply, perhaps just now
    answer = await Message.get_or_none(run_id=run_id)
    asked = await Message.get_or_none(id=run.params.get("asked", "")) if run else None
    if answer is None or asked is None:
        raise Conflict("The messages of this idempotency key have been deleted")
    return Exchange(asked, answer)


async def _ended(services: Services, exchange: Exchange) -> Exchange:
    answer = exchange.assistant_message
    # Of one whose events are no longer kept, found again by its key: what nearly always fails.
    code: str = Upstream.code
    async for event in services.log.read(str(answer.run_id)):
        code = event.data["code"] if event.type == ENDED else code
    found = await Message.get_or_none(id=answer.id)
    if found is None:
        raise NotFound("The reply was deleted")
    if found.status is MessageStatus.FAILED:
        raise _FAILURES.get(code, LuxxError)(found.error)
    return Exchange(exchange.user_message, found)


_FAILURES: dict[str, type[LuxxError]] = {
    failure.code: failure for failure in (BadInput, Conflict, NotFound, Unavailable, Upstream)
}


async def get(user: User, message_id: str) -> Message:
    """Raises NotFound, for someone else's as well."""
    found: list[Message] = []
    if checks.is_id(message_id):
        found = await rows_of(Message, _MESSAGE, message_id, user.id, user.id)
    if not found:
        raise NotFound(f"There is no message {message_id[: checks.MAX_ID]!r}")
    return found[0]


_MESSAGE = """
    SELECT message.* FROM message
    LEFT JOIN conversation ON conversation.id = message.conversation_id
    LEFT JOIN room ON room.id = message.room_id
    WHERE message.id = ? AND (conversation.user_id = ? OR room.user_id = ?)
"""


async def get_reply(user: User, message_id: str) -> Message:
    """One of a conversation. Raises NotFound, and BadInput where it belongs to a room."""
    message = await get(user, message_id)
    if message.room_id is not None:
        raise BadInput("This message belongs to a room: use the room's own calls", field="id")
    return message


async def cancel(services: Services, user: User, message_id: str) -> Message:
    """End a running reply where it is; one that has ended is returned as it is."""
    message = await get_reply(user, message_id)
    if message.status is not MessageStatus.RUNNING or message.run_id is None:
        return message
    await services.runs.stop(message.run_id)
    return await get(user, message_id)


async def delete(services: Services, user: User, message_id: str) -> None:
    """Delete one message; a running reply is stopped first."""
    message = await cancel(services, user, message_id)
    async with transaction():
        if message.run_id is not None:  # first, as in a reply's last commit: no deadlock
            await Run.filter(id=message.run_id).delete()
        await Message.filter(id=message.id).delete()
    if message.run_id is not None:
        services.log.recheck(message.run_id)
