"""One message being written: a model is asked, its tools are run, it is asked again.

It serves a reply in a conversation and a seat's turn in a room alike.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import orjson

from luxx.core import history, providers, tokens
from luxx.core.reply import CANCELLED, INTERRUPTED, Ending, Reply
from luxx.core.services import Services
from luxx.core.toolbox import Outcome
from luxx.db import INFRASTRUCTURE
from luxx.errors import LuxxError, Upstream
from luxx.llm.base import (
    End,
    Endpoint,
    ModelRequest,
    Progress,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolSpec,
    Turn,
)
from luxx.llm.profiles import context_window
from luxx.models import MessageStatus, Provider, User

logger = logging.getLogger("luxx.speaking")

#: The same call so often in a row leads nowhere.
MAX_REPEATS = 3
#: Characters of results in one message, after which the tools of the next answers are not run: they
#: go back to the model, and are stored in one row.
MAX_HEARD = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who is to speak: where, as whom, and with which of the tools (None: all)."""

    provider: Provider
    #: Empty: the provider's default.
    model: str
    system: str
    tools: Sequence[str] | None
    temperature: float = 0.7
    max_tokens: int = 2000
    thinking: bool = False


#: Gives the turns that fit into so many tokens.
Hear = Callable[[int], Awaitable[list[Turn]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change from one model call of a message to the next."""

    user_id: int
    endpoint: Endpoint
    tools: frozenset[str]
    request: ModelRequest


class Speaker:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def setting(self, user: User, persona: Persona, hear: Hear) -> Setting:
        """What the model is asked with. Raises Conflict for a key that cannot be read."""
        services, provider = self._services, persona.provider
        tools = services.toolbox.offered(user, persona.tools)
        model = persona.model or provider.default_model
        max_tokens = min(persona.max_tokens, provider.max_tokens)
        room = (
            context_window(model, services.settings.default_context)
            - max_tokens
            - tokens.estimate(persona.system)
            - tokens.estimate(orjson.dumps([tool.parameters for tool in tools]).decode())
        )
        request = ModelRequest(
            model=model,
            system=persona.system,
            turns=await hear(room),
            tools=tuple(ToolSpec(each.name, each.description, each.parameters) for each in tools),
            temperature=persona.temperature,
            max_tokens=max_tokens,
            thinking=persona.thinking,
        )
        endpoint = providers.endpoint(services, provider, user)
        return Setting(user.id, endpoint, frozenset(tool.name for tool in tools), request)

    async def speak(self, setting: Setting, reply: Reply) -> Ending:
        """Ask, run the tools that are called, ask again, until there is an answer.

        Raises LuxxError for what fails; what was said until then is in `reply`.
        """
        try:
            return await self._converse(setting, reply)
        finally:
            self._services.metrics.tokens(reply.usage.prompt, reply.usage.completion)

    async def _converse(self, setting: Setting, reply: Reply) -> Ending:
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
            await self._run_tools(setting, calls, reply, repeats.count(calls))
        return _completed(reply, end, setting.request.max_tokens)

    async def _ask(
        self, endpoint: Endpoint, request: ModelRequest, reply: Reply
    ) -> tuple[End, list[ToolCall]]:
        """One model call. Calls that were not asked for are left out."""
        calls: list[ToolCall] = []
        end: End | None = None
        reply.begin_call(request)
        began, has_begun = time.perf_counter(), False
        try:
            async with contextlib.aclosing(
                self._services.models.stream(endpoint, request, reply.writer.rest)
            ) as batches:
                async for batch in batches:
                    if batch and not has_begun:
                        has_begun = True
                        self._services.metrics.first_token(time.perf_counter() - began)
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
        self, setting: Setting, calls: Sequence[ToolCall], reply: Reply, repeated: Sequence[bool]
    ) -> None:
        """Side by side, reported in order. The calls are durable before the first one runs."""
        await reply.writer.flush()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._run_tool(setting, call, reply, is_repeated))
                for call, is_repeated in zip(calls, repeated, strict=True)
            ]
            for call, task in zip(calls, tasks, strict=True):
                reply.result(call, await task)

    async def _run_tool(
        self, setting: Setting, call: ToolCall, reply: Reply, is_repeated: bool
    ) -> Outcome:
        if call.truncated:
            return Outcome("The arguments were cut off at the token limit: nothing was run", False)
        if is_repeated:
            return Outcome(f"This call was made {MAX_REPEATS} times in a row: not run again", False)
        if reply.heard > MAX_HEARD:
            return Outcome("The tools have said too much already in this message: not run", False)
        return await self._services.toolbox.call(
            setting.user_id, call.name, call.arguments, enabled=setting.tools
        )


class Repeats:
    """Counts how often in a row the same call was made with the same arguments."""

    def __init__(self) -> None:
        self._last: tuple[str, str] | None = None
        self._times = 0

    def count(self, calls: Sequence[ToolCall]) -> list[bool]:
        """Of each call, whether it was made too often by then."""
        return [self._exceeds(call) for call in calls]

    def _exceeds(self, call: ToolCall) -> bool:
        key = (call.name, call.arguments)
        self._times = self._times + 1 if key == self._last else 1
        self._last = key
        return self.exceeded

    @property
    def exceeded(self) -> bool:
        return self._times >= MAX_REPEATS


async def outcome(work: "asyncio.Task[Ending]", stop: asyncio.Event) -> Ending:
    """Wait for the work, a stop, or the end of the process, whichever is first.

    Whatever happens, the work is over when this returns.
    """
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
        logger.exception("a message failed")
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
