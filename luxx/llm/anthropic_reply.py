"""Messages: reading a reply, streamed or whole."""

from typing import Any

from luxx.llm.base import Delta, End, Endpoint, ModelRequest, ProviderState, Usage
from luxx.llm.blocks import JOINED, Block, Growing
from luxx.llm.failures import reported
from luxx.llm.ids import new_id
from luxx.llm.profiles import Profile
from luxx.llm.wire import Collector, Finish, Kept, check_calls, cut_off, decode, is_count

_FINISH: dict[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filtered",
    "pause_turn": "pause",
}
_THOUGHTS = ("thinking", "redacted_thinking")
_READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_WRITTEN = "output_tokens"
_BLOCK_OF = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "tool_use"}


class Parser:
    """Reads one reply. Events and deltas of unknown types are passed over."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint, _profile: Profile) -> None:
        self.done = False
        self._origin = (endpoint.origin, request.model)
        self._secret = endpoint.api_key
        self._out = Collector()
        self._blocks: dict[int, Growing] = {}
        self._kept = Kept()
        self._finish = ""
        self._usage: dict[str, Any] = {}

    @property
    def finished(self) -> bool:
        return self.done or bool(self._finish)

    def feed(self, data: bytes) -> None:
        if data.startswith(b"[DONE]"):
            self.done = True
            return
        event = decode(data)
        if not isinstance(event, dict):
            return
        match event.get("type"):
            case "content_block_delta":
                self._delta(event["index"], event["delta"])
            case "content_block_start":
                self._start(event["index"], event["content_block"])
            case "message_start":
                self._count(event["message"].get("usage"))
            case "message_delta":
                self._finish = str(event["delta"].get("stop_reason") or self._finish)
                self._count(event.get("usage"))
            case "message_stop":
                self.done = True
            case _:
                if event.get("error") or event.get("type") == "error":
                    raise reported(event, self._secret)

    def whole(self, document: bytes) -> None:
        message = decode(document)
        if message.get("error") or "content" not in message:
            raise reported(message, self._secret)
        for index, block in enumerate(message["content"]):
            self._start(index, block)
        self._finish = str(message.get("stop_reason") or "")
        self._count(message.get("usage"))
        self.done = True

    def take(self) -> list[Delta]:
        return self._out.take()

    def end(self) -> list[Delta]:
        if not self.finished:
            raise cut_off()
        blocks = [self._blocks[index] for index in sorted(self._blocks)]
        made = [growing for growing in blocks if growing.is_call]
        check_calls(len(made))
        finish: Finish = _FINISH.get(self._finish, "tool_calls" if made else "stop")
        cut = finish == "length"
        calls = [growing.call(cut=cut and growing is made[-1]) for growing in made]
        state = self._state(blocks) if calls or finish == "pause" else None
        return [*self.take(), *calls, End(finish, self._used(), state)]

    def _delta(self, index: int, delta: dict[str, Any]) -> None:
        kind = delta["type"]
        joined = JOINED.get(kind)
        if joined is None:
            if kind == "signature_delta":
                self._kept.add_value(delta["signature"])
                self._block(index, "thinking").block["signature"] = delta["signature"]
                self._out.progress()
            return
        piece = delta[joined[0]]
        self._block(index, _BLOCK_OF[kind]).add(joined[1], piece)
        if joined[1] == "input":
            self._kept.add(len(piece))
        self._show(joined[1], piece)

    def _show(self, field: str, piece: str) -> None:
        if field == "input" or not piece:
            self._out.progress()
        elif field == "text":
            self._out.text(piece)
        else:
            self._out.thinking(piece)

    def _block(self, index: int, kind: str) -> Growing:
        """The block at `index`; some servers leave its start out."""
        growing = self._blocks.get(index)
        if growing is None:
            growing = self._open(index, {"type": kind})
        return growing

    def _open(self, index: int, block: Block) -> Growing:
        self._kept.add_value(block)
        growing = self._blocks[index] = Growing(block)
        return growing

    def _start(self, index: int, block: Block) -> None:
        self._open(index, dict(block))
        kind = block.get("type")
        if kind == "tool_use" and not block.get("id"):
            self._blocks[index].block["id"] = new_id()
        if kind in {"text", "thinking"}:
            self._show(str(kind), str(block.get(kind) or ""))
        else:
            self._out.progress()

    def _count(self, usage: Any) -> None:
        """Counts are cumulative: the last of each name stands."""
        if isinstance(usage, dict):
            self._usage |= {k: usage[k] for k in (*_READ, _WRITTEN) if usage.get(k)}

    def _used(self) -> Usage | None:
        if not self._usage or not all(map(is_count, self._usage.values())):
            return None
        read = sum(self._usage.get(name, 0) for name in _READ)
        return Usage(read, self._usage.get(_WRITTEN, 0)) if is_count(read) else None

    def _state(self, blocks: list[Growing]) -> ProviderState | None:
        """All blocks, in their order; nothing where the display text says as much."""
        whole = [growing.whole() for growing in blocks]
        if (
            not any(block.get("type") in _THOUGHTS for block in whole)
            and self._finish != "pause_turn"
        ):
            return None
        return ProviderState(*self._origin, {"blocks": whole})
