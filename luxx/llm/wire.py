"""What the two wire formats have in common: the shape of an adapter and the merging of deltas."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeGuard

import orjson

from luxx.errors import Upstream
from luxx.llm.base import Delta, Progress, TextDelta, ThinkingDelta

Finish = Literal["stop", "length", "tool_calls", "filtered", "pause"]

#: In one answer; each is a task, a row of the record and a step.
MAX_CALLS = 128
#: Characters of one tool call.
MAX_CALL = 1_000_000
#: Characters of all that one answer leaves to be kept and not shown: calls, signatures, sealed
#: thoughts.
MAX_KEPT = 8_000_000
#: Levels of JSON: what is read can be written again inside something else, and gone through.
MAX_DEPTH = 100
#: A number of tokens is less: no more can be stored, nor shown.
_COUNTS = 2**31


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request as an adapter builds it; `path` is joined to the provider's base URL."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Parser(Protocol):
    """Reads one reply. `done`: nothing more will come; `finished`: an end here is no cut."""

    done: bool

    @property
    def finished(self) -> bool: ...

    def feed(self, data: bytes) -> None:
        """Take in the data of one event; Upstream if it reports an error."""

    def whole(self, document: bytes) -> None:
        """Take in a reply that was not streamed."""

    def take(self) -> list[Delta]:
        """The deltas since the last call, neighbouring pieces of text joined."""

    def end(self) -> list[Delta]:
        """The last deltas, `End` at the end; Upstream if the reply was cut off."""


class NotJsonError(Upstream):
    """The provider sent something that is not JSON."""


class Collector:
    """Joins neighbouring pieces of the same kind until they are taken."""

    __slots__ = ("_deltas", "_kind", "_pieces")

    def __init__(self) -> None:
        self._deltas: list[Delta] = []
        self._kind: type[TextDelta | ThinkingDelta] = TextDelta
        self._pieces: list[str] = []

    def text(self, piece: str) -> None:
        if self._kind is not TextDelta:
            self._flush(TextDelta)
        self._pieces.append(piece)

    def thinking(self, piece: str) -> None:
        if self._kind is not ThinkingDelta:
            self._flush(ThinkingDelta)
        self._pieces.append(piece)

    def progress(self) -> None:
        """Something came that cannot be shown: once a batch is enough."""
        if not (self._deltas and isinstance(self._deltas[-1], Progress)):
            self._flush(self._kind)
            self._deltas.append(Progress())

    def take(self) -> list[Delta]:
        if self._pieces:
            self._flush(self._kind)
        deltas, self._deltas = self._deltas, []
        return deltas

    def _flush(self, kind: type[TextDelta | ThinkingDelta]) -> None:
        if self._pieces:
            self._deltas.append(self._kind("".join(self._pieces)))
            self._pieces = []
        self._kind = kind


class Kept:
    """Counts the characters of an answer that are kept and not shown."""

    __slots__ = ("_size",)

    def __init__(self) -> None:
        self._size = 0

    def add(self, characters: int) -> None:
        """Raises Upstream if that makes too many."""
        self._size += characters
        if self._size > MAX_KEPT:
            raise Upstream(f"The provider sent more than {MAX_KEPT:,} characters that are not text")

    def add_value(self, value: Any) -> None:
        """The same for a JSON value."""
        self.add(len(orjson.dumps(value)))


def decode(data: bytes) -> Any:
    """The JSON value; what is not quite UTF-8 is repaired.

    Raises Upstream for what is no JSON, or nested too deeply to be passed on.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = _decode_leniently(data)
    # Counting brackets is cheap, and nearly every event has too few of them to be deep.
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and _is_deep(value):
        raise Upstream("The provider sent JSON that is nested too deeply")
    return value


def _decode_leniently(data: bytes) -> Any:
    """Half surrogates, broken UTF-8: shown as a replacement character, as a browser would."""
    try:
        value = json.loads(data.decode("utf-8", "replace"))
        text = json.dumps(value, ensure_ascii=False)
        return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotJsonError("The provider sent something that is not JSON") from error


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def as_object(text: str) -> dict[str, Any]:
    """Arguments as a JSON object; what is none, or nested too deeply, becomes an empty one."""
    return _object(text) or {}


def is_object(text: str) -> bool:
    return _object(text) is not None


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) and not _is_deep(value) else None


def is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def check_call(size: int) -> None:
    """Raises Upstream for a tool call of more characters than any tool takes."""
    if size > MAX_CALL:
        raise Upstream(f"The provider sent a tool call of more than {MAX_CALL:,} characters")


def is_count(value: Any) -> TypeGuard[int]:
    """Whether this is a number of tokens that can be believed."""
    return type(value) is int and 0 <= value < _COUNTS


def check_calls(number: int) -> None:
    """Raises Upstream for more tool calls at once than a model makes that means well."""
    if number > MAX_CALLS:
        raise Upstream(f"The provider made more than {MAX_CALLS} tool calls at once")


def cut_off() -> Upstream:
    return Upstream("The provider closed the connection before the reply was finished")


def strange(cause: Exception) -> Upstream:
    """For a reply that is JSON and yet not what its format says."""
    error = Upstream("The provider sent a reply of an unknown shape")
    error.__cause__ = cause
    return error
