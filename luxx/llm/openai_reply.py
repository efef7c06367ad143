"""Chat completions: reading a reply, streamed or whole."""

from typing import Any

from luxx.errors import Upstream
from luxx.llm.base import Delta, End, Endpoint, ModelRequest, ProviderState, Usage
from luxx.llm.calls import CallBuilder
from luxx.llm.failures import reported
from luxx.llm.profiles import Profile
from luxx.llm.reasoning import FIELDS, Reasoning
from luxx.llm.tags import ThinkTags
from luxx.llm.wire import Collector, Finish, Kept, cut_off, decode, is_count

_FINISH: dict[str, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "filtered",
    "sensitive": "filtered",
}


class Parser:
    """Reads one reply. The work for a piece of text is one dictionary after the other, no more."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint, _profile: Profile) -> None:
        self.done = False
        self._origin = (endpoint.origin, request.model)
        self._secret = endpoint.api_key
        self._out = Collector()
        kept = Kept()
        self._calls = CallBuilder(kept)
        self._reasoning = Reasoning(kept)
        self._tags: ThinkTags | None = ThinkTags()
        self._finish = ""
        self._usage: Usage | None = None

    @property
    def finished(self) -> bool:
        return self.done or bool(self._finish)

    def feed(self, data: bytes) -> None:
        if data.startswith(b"[DONE]"):
            self.done = True
            return
        chunk = decode(data)
        if isinstance(chunk, dict):
            self._chunk(chunk)

    def whole(self, document: bytes) -> None:
        answer = decode(document)
        if isinstance(answer, list) and answer:  # Google sends its errors in a list
            answer = answer[0]
        self._chunk(answer)
        if not answer["choices"]:
            raise reported(answer, self._secret)
        self.done = True

    def take(self) -> list[Delta]:
        return self._out.take()

    def end(self) -> list[Delta]:
        if not self.finished:
            raise cut_off()
        if self._finish == "error":
            raise Upstream("The provider broke the reply off with an error", retryable=True)
        if self._tags:
            self._pieces(self._tags.rest())
        calls = self._calls.calls(cut=_FINISH.get(self._finish) == "length")
        finish: Finish = _FINISH.get(self._finish, "tool_calls" if calls else "stop")
        state = self._reasoning.state() if calls else {}
        kept = ProviderState(*self._origin, state) if state else None
        return [*self.take(), *calls, End(finish, self._usage, kept)]

    def _chunk(self, chunk: dict[str, Any]) -> None:
        if chunk.get("error"):
            raise reported(chunk, self._secret)
        choices = chunk.get("choices")
        if choices:
            self._choice(choices[0])
        elif choices is None and _is_error(chunk):
            raise reported(chunk, self._secret)
        if usage := chunk.get("usage"):
            self._usage = _usage(usage) or self._usage

    def _choice(self, choice: dict[str, Any]) -> None:
        # A whole message only counts where there is no delta: some servers end with a recap.
        delta = choice["delta"] if "delta" in choice else choice.get("message")
        if delta:
            content = delta.get("content")
            if len(delta) > 1 or type(content) is not str:
                self._extras(delta)
            if content:
                self._content(content)
        if finish := choice.get("finish_reason"):
            self._finish = str(finish)
        if usage := choice.get("usage"):
            self._usage = _usage(usage) or self._usage

    def _content(self, content: Any) -> None:
        if type(content) is not str:
            self._parts(content)
        elif self._tags is None:
            self._out.text(content)
        else:
            self._tagged(self._tags, content)

    def _tagged(self, tags: ThinkTags, content: str) -> None:
        if self._reasoning:
            self._tags = None
            self._out.text(content)
            return
        pieces = tags.feed(content)
        self._pieces(pieces)
        if not pieces:
            self._out.progress()
        if tags.settled:
            self._tags = None

    def _pieces(self, pieces: list[tuple[bool, str]]) -> None:
        for is_thinking, text in pieces:
            if is_thinking:
                self._out.thinking(text)
            else:
                self._out.text(text)

    def _parts(self, content: Any) -> None:
        """Content as a list of typed parts, as Mistral sends it."""
        for part in content if isinstance(content, list) else ():
            if not isinstance(part, dict):
                continue
            text, thought = part.get("text"), part.get("thinking")
            if isinstance(text, str) and text:
                self._out.text(text)
            for inner in thought if isinstance(thought, list) else ():
                self._out.thinking(str(inner.get("text", "")))

    def _extras(self, delta: dict[str, Any]) -> None:
        """All but text: reasoning, tool calls, refusals."""
        if any(name in delta for name in FIELDS) and (text := self._reasoning.read(delta)):
            self._out.thinking(text)
        if refusal := delta.get("refusal"):
            self._out.text(str(refusal))
        for piece in delta.get("tool_calls") or ():
            self._calls.feed(piece)
            self._out.progress()
        if function := delta.get("function_call"):
            self._calls.feed({"index": 0, "function": function})
            self._out.progress()


def _is_error(chunk: dict[str, Any]) -> bool:
    """Errors of servers that do not say `error`: vLLM, FastAPI, DashScope."""
    return chunk.get("object") == "error" or any(key in chunk for key in ("message", "detail"))


def _usage(usage: Any) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return Usage(prompt, completion) if is_count(prompt) and is_count(completion) else None
