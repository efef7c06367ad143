"""What a test or the demo tells the scripted model to say, and what the model was asked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from math import ceil
from typing import Any, Literal

import orjson

from luxx.llm.base import ModelRequest, Text, Thinking, ToolCall, Usage

CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `arguments` as a string goes out as it is, so that it may be broken."""

    name: str
    arguments: str | Mapping[str, Any] = "{}"
    #: The server makes an id when there is none.
    id: str = ""

    def json(self) -> str:
        if isinstance(self.arguments, str):
            return self.arguments
        return orjson.dumps(dict(self.arguments)).decode()


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer. The defaults make a whole, valid, empty one."""

    text: str = ""
    _: KW_ONLY
    thinking: str = ""
    tool_calls: Sequence[Call] = ()
    #: Counted by the rule of `count`, given, or left out of the answer.
    usage: Usage | Literal["counted", "none"] = "counted"
    #: The wire format's own word; by default the one that fits.
    finish: str | None = None
    #: Seconds between two events; by default the server's.
    pace: float | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The message of the error body; with status 200, an error event after the text.
    error: str | None = None
    #: Close the connection after so many events, without ending the answer.
    cut_after: int | None = None
    #: Sent as the body as it is, one write for each chunk.
    raw: bytes | Sequence[bytes] | None = None
    #: Wait for this event before going on ...
    hold: asyncio.Event | None = None
    #: ... after so many events: 0 is before the status line, None after the first piece of content.
    hold_after: int | None = None
    #: Characters in one piece.
    chunk: int = CHARACTERS_PER_TOKEN


@dataclass(slots=True)
class Received:
    """One request as it came in, and how its answer went."""

    method: str
    path: str
    #: Names in lower case.
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    #: The client left before the answer was complete.
    disconnected: bool = False
    #: Set when the answer is over, however it ended.
    closed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed the checks of its wire format."""

    request: ModelRequest
    stream: bool
    #: The client wants usage in a stream (the OpenAI format sends it only when asked).
    wants_usage: bool = True


def tokens(characters: int) -> int:
    return ceil(characters / CHARACTERS_PER_TOKEN)


def count(request: ModelRequest, reply: Reply) -> Usage:
    """A token is four characters, begun ones included; thinking is part of the completion."""
    prompt = len(request.system) + sum(len(t.name) + len(t.description) for t in request.tools)
    for turn in request.turns:
        for part in turn.parts:
            if isinstance(part, Text | Thinking):
                prompt += len(part.text)
            else:
                prompt += len(part.arguments if isinstance(part, ToolCall) else part.content)
    completion = len(reply.text) + len(reply.thinking)
    completion += sum(len(call.name) + len(call.json()) for call in reply.tool_calls)
    return Usage(tokens(prompt), tokens(completion))


def usage(request: ModelRequest, reply: Reply) -> Usage | None:
    if reply.usage == "counted":
        return count(request, reply)
    return None if reply.usage == "none" else reply.usage


def pieces(text: str, size: int) -> Sequence[str]:
    return [text[at : at + size] for at in range(0, len(text), max(size, 1))]


def limited(reply: Reply, most: int, finish: str) -> Reply:
    """The reply as far as `most` tokens go; thinking is written, and counted, first."""
    room = most * CHARACTERS_PER_TOKEN
    calls = sum(len(call.name) + len(call.json()) for call in reply.tool_calls)
    if len(reply.thinking) + len(reply.text) + calls <= room:
        return reply
    thinking = reply.thinking[:room]
    text = reply.text[: room - len(thinking)]
    return replace(reply, thinking=thinking, text=text, tool_calls=(), finish=finish)
