"""What the two wire formats have in common: the shape of an adapter and the merging of deltas."""

import json
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeGuard

import orjson

from luxx.errors import Upstream
from luxx.llm.base import Delta, Progress, TextDelta, ThinkingDelta

Finish = Literal["stop", "length", "tool_calls", "filtered", "pause"]

#: In one answer; each is a task, a row of the record and a step.
MAX_CALLS = 128
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


def decode(data: bytes) -> Any:
    """The JSON value; what is not quite UTF-8 is repaired, what is no JSON is an Upstream error."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _decode_leniently(data)


def _decode_leniently(data: bytes) -> Any:
    """Half surrogates, broken UTF-8: shown as a replacement character, as a browser would."""
    try:
        value = json.loads(data.decode("utf-8", "replace"))
        text = json.dumps(value, ensure_ascii=False)
        return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotJsonError("The provider sent something that is not JSON") from error


def as_object(text: str) -> dict[str, Any]:
    """Arguments as a JSON object; what is none becomes an empty one."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


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
