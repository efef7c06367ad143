"""One reply while it is being written: the transcript, what it cost, and the events it makes."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from luxx.core import history, tokens
from luxx.core.toolbox import Outcome
from luxx.core.transcript import TextKind, Transcript
from luxx.errors import Upstream
from luxx.eventlog import events
from luxx.eventlog.writer import RunWriter
from luxx.llm.base import End, Endpoint, ModelRequest, TextDelta, ThinkingDelta, ToolCall, Usage
from luxx.models import MessageStatus

#: Thinking and text may take turns so often: each time costs a viewer all of the text.
MAX_STEPS = 5_000
#: Characters of thinking, text, calls and provider state of one message: no model's longest reply
#: comes near.
MAX_TEXT = 8_000_000
#: PostgreSQL can store every character but this one.
NUL = "\0"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a message ended; `code` is that of the error, as clients see it."""

    status: MessageStatus
    error: str | None = None
    code: str | None = None


CANCELLED = Ending(MessageStatus.CANCELLED, "The reply was cancelled", "CANCELLED")
INTERRUPTED = Ending(MessageStatus.INTERRUPTED, "The server stopped in mid-reply", "INTERRUPTED")


class Reply:
    """Collects what the model says and does; everything goes to the log as it comes."""

    def __init__(self, message_id: str, writer: RunWriter) -> None:
        self.message_id = message_id
        self.writer = writer
        self.transcript = Transcript()
        #: For each model call: its first step and what its provider wants back.
        self.calls: list[dict[str, Any]] = []
        self.usage = Usage(0, 0)
        #: Characters that tools have given, and that the model has.
        self.heard = 0
        self.written = 0

    @classmethod
    async def rebuilt(
        cls, message_id: str, writer: RunWriter, log: AsyncIterator[events.Event]
    ) -> Self:
        """What a dead attempt had made durable of a message; its usage is an estimate."""
        reply = cls(message_id, writer)
        async for event in log:
            if event.data.get("m") == message_id:
                reply.transcript.apply(event)
        thought, said = reply.transcript.text("thinking"), reply.transcript.text()
        completion = tokens.estimate(thought) + tokens.estimate(said)
        reply.usage = Usage(0, completion, estimated=True)
        return reply

    def begin_call(self, request: ModelRequest) -> None:
        """Raises Upstream if the message is too long already."""
        self._count(0)
        self.calls.append({"first": len(self.transcript), "model": request.model})

    def write(self, delta: ThinkingDelta | TextDelta) -> None:
        """Raises Upstream for more than a message may have."""
        if len(self.transcript) > MAX_STEPS:
            raise Upstream(f"The provider sent more than {MAX_STEPS:,} pieces of thinking and text")
        self._count(len(delta.text))
        kind: TextKind = "text" if isinstance(delta, TextDelta) else "thinking"
        index = self.transcript.open(kind)
        text = delta.text.replace(NUL, "")
        self.transcript.write(index, kind, text)
        self.writer.delta(self.message_id, index, kind, text)

    def call(self, call: ToolCall) -> None:
        """Raises Upstream for more than a message may have."""
        self._count(len(call.id) + len(call.name) + len(call.arguments))
        self._add(
            {
                "type": "tool_call",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
            }
        )

    def result(self, call: ToolCall, outcome: Outcome) -> None:
        self.heard += len(outcome.content)
        self._add(
            {
                "type": "tool_result",
                "call_id": call.id,
                "name": call.name,
                "content": outcome.content,
                "success": outcome.success,
            }
        )

    def _count(self, characters: int) -> None:
        self.written += characters
        if self.written > MAX_TEXT:
            raise Upstream(f"The provider sent more than {MAX_TEXT:,} characters of one message")

    def _add(self, step: dict[str, Any]) -> None:
        whole = self.transcript.add(_without_nul(step))
        self.writer.emit(events.STEP, m=self.message_id, step=whole)
        self.writer.post()

    def end_call(self, endpoint: Endpoint, request: ModelRequest, end: End | None) -> None:
        """Book what the call cost and what must be given back. `end` is None if it was cut off."""
        said = sum(
            tokens.estimate(step.get("content", "") or step.get("arguments", ""))
            for step in self.transcript.steps()[self.calls[-1]["first"] :]
        )
        if end is None and not said:
            return  # it failed before it said anything: nothing is known to have been spent
        usage = end.usage if end else None
        self.usage = tokens.add(self.usage, usage or Usage(_prompt(request), said, True))
        if end and end.state:
            data = _without_nul(end.state.data)
            self.calls[-1] |= {"origin": endpoint.origin, "data": data}
            # If that is too much, the next call is not made: this one is over and must be booked.
            self.written += len(orjson.dumps(data))

    def end(self, ended: Ending) -> None:
        """Tell the readers how it ended."""
        self.writer.emit(
            events.ENDED,
            m=self.message_id,
            status=ended.status,
            token_count=self.usage.completion,
            usage=asdict(self.usage),
            error=ended.error,
            code=ended.code,
        )

    def row(self, ended: Ending) -> dict[str, Any]:
        """The message's columns at its end."""
        return {
            "status": ended.status,
            "content": self.transcript.text(),
            "steps": self.transcript.steps(),
            "provider_state": self.calls or None,
            "token_count": self.usage.completion,
            "prompt_tokens": self.usage.prompt,
            "completion_tokens": self.usage.completion,
            "usage_estimated": self.usage.estimated,
            "error": ended.error,
        }


def _without_nul(value: Any) -> Any:
    """What comes from a provider is not nested deeply: who reads it sees to that."""
    match value:
        case str():
            return value.replace(NUL, "")
        case list():
            return [_without_nul(each) for each in value]
        case dict():
            return {_without_nul(key): _without_nul(each) for key, each in value.items()}
        case _:
            return value


def _prompt(request: ModelRequest) -> int:
    return tokens.estimate(request.system) + sum(map(history.size, request.turns))
