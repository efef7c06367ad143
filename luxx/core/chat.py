"""One reply: the model is asked, its tools are run, it is asked again, until it has answered."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import orjson

from luxx.core import history, providers, tokens
from luxx.core.reply import Reply
from luxx.core.services import Services
from luxx.core.toolbox import Outcome
from luxx.core.transcript import Transcript
from luxx.db import INFRASTRUCTURE, rows_of
from luxx.db.unit import settle
from luxx.errors import LuxxError, Upstream
from luxx.eventlog import events
from luxx.eventlog.writer import RunWriter
from luxx.llm.base import (
    End,
    Endpoint,
    ModelRequest,
    Progress,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from luxx.llm.profiles import context_window
from luxx.models import Conversation, Message, MessageStatus, Run, RunStatus, User

logger = logging.getLogger("luxx.chat")

#: The same call so often in a row leads nowhere.
MAX_REPEATS = 3

RUN_STATUS = {
    MessageStatus.COMPLETED: RunStatus.COMPLETED,
    MessageStatus.FAILED: RunStatus.FAILED,
    MessageStatus.CANCELLED: RunStatus.CANCELLED,
    MessageStatus.INTERRUPTED: RunStatus.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended; `code` is that of the error, as clients see it."""

    status: MessageStatus
    error: str | None = None
    code: str | None = None


CANCELLED = Ending(MessageStatus.CANCELLED, "The reply was cancelled", "CANCELLED")
INTERRUPTED = Ending(MessageStatus.INTERRUPTED, "The server stopped in mid-reply", "INTERRUPTED")


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change from one model call of a reply to the next."""

    user_id: int
    endpoint: Endpoint
    tools: frozenset[str]
    request: ModelRequest


class Chat:
    """The body of a chat run."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def execute(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        found = await rows_of(Message, "SELECT * FROM message WHERE run_id = ?", run.id)
        if not found:
            await _end_run(run, writer, CANCELLED)
            return
        message = found[0]
        reply = Reply(message.id, writer)
        work = asyncio.create_task(self._write(run, message, reply), name=f"reply-{message.id}")
        ended = await _outcome(work, stop)
        await settle(_finish(run, writer, reply, ended))

    async def recover(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        """Keep what the dead attempt had made durable; its tools may not be run a second time."""
        del stop
        message = await Message.get_or_none(run_id=run.id)
        if message is None:
            await _end_run(run, writer, INTERRUPTED)
            return
        reply = Reply(message.id, writer)
        async for event in self._services.log.replay(run.id):
            reply.transcript.apply(event)
        reply.usage = replace(reply.usage, completion=_size(reply.transcript), estimated=True)
        await settle(_finish(run, writer, reply, INTERRUPTED))

    async def fail(self, run: Run, writer: RunWriter, error: str) -> None:
        await _end_run(run, writer, Ending(MessageStatus.FAILED, error, "INTERNAL"))

    async def _write(self, run: Run, message: Message, reply: Reply) -> Ending:
        setting = await self._setting(run, message)
        rounds = self._services.settings.max_tool_rounds
        repeats = Repeats()
        for number in range(rounds + 1):
            is_last = number == rounds or repeats.exceeded
            turns = [
                *setting.request.turns,
                *history.reply_turns(reply.transcript.steps(), reply.calls),
            ]
            request = replace(
                setting.request, turns=turns, tool_choice="none" if is_last else "auto"
            )
            end, calls = await self._ask(setting.endpoint, request, reply)
            if not calls and end.finish != "pause":
                break
            repeats.count(calls)
            await self._run_tools(setting, calls, reply, repeats)
        return _completed(reply, end, setting.request.max_tokens)

    async def _setting(self, run: Run, message: Message) -> Setting:
        (conversation,) = await rows_of(Conversation, _CONVERSATION, message.conversation_id)
        (user,) = await rows_of(User, _USER, run.user_id)
        provider = await providers.usable(conversation.provider_id)
        services = self._services
        tools = services.toolbox.offered(user, run.params.get("enabled_tools"))
        specs = tuple(ToolSpec(tool.name, tool.description, tool.parameters) for tool in tools)
        model = conversation.model or provider.default_model
        max_tokens = min(conversation.max_tokens, provider.max_tokens)
        room = (
            context_window(model, services.settings.default_context)
            - max_tokens
            - tokens.estimate(conversation.system_prompt)
            - tokens.estimate(orjson.dumps([tool.parameters for tool in tools]).decode())
        )
        request = ModelRequest(
            model=model,
            system=conversation.system_prompt,
            turns=await history.turns(message, room),
            tools=specs,
            temperature=conversation.temperature,
            max_tokens=max_tokens,
            thinking=run.params["thinking"],
        )
        endpoint = providers.endpoint(services, provider, user)
        return Setting(user.id, endpoint, frozenset(tool.name for tool in tools), request)

    async def _ask(
        self, endpoint: Endpoint, request: ModelRequest, reply: Reply
    ) -> tuple[End, list[ToolCall]]:
        """One model call. Calls that were not asked for are left out."""
        calls: list[ToolCall] = []
        end: End | None = None
        reply.begin_call(request)
        try:
            async with contextlib.aclosing(
                self._services.models.stream(endpoint, request, reply.writer.rest)
            ) as batches:
                async for batch in batches:
                    for delta in batch:
                        match delta:
                            case TextDelta() | ThinkingDelta():
                                reply.write(delta)
                            case ToolCall() if request.tool_choice == "auto":
                                reply.call(delta)
                                calls.append(delta)
                            case End():
                                end = delta
                            case Progress() | ToolCall():
                                pass
        finally:
            reply.end_call(endpoint, request, end)
        if end is None:
            raise Upstream("The provider ended the stream without saying why")
        return end, calls

    async def _run_tools(
        self, setting: Setting, calls: Sequence[ToolCall], reply: Reply, repeats: "Repeats"
    ) -> None:
        """Side by side, reported in order. The calls are durable before the first one runs."""
        await reply.writer.flush()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run_tool(setting, call, repeats)) for call in calls]
            for call, task in zip(calls, tasks, strict=True):
                reply.result(call, await task)

    async def _run_tool(self, setting: Setting, call: ToolCall, repeats: "Repeats") -> Outcome:
        if call.truncated:
            return Outcome("The arguments were cut off at the token limit: nothing was run", False)
        if repeats.exceeded:
            return Outcome(f"This call was made {MAX_REPEATS} times in a row: not run again", False)
        return await self._services.toolbox.call(
            setting.user_id, call.name, call.arguments, enabled=setting.tools
        )


_CONVERSATION = "SELECT * FROM conversation WHERE id = ?"
_USER = "SELECT * FROM user_account WHERE id = ?"


class Repeats:
    """Counts how often in a row the same call was made with the same arguments."""

    def __init__(self) -> None:
        self._last: tuple[str, str] | None = None
        self._times = 0

    def count(self, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            key = (call.name, call.arguments)
            self._times = self._times + 1 if key == self._last else 1
            self._last = key

    @property
    def exceeded(self) -> bool:
        return self._times >= MAX_REPEATS


async def _outcome(work: "asyncio.Task[Ending]", stop: asyncio.Event) -> Ending:
    """Wait for the work, a stop, or the end of the process, whichever is first."""
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            return CANCELLED
        return work.result()
    except INFRASTRUCTURE:
        raise
    except asyncio.CancelledError:
        return INTERRUPTED
    except LuxxError as error:
        return Ending(MessageStatus.FAILED, error.message, error.code)
    except Exception:
        logger.exception("a reply failed")
        return Ending(MessageStatus.FAILED, "Internal error", "INTERNAL")
    finally:
        stopped.cancel()
        work.cancel()
        # Before anything is stored, connection and tools are ended, also while the process ends.
        while not work.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({work})


def _completed(reply: Reply, end: End, max_tokens: int) -> Ending:
    if reply.transcript.text():
        return Ending(MessageStatus.COMPLETED)
    if end.finish == "filtered":
        raise Upstream("The provider's content filter withheld the reply")
    if end.finish == "length":
        return Ending(
            MessageStatus.COMPLETED,
            f"The model used all of max_tokens ({max_tokens}) before it wrote any text: raise it",
        )
    return Ending(MessageStatus.COMPLETED)


def _size(transcript: Transcript) -> int:
    return tokens.estimate(transcript.text("thinking")) + tokens.estimate(transcript.text())


async def _finish(run: Run, writer: RunWriter, reply: Reply, ended: Ending) -> None:
    """Store the message, end the run and tell the readers, all or nothing."""
    async with writer.commit():
        await Message.filter(id=reply.message_id).update(**reply.row(ended.status, ended.error))
        _tell(writer, reply.message_id, ended, reply.usage)
        await _close(run, writer, ended)


def _tell(writer: RunWriter, message_id: str, ended: Ending, usage: Usage) -> None:
    writer.emit(
        events.ENDED,
        m=message_id,
        status=ended.status,
        token_count=usage.completion,
        usage=asdict(usage),
        error=ended.error,
        code=ended.code,
    )


async def _end_run(run: Run, writer: RunWriter, ended: Ending) -> None:
    async with writer.commit():
        if message := await Message.get_or_none(run_id=run.id):
            await Message.filter(id=message.id).update(status=ended.status, error=ended.error)
            _tell(writer, message.id, ended, Usage(0, 0))
        await _close(run, writer, ended)


async def _close(run: Run, writer: RunWriter, ended: Ending) -> None:
    status = RUN_STATUS[ended.status]
    await Run.filter(id=run.id).update(
        status=status, live_in=None, error=ended.error, finished_at=datetime.now(UTC)
    )
    writer.emit(events.END, status=status)
