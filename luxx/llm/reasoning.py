"""What a chat completion thinks: read from the field that the server uses, kept to be sent back."""

from typing import Any

from luxx.llm.wire import Kept

#: In the order in which they are looked for. Some servers send several: the first one counts.
TEXT_FIELDS = ("reasoning_content", "reasoning", "thinking")
DETAILS = "reasoning_details"
FIELDS = (*TEXT_FIELDS, DETAILS)

#: Pieces of these are joined; every other value of a detail replaces the one before.
_JOINED = ("text", "summary", "data")


class Detail:
    """One detail while it grows."""

    __slots__ = ("_pieces", "_value")

    def __init__(self, value: dict[str, Any]) -> None:
        self._value = dict(value)
        #: What is to be joined to a value, by its name.
        self._pieces: dict[str, list[str]] = {}

    def takes(self, piece: dict[str, Any]) -> bool:
        """Whether this piece goes on with it."""
        return all(self._value.get(key) == piece.get(key) for key in ("type", "index"))

    def add(self, piece: dict[str, Any], kept: Kept) -> None:
        for key, value in piece.items():
            known = self._value.get(key)
            if key in _JOINED and isinstance(value, str) and isinstance(known, str):
                kept.add(len(value))
                self._pieces.setdefault(key, []).append(value)
            elif value is not None and value != known:
                kept.add_value([key, value])
                self._value[key] = value
                self._pieces.pop(key, None)

    def whole(self) -> dict[str, Any]:
        joined = {key: "".join([self._value[key], *rest]) for key, rest in self._pieces.items()}
        return {**self._value, **joined}


class Reasoning:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._field = ""
        self._pieces: list[str] = []
        self._details: list[Detail] = []

    def __bool__(self) -> bool:
        return bool(self._field or self._details)

    def read(self, delta: dict[str, Any]) -> str:
        """The text that this delta thinks; what must go back is remembered.

        Raises Upstream for more than may be kept.
        """
        details = delta.get(DETAILS)
        shown = self._read_details(details) if isinstance(details, list) else ""
        text = self._read_text(delta)
        if text:
            self._pieces.append(text)
        return text or ("" if self._field else shown)

    def state(self) -> dict[str, Any]:
        """What the provider wants back; empty if it sent nothing of the kind."""
        if self._details:  # they hold the text too
            return {DETAILS: [detail.whole() for detail in self._details]}
        return {self._field: "".join(self._pieces)} if self._field else {}

    def _read_text(self, delta: dict[str, Any]) -> str:
        for name in (self._field,) if self._field else TEXT_FIELDS:
            text = delta.get(name)
            if text and isinstance(text, str):
                self._field = name
                return text
        return ""

    def _read_details(self, details: list[Any]) -> str:
        shown: list[str] = []
        for piece in details:
            if isinstance(piece, dict):
                self._add(piece)
                text = piece.get("text") or piece.get("summary")
                if isinstance(text, str):
                    shown.append(text)
        return "".join(shown)

    def _add(self, piece: dict[str, Any]) -> None:
        if self._details and self._details[-1].takes(piece):
            self._details[-1].add(piece, self._kept)
        else:
            self._kept.add_value(piece)
            self._details.append(Detail(piece))
