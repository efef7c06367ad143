"""The adapters by wire format."""

from collections.abc import Callable
from dataclasses import dataclass

from luxx.llm import anthropic, anthropic_reply, openai, openai_reply
from luxx.llm.base import Endpoint, ModelRequest
from luxx.llm.profiles import Profile
from luxx.llm.wire import Call, Parser


@dataclass(frozen=True, slots=True)
class Wire:
    build: Callable[[ModelRequest, Endpoint, Profile], Call]
    parser: Callable[[ModelRequest, Endpoint, Profile], Parser]
    headers: Callable[[Endpoint, Profile], dict[str, str]]


WIRES: dict[str, Wire] = {
    "openai": Wire(openai.build, openai_reply.Parser, openai.headers),
    "anthropic": Wire(anthropic.build, anthropic_reply.Parser, anthropic.headers),
}
