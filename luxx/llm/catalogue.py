"""The names of the models that a provider offers."""

from typing import Any

from luxx.errors import Upstream
from luxx.llm.base import Endpoint
from luxx.llm.exchange import Exchange, close, read
from luxx.llm.failures import reported
from luxx.llm.wire import decode

PATH = "/models"
PAGE = 1_000
MAX_PAGES = 10
MAX_NAMES = 5_000
#: Characters; a longer name could not be stored with a conversation.
MAX_NAME = 200
MAX_LIST = 8_000_000


async def names(exchange: Exchange, endpoint: Endpoint) -> list[str]:
    """Each name once, sorted; of an endless list only its beginning."""
    found: set[str] = set()
    after = ""
    for _ in range(MAX_PAGES):
        page = await _page(exchange, endpoint, after)
        found.update(_names(page))
        after = _next(page) if endpoint.wire == "anthropic" else ""
        if not after or len(found) >= MAX_NAMES:
            break
    return sorted(found)[:MAX_NAMES]


async def _page(exchange: Exchange, endpoint: Endpoint, after: str) -> Any:
    params: dict[str, str | int] = {"limit": PAGE} if endpoint.wire == "anthropic" else {}
    if after:
        params["after_id"] = after
    response = await exchange.get(endpoint, PATH, params)
    try:
        body = await read(response, MAX_LIST)
    finally:
        await close(response)
    page = decode(body)
    if isinstance(page, dict) and page.get("error"):
        raise reported(page, endpoint.api_key)
    return page


def _names(page: Any) -> list[str]:
    """From `data` or `models`, or a bare list; entries are objects or plain names."""
    entries = page
    if isinstance(page, dict):
        entries = page["data"] if "data" in page else page.get("models")
    if not isinstance(entries, list):
        raise Upstream("The provider's list of models has an unknown shape")
    found = (_name(entry) for entry in entries)
    return [name for name in found if name and len(name) <= MAX_NAME and name.isprintable()]


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        entry = entry.get("id") or entry.get("name")
    return entry if isinstance(entry, str) else ""


def _next(page: Any) -> str:
    has_more = isinstance(page, dict) and page.get("has_more") is True
    last = page.get("last_id") if has_more else None
    return last if isinstance(last, str) else ""
