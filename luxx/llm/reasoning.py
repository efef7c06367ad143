"""What a chat completion thinks: read from the field that the server uses, kept to be sent back."""

from typing import Any

#: In the order in which they are looked for. Some servers send several: the first one counts.
TEXT_FIELDS = ("reasoning_content", "reasoning", "thinking")
DETAILS = "reasoning_details"
FIELDS = (*TEXT_FIELDS, DETAILS)

#: Pieces of these are joined; every other value of a detail replaces the one before.
_JOINED = ("text", "summary", "data")


class Reasoning:
    def __init__(self) -> None:
        self._field = ""
        self._pieces: list[str] = []
        self._details: list[dict[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._field or self._details)

    def read(self, delta: dict[str, Any]) -> str:
        """The text that this delta thinks; what must go back is remembered."""
        details = delta.get(DETAILS)
        shown = self._read_details(details) if isinstance(details, list) else ""
        text = self._read_text(delta)
        if text:
            self._pieces.append(text)
        return text or ("" if self._field else shown)

    def state(self) -> dict[str, Any]:
        """What the provider wants back; empty if it sent nothing of the kind."""
        if self._details:  # they hold the text too
            return {DETAILS: self._details}
        return {self._field: "".join(self._pieces)} if self._field else {}

    def _read_text(self, delta: dict[str, Any]) -> str:
        for name in (self._field,) if self._field else TEXT_FIELDS:
            text = delta.get(name)
            if text and isinstance(text, str):
                self._field = name
                return text
        return ""

    def _read_details(self, details: list[Any]) -> str:
        shown = ""
        for piece in details:
            if isinstance(piece, dict):
                self._add(piece)
                text = piece.get("text") or piece.get("summary")
                shown += text if isinstance(text, str) else ""
        return shown

    def _add(self, piece: dict[str, Any]) -> None:
        last = self._details[-1] if self._details else {}
        if not last or any(last.get(key) != piece.get(key) for key in ("type", "index")):
            self._details.append(dict(piece))
            return
        for key, value in piece.items():
            joins = key in _JOINED and isinstance(value, str) and isinstance(last.get(key), str)
            if joins:
                last[key] += value
            elif value is not None:
                last[key] = value
