"""What goes wrong between Luxx and a provider, as one readable and harmless Upstream error."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp
import httpx
import orjson

from luxx.errors import Upstream
from luxx.llm.wire import decode

#: Characters of a provider's own words that are shown.
MAX_TEXT = 2_000
#: Seconds; a provider that asks for a longer wait has failed.
MAX_WAIT = 30.0
#: Seconds that are told on at most: a year.
LONGEST_WAIT = 31_536_000.0

_RETRIED = frozenset({408, 409, 429})
_TOO_MANY = 429
_SERVER = 500
_OVERLOADED = re.compile(r"overloaded|rate_limit|timeout|api_error|server_error|unavailable")
#: Money does not come back by asking again.
_SPENT = re.compile(
    r"insufficient.?(quota|balance|funds|credit)|exceeded your current quota|spend.?limit"
    r"|billing|payment required|out of credits|credit balance|arrearage",
    re.IGNORECASE,
)
#: All control characters but tab and line feed, and marks that turn the reading direction around.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CREDENTIAL = re.compile(
    r"(?i)((?:authorization|(?:x-)?api[-_ ]?key)[\"']?\s*[:=]\s*[\"']?)(?:bearer\s+)?[^\s\"',}]+"
    r"|(bearer\s+)[\w.~+/=-]+"
)
_KEY_SHAPED = re.compile(r"\bsk-[\w-]{8,}")
_HTML = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
_TITLE = re.compile(r"<(title|h1)[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LONGEST_TITLE = 200
#: Characters of a web page in which its title is looked for: all of it could take for ever.
_HEAD = 4_096
#: Below this length a key is no secret, and its letters are everywhere.
_SHORTEST_KEY = 4


def clean(text: str, secret: str) -> str:
    """`text` without control characters and credentials, cut to what is shown."""
    text = _CONTROL.sub("", _ANSI.sub("", text.replace("\r\n", "\n")))
    if len(secret) >= _SHORTEST_KEY:
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, "***")
    text = _CREDENTIAL.sub(lambda found: (found[1] or found[2]) + "***", text)
    return _KEY_SHAPED.sub("***", text)[:MAX_TEXT].strip()


def reported(document: Mapping[str, Any], secret: str, *, status: int = 0) -> Upstream:
    """The error that a provider reports inside a reply, or as the body of a refusal."""
    words, kind = _words(document)
    text = clean(words, secret) or clean(kind, secret)
    body = clean(orjson.dumps(document).decode(), secret)
    is_spent = bool(_SPENT.search(f"{kind} {words}"))
    return Upstream(
        f"The provider reported an error: {text or body}",
        upstream_status=status,
        retryable=bool(_OVERLOADED.search(kind.lower())) and not is_spent,
        body=body,
    )


def refused(status: int, headers: Mapping[str, str], body: bytes, secret: str) -> Upstream:
    """The error behind an HTTP status other than success."""
    text = body.decode("utf-8", "replace")
    words = _summary(text)
    wait = retry_after(headers)
    return Upstream(
        f"The provider answered {status}: {clean(words, secret) or _reason(status)}",
        upstream_status=status,
        retry_after=wait,
        retryable=_is_retryable(status, headers, text) and (wait or 0.0) <= MAX_WAIT,
        body=clean(text, secret),
    )


def readable(document: bytes) -> bytes:
    """`document` itself; Upstream for a web page where a reply should be."""
    if document.startswith(b"<"):
        words = clean(_summary(document[:_HEAD].decode("utf-8", "replace")), "")
        raise Upstream(f"The provider sent {words} instead of a reply: check its base URL")
    return document


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks to wait; None if it does not say, or what is no time."""
    try:
        wait = _wait(headers)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(wait) else min(max(0.0, wait), LONGEST_WAIT)


def _wait(headers: Mapping[str, str]) -> float:
    """From milliseconds, seconds or a date."""
    if "retry-after-ms" in headers:
        return float(headers["retry-after-ms"]) / 1000
    value = headers.get("retry-after", "")
    if re.fullmatch(r"\s*[\d.]+\s*", value):
        return float(value)
    when = parsedate_to_datetime(value)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - datetime.now(UTC)).total_seconds()


def _is_retryable(status: int, headers: Mapping[str, str], text: str) -> bool:
    if _SPENT.search(text) and (status == _TOO_MANY or status < _SERVER):
        return False
    told = headers.get("x-should-retry", "").lower()
    if told in {"true", "false"}:
        return told == "true"
    return status in _RETRIED or status >= _SERVER


def _reason(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{phrase} (redirects are not followed)" if status // 100 == 3 else phrase  # noqa: PLR2004


def _summary(text: str) -> str:
    """The readable part of a refusal's body."""
    if _HTML.match(text):
        title = _TITLE.search(text[:_HEAD])
        words = (
            " ".join(unescape(_TAG.sub(" ", title[2])).split())[:_LONGEST_TITLE] if title else ""
        )
        return f"a web page, “{words}”" if words else "a web page"
    try:
        document = decode(text.encode())
    except Upstream:
        return text
    words, kind = _words(document)
    return words or kind or text


def _words(document: Any) -> tuple[str, str]:
    """What an error says and what kind it is, in any of the shapes that servers use."""
    if isinstance(document, list):
        document = document[0] if document else ""
    if isinstance(document, str):
        return document, ""
    if not isinstance(document, Mapping):
        return "", ""
    inner = document.get("error")
    if isinstance(inner, Mapping):
        return _words_of(inner)
    if isinstance(inner, str) and inner:
        message = document.get("message")
        return (message, inner) if isinstance(message, str) and message else (inner, "")
    return _words_of(document)


def _words_of(error: Mapping[str, Any]) -> tuple[str, str]:
    words = ""
    for name in ("message", "detail", "error_description", "msg", "title"):
        if words := _flat(error.get(name)):
            break
    param = error.get("param")
    if isinstance(param, str) and param and param not in words:
        words = f"{words} ({param})"
    metadata = error.get("metadata")  # OpenRouter: the words of the provider behind it
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    if isinstance(raw, str) and raw and raw not in words:
        words = f"{words}: {raw}"
    kinds = (error.get("type"), error.get("code"), error.get("status"))
    return words, " ".join(str(kind) for kind in kinds if kind)


def _flat(value: Any) -> str:
    """A detail may be a text, or a list of validation errors with `loc` and `msg`."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return "" if value is None else orjson.dumps(value).decode()
    return "; ".join(_problem(item) if isinstance(item, dict) else str(item) for item in value)


def _problem(item: Mapping[str, Any]) -> str:
    where = item.get("loc")
    place = ".".join(map(str, where)) if isinstance(where, list) else ""
    return ": ".join(filter(None, (place, str(item.get("msg", "")))))


#: What a failure of the transport means: said to the user, and whether asking again may help.
#: The entry of the nearest ancestor counts.
FAILURES: dict[type[BaseException], tuple[str, bool]] = {
    httpx.ConnectTimeout: ("The provider could not be reached in time", True),
    httpx.PoolTimeout: ("Too many connections to providers are open", True),
    httpx.TimeoutException: ("The provider did not answer in time", True),
    httpx.ConnectError: ("The provider could not be reached", True),
    httpx.NetworkError: ("The connection to the provider broke", True),
    httpx.ProxyError: ("The provider could not be reached through the proxy", True),
    httpx.UnsupportedProtocol: ("The provider's base URL is not an http(s) address", False),
    httpx.ProtocolError: ("The connection to the provider broke", True),
    httpx.TransportError: ("The connection to the provider failed", True),
    httpx.DecodingError: ("The provider's answer could not be decoded", False),
    httpx.TooManyRedirects: ("The provider redirects without end", False),
    httpx.HTTPError: ("The request to the provider failed", False),
    httpx.InvalidURL: ("The provider's base URL is not a valid address", False),
    httpx.StreamError: ("The provider's answer could not be read", False),
    aiohttp.InvalidURL: ("The provider's base URL is not a valid address", False),
    aiohttp.ClientConnectionError: ("The connection to the provider broke", True),
    aiohttp.ClientError: ("The provider does not speak HTTP as expected", False),
    OSError: ("The connection to the provider broke", True),
}


class Translated:
    """A context in which every failure of the transport becomes an Upstream error."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or isinstance(error, TimeoutError):
            return
        for ancestor in kind.__mro__:
            if ancestor in FAILURES:
                message, retryable = FAILURES[ancestor]
                raise Upstream(message, retryable=retryable) from error
