"""Checks that both wire formats share: each raises MalformedRequest and names the rule."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from luxx.errors import MalformedRequest, NotFound

#: The one model name that this server does not have.
MISSING_MODEL = "missing-model"

_MARK = re.compile(r"_t[0-9a-f]{8}$")


def load(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"The request body is not valid JSON: {error}.") from error
    return mapping(value, "the request body")


def mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedRequest(f"{where}: expected an object.")
    return value


def listing(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedRequest(f"{where}: expected an array.")
    return value


def text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedRequest(f"{where}: expected a string.")
    return value


def required(body: Mapping[str, Any], name: str) -> Any:
    if body.get(name) in (None, "", []):
        raise MalformedRequest(f"{name}: field required.")
    return body[name]


def model(body: Mapping[str, Any]) -> str:
    name = text(required(body, "model"), "model")
    if name == MISSING_MODEL:
        raise NotFound(f"The model {name!r} does not exist.")
    return name


def flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise MalformedRequest(f"{name}: expected true or false.")
    return bool(value)


def whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise MalformedRequest(f"{where}: expected a whole number of at least 1.")
    return value


def temperature(body: Mapping[str, Any], highest: int) -> float | None:
    value = body.get("temperature")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise MalformedRequest(f"temperature: expected a number from 0 to {highest}.")
    return float(value)


def thought_mark(thinking: str) -> str:
    """The end of the id of a call that some thinking led to; empty when none did."""
    return f"_t{blake2b(thinking.encode(), digest_size=4).hexdigest()}" if thinking else ""


def missing_thought(call_id: str, thinking: str) -> bool:
    """The call is one of ours, was made after thinking, and came back without exactly that."""
    mark = _MARK.search(call_id)
    return mark is not None and mark[0] != thought_mark(thinking)
