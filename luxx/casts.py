"""How the text of a setting becomes its value; a ValueError says what was expected."""

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}
_MAX_PORT = 65_535


def whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("expected a whole number") from None


def port(text: str) -> int:
    with suppress(ValueError):
        if 0 <= int(text) <= _MAX_PORT:
            return int(text)
    raise ValueError(f"expected a whole number from 0 to {_MAX_PORT}")


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("expected a number") from None


def names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(name) for name in names(text))


def _origin(text: str) -> str:
    """As a browser writes it: origins are compared letter by letter."""
    if text == "*":
        return text
    written = text.lower().removesuffix("/")
    found = _ORIGIN.fullmatch(written)
    with suppress(ValueError):  # what urlsplit raises for a port, or an IPv6 address, that is none
        if found and urlsplit(written).port != 0:
            return written.removesuffix(_USUAL_PORTS.get(found[1], ""))
    raise ValueError(f"expected * or origins such as https://app.example.com, not {text!r}")


def one_of(*allowed: str) -> Callable[[str], str]:
    def cast(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return text.lower()

    return cast


def on_off(text: str) -> bool:
    return one_of("on", "off")(text) == "on"
