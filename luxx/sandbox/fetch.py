"""Fetching pages of the web: what may be asked for, how far it is followed, how much is taken.

What an address that is refused answers, what one without a server answers, and what a name without
an address answers is the same, word for word: nobody can map a network with this.
"""

import asyncio
import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import urljoin

import anyio
import httpx

from luxx import __version__
from luxx.errors import BadInput, ToolFailed, Upstream
from luxx.sandbox import body, readable
from luxx.sandbox.egress import WEB_PORTS, Egress, check_url
from luxx.sandbox.extract import Extractor
from luxx.sandbox.failures import TLSError

Format = Literal["markdown", "text", "html"]

TIME_LIMIT = 20.0
MAX_BODY = 2_000_000
MAX_REDIRECTS = 5
UNREACHABLE = "url: there is no server at this address, or it is not on the public internet"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; luxx/{__version__})",
    "Accept": "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.9,*/*;q=0.5",
    "Accept-Encoding": body.CODINGS,
}
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_TAKEN = re.compile(r"text/.*|application/(?:.*\+)?(?:json|xml)")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!--|<!doctype html|<html|<head|<body)", re.IGNORECASE)
_HEAD = 1_024
_SHOWN = 100
#: What httpx raises and what it says here; the first match counts.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (Upstream, UNREACHABLE),
    (TLSError, "url: no secure connection: the server's certificate or TLS is not accepted"),
    (httpx.ConnectError, UNREACHABLE),
    (httpx.TimeoutException, "url: the server did not answer in time"),
    (httpx.TransportError, "url: the server broke off, or what it answered is not HTTP"),
    # httpx looks at where a redirect leads even if it is not to follow it.
    (httpx.InvalidURL, "url: it redirects to something that is no URL"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """What came, as text. `truncated` says that it had more."""

    #: Where it was found in the end.
    url: str
    status: int
    #: Without parameters, such as text/html.
    content_type: str
    text: str
    truncated: bool

    @property
    def is_html(self) -> bool:
        return self.content_type in _HTML


def normal_url(url: str, ports: Collection[int] = WEB_PORTS) -> str:
    """The URL without its fragment, normalised; BadInput says why it is not fetched."""
    checked = check_url(url.partition("#")[0], "url")
    parsed = httpx.URL(checked)
    if (parsed.port or (443 if parsed.scheme == "https" else 80)) not in ports:
        allowed = ", ".join(map(str, sorted(ports)))
        raise ToolFailed(f"url: only these ports are allowed: {allowed}", field="url")
    return checked


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    ports: Collection[int] = WEB_PORTS,
    time_limit: float = TIME_LIMIT,
) -> Page:
    """Get a page. BadInput and ToolFailed say why there is none."""
    first = normal_url(url, ports)
    try:
        async with asyncio.timeout(time_limit):
            with _failures():
                return await _followed(client, first, ports)
    except TimeoutError as error:
        message = f"url: the page did not arrive within {time_limit:g} seconds"
        raise ToolFailed(message, field="url") from error


async def _followed(client: httpx.AsyncClient, url: str, ports: Collection[int]) -> Page:
    for _ in range(MAX_REDIRECTS + 1):
        async with client.stream("GET", url, headers=_HEADERS) as response:
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return await _page(response, url)
        url = _target(url, location, ports)
    raise ToolFailed(f"url: more than {MAX_REDIRECTS} redirects", field="url")


def _target(url: str, location: str, ports: Collection[int]) -> str:
    try:
        return normal_url(urljoin(url, location.strip()), ports)
    except BadInput as error:
        reason = error.message.removeprefix("url: ")
        raise ToolFailed(f"url: it redirects to another URL: {reason}", field="url") from error
    except ValueError as error:
        raise ToolFailed("url: it redirects to something that is no URL", field="url") from error


async def _page(response: httpx.Response, url: str) -> Page:
    status = response.status_code
    if not response.is_success:
        raise ToolFailed(f"url: the server answered {status}{_phrase(status)}", field="url")
    header = response.headers.get("content-type", "")
    named = _TYPE.match(header)
    content_type = named[1].lower() if named else ""
    if content_type and not _TAKEN.fullmatch(content_type):
        message = f"{content_type[:_SHOWN]} is not fetched, only HTML, text, JSON and XML"
        raise ToolFailed(f"url: {message}", field="url")
    coding = response.headers.get("content-encoding", "")
    content, truncated = await body.read(response.aiter_raw(), coding, MAX_BODY)
    text = await body.text(content, header)
    if "\0" in text[:_HEAD]:
        raise ToolFailed("url: this is binary data, not a page", field="url")
    return Page(url, status, content_type or _guessed(text), text, truncated)


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _guessed(text: str) -> str:
    return "text/html" if _LOOKS_LIKE_HTML.match(text[:_HEAD]) else "text/plain"


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (Upstream, httpx.TransportError, httpx.InvalidURL) as error:
        message = next(message for theirs, message in _FAILURES if isinstance(error, theirs))
        raise ToolFailed(message, field="url") from error


@dataclass(frozen=True, slots=True)
class Readable:
    title: str | None
    content: str


#: Searches at the same time: an engine that is silent must not keep other tools from their threads.
SEARCHES = 4


class Web:
    """What the web tools work with: the guarded client, and the processes that read HTML."""

    def __init__(self, egress: Egress) -> None:
        self.searches = ThreadPoolExecutor(SEARCHES, "luxx-search")
        self._client = egress.web
        self._ports = egress.web_ports
        self._extractor = Extractor()

    def normal_url(self, url: str) -> str:
        """What tells pages apart; BadInput says why this one is not fetched."""
        return normal_url(url, self._ports)

    async def fetch(self, url: str) -> Page:
        """Get a page. BadInput and ToolFailed say why there is none."""
        return await fetch(self._client, url, ports=self._ports)

    async def readable(self, page: Page, form: Format) -> Readable:
        """What there is to read on a page; what is no HTML stays as it is.

        A page that cannot be read in time, or without breaking the reader, is given as plain text:
        all of it, its menus included, is more useful than an error.
        """
        if not page.is_html:
            return Readable(None, page.text)
        title = readable.title(page.text)
        if form == "html":
            return Readable(title, page.text)
        content = await self._extractor.extract(page.text, page.url, form)
        if content is None:
            content = await anyio.to_thread.run_sync(readable.plain, page.text)
        return Readable(title, content)

    async def close(self) -> None:
        self.searches.shutdown(wait=False, cancel_futures=True)
        await self._extractor.close()
