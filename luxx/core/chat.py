"""One reply: what a chat run does, and how it ends."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

from luxx.core import history, providers
from luxx.core.reply import CANCELLED, INTERRUPTED, Ending, Reply
from luxx.core.services import Services
from luxx.core.speaking import Persona, Setting, Speaker, outcome
from luxx.db import INFRASTRUCTURE, rows_of
from luxx.db.unit import settle
from luxx.errors import Fenced
from luxx.eventlog import events
from luxx.eventlog.writer import RunWriter
from luxx.models import Conversation, Message, MessageStatus, Run, RunStatus, User

logger = logging.getLogger("luxx.chat")

RUN_STATUS = {
    MessageStatus.COMPLETED: RunStatus.COMPLETED,
    MessageStatus.FAILED: RunStatus.FAILED,
    MessageStatus.CANCELLED: RunStatus.CANCELLED,
    MessageStatus.INTERRUPTED: RunStatus.INTERRUPTED,
}


class Chat:
    """The body of a chat run."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._speaker = Speaker(services)

    async def execute(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        found = await rows_of(Message, "SELECT * FROM message WHERE run_id = ?", run.id)
        if not found:
            await _end_run(run, writer, CANCELLED)
            return
        message = found[0]
        reply = Reply(message.id, writer)
        work = asyncio.create_task(self._write(run, message, reply), name=f"reply-{message.id}")
        ended = await outcome(work, stop)
        await settle(_finish(run, writer, reply, ended))

    async def recover(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        """Keep what the dead attempt had made durable; its tools may not be run a second time."""
        del stop
        await self._keep(run, writer, INTERRUPTED)

    async def fail(self, run: Run, writer: RunWriter, error: str) -> None:
        """Keep what viewers have read, or, where that is what fails, end the run without it."""
        ended = Ending(MessageStatus.FAILED, error, "INTERNAL")
        try:
            await self._keep(run, writer, ended)
        except Fenced:
            raise
        except INFRASTRUCTURE:
            raise
        except Exception:
            logger.exception("what run %s had written could not be kept", run.id)
            await _end_run(run, writer, ended)

    async def _keep(self, run: Run, writer: RunWriter, ended: Ending) -> None:
        """End the run with what had been made durable of its reply."""
        message = await Message.get_or_none(run_id=run.id)
        if message is None:
            await _end_run(run, writer, ended)
            return
        reply = await Reply.rebuilt(message.id, writer, self._services.log.replay(run.id))
        await settle(_finish(run, writer, reply, ended))

    async def _write(self, run: Run, message: Message, reply: Reply) -> Ending:
        return await self._speaker.speak(await self._setting(run, message), reply)

    async def _setting(self, run: Run, message: Message) -> Setting:
        (conversation,) = await rows_of(Conversation, _CONVERSATION, message.conversation_id)
        (user,) = await rows_of(User, _USER, run.user_id)
        persona = Persona(
            provider=await providers.usable(run.user_id, conversation.provider_id),
            model=conversation.model,
            system=conversation.system_prompt,
            tools=run.params.get("enabled_tools"),
            temperature=conversation.temperature,
            max_tokens=conversation.max_tokens,
            thinking=run.params["thinking"],
        )
        return await self._speaker.setting(user, persona, partial(history.turns, message))


_CONVERSATION = "SELECT * FROM conversation WHERE id = ?"
_USER = "SELECT * FROM user_account WHERE id = ?"


async def _finish(run: Run, writer: RunWriter, reply: Reply, ended: Ending) -> None:
    """Store the message, end the run and tell the readers, all or nothing."""
    async with writer.commit():
        await Message.filter(id=reply.message_id).update(**reply.row(ended))
        reply.end(ended)
        await _close(run, writer, ended)


async def _end_run(run: Run, writer: RunWriter, ended: Ending) -> None:
    async with writer.commit():
        if message := await Message.get_or_none(run_id=run.id):
            await Message.filter(id=message.id).update(status=ended.status, error=ended.error)
            Reply(message.id, writer).end(ended)
        await _close(run, writer, ended)


async def _close(run: Run, writer: RunWriter, ended: Ending) -> None:
    status = RUN_STATUS[ended.status]
    await Run.filter(id=run.id).update(
        status=status, live_in=None, error=ended.error, finished_at=datetime.now(UTC)
    )
    writer.emit(events.END, status=status)
