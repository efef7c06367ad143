"""Tool calls put together from the pieces in which chat completions stream them.

Servers disagree about what identifies a call: the index may be missing or always 0, the id absent,
empty or repeated, the name sent with every piece, the arguments whole or not even a string.
"""

from typing import Any

import orjson

from luxx.llm.base import ToolCall
from luxx.llm.ids import new_id
from luxx.llm.wire import Kept, check_call, check_calls, is_json

#: How often a call is asked whether its arguments are whole: each time all of them are read.
MAX_LOOKS = 100


class Slot:
    """One call while it grows."""

    __slots__ = ("_length", "_pieces", "id", "looks", "name")

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self._pieces: list[str] = []
        self._length = 0
        self.looks = 0

    def add(self, id_: str, name: str, arguments: str) -> None:
        self.id = self.id or id_
        self.name = name or self.name  # set, never appended: some servers repeat it
        if arguments:
            self._pieces.append(arguments)
            self._length += len(arguments)

    @property
    def size(self) -> int:
        return len(self.id) + len(self.name) + self._length

    @property
    def arguments(self) -> str:
        return "".join(self._pieces)

    def is_whole(self) -> bool:
        """Whether the arguments are complete; False for who asks too often."""
        self.looks += 1
        return self.looks <= MAX_LOOKS and is_json(self.arguments)


class CallBuilder:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._slots: list[Slot] = []
        self._by_index: dict[int, Slot] = {}

    def feed(self, piece: Any) -> None:
        """Take in one element of `tool_calls`. Raises Upstream for more than may be kept."""
        if not isinstance(piece, dict):
            return
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        id_, name = _string(piece.get("id")), _string(function.get("name"))
        arguments = _arguments(function.get("arguments"))
        index = piece.get("index")
        slot = self._slot(index if isinstance(index, int) else None, id_, name, arguments)
        before = slot.size
        slot.add(id_, name, arguments)
        check_call(slot.size)
        self._kept.add(slot.size - before)

    def _slot(self, index: int | None, id_: str, name: str, arguments: str) -> Slot:
        if id_:
            known = next((slot for slot in self._slots if slot.id == id_), None)
            if known:
                return known
        slot = self._slots[-1] if self._slots else None
        if index is not None:
            slot = self._by_index.get(index)
        if slot is None or _is_another(slot, id_, name, arguments):
            slot = Slot()
            self._slots.append(slot)
            check_calls(len(self._slots))
            if index is not None:
                self._by_index[index] = slot
        return slot

    def calls(self, *, cut: bool) -> list[ToolCall]:
        """The calls in the order in which they were opened; `cut`: the model ran out of tokens."""
        named = [slot for slot in self._slots if slot.name]
        return [_call(slot, cut=cut and slot is named[-1]) for slot in named]


def _is_another(slot: Slot, id_: str, name: str, arguments: str) -> bool:
    """Whether a piece that leads to `slot` begins a new call all the same."""
    if id_:
        return bool(slot.id) and slot.id != id_
    if not name or not slot.name:
        return False
    return name != slot.name or (arguments.startswith("{") and slot.is_whole())


def _call(slot: Slot, *, cut: bool) -> ToolCall:
    arguments = slot.arguments
    return ToolCall(
        slot.id or new_id(),
        slot.name,
        arguments if arguments.strip() else "{}",
        truncated=cut and not is_json(arguments),
    )


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _arguments(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value).decode()
