"""The content blocks of a Messages reply, put together from their deltas."""

from typing import Any

import orjson

from luxx.llm.base import ToolCall
from luxx.llm.wire import as_object, check_call, is_json

Block = dict[str, Any]

#: A delta's type: where its piece stands in it, and in which field of the block it belongs.
JOINED = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("partial_json", "input"),
}


class Growing:
    """One block while it grows."""

    __slots__ = ("_field", "_length", "_pieces", "block")

    def __init__(self, block: Block) -> None:
        self.block = block
        self._field = ""
        self._pieces: list[str] = []
        self._length = 0

    def add(self, field: str, piece: str) -> None:
        """Raises Upstream for a tool call that grows too long, TypeError for what is no text."""
        if not isinstance(piece, str):
            raise TypeError(f"{field} is no text")
        self._field = field
        self._pieces.append(piece)
        self._length += len(piece)
        if field == "input":
            check_call(self._length)

    @property
    def is_call(self) -> bool:
        return self.block.get("type") == "tool_use" and bool(self.block.get("name"))

    @property
    def arguments(self) -> str:
        """A call's input as JSON text."""
        from_start = self.block.get("input")
        return "".join(self._pieces) or (orjson.dumps(from_start).decode() if from_start else "")

    def whole(self) -> Block:
        """The block as it has to go back."""
        if not self._pieces:
            return self.block
        text = "".join(self._pieces)
        if self._field == "input":
            return {**self.block, "input": as_object(text)}
        return {**self.block, self._field: f"{self.block.get(self._field) or ''}{text}"}

    def call(self, *, cut: bool) -> ToolCall:
        """Raises Upstream for one that is too long."""
        id_, name, text = str(self.block["id"]), str(self.block["name"]), self.arguments
        check_call(len(id_) + len(name) + len(text))
        return ToolCall(
            id_, name, text if text.strip() else "{}", truncated=cut and not is_json(text)
        )


def is_valid(block: Block, *, signed: bool) -> bool:
    """Whether a block may be sent back: an unsigned thought and a blank text are refused."""
    match block.get("type"):
        case "thinking":
            return bool(block.get("signature")) or (not signed and bool(block.get("thinking")))
        case "text":
            return bool(str(block.get("text", "")).strip())
        case _:
            return True
