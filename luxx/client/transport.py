"""GraphQL over HTTP: one operation, or a subscription as server-sent events.

The stream is that of the graphql-sse protocol's "distinct connections mode": an event `next` for
each result, `complete` at the end.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from luxx.errors import (
    BadInput,
    LuxxError,
    NotFound,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from luxx.sse import Splitter

#: Seconds without a byte after which a stream is dead: the server pings more often than that.
SILENCE = 45.0
CONNECT = 10.0
#: Seconds that a call may take; a subscription may take any time.
CALL = 300.0
_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=20)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Transport:
    """One server, spoken to with one login. Belongs to the event loop that uses it first."""

    def __init__(
        self, url: str, *, token: str = "", renew: Callable[[], Awaitable[str]] | None = None
    ) -> None:
        """`renew` gives a new token where the old one has expired."""
        self.url = _checked(url)
        self._token = token
        self._renew = renew
        self._renewing = asyncio.Lock()
        self._http = httpx.AsyncClient(
            base_url=self.url,
            timeout=httpx.Timeout(CALL, connect=CONNECT),
            limits=_LIMITS,
            # A proxy for the network is none for this machine.
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The operation's data. Raises what the server reports, or Unavailable without one."""
        token = self._token
        try:
            return await self._execute(document, variables)
        except Unauthenticated:
            if not await self._renewed(token):
                raise
            return await self._execute(document, variables)

    async def _execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = await self._http.send(self._request(document, variables))
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        return self._data(response.status_code, response.content)

    async def subscribe(
        self, document: str, variables: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any]]:
        """The data of each result, until the server ends the stream or the connection breaks."""
        token = self._token
        try:
            async with aclosing(self._subscribe(document, variables)) as results:
                async for data in results:
                    yield data
        except Unauthenticated:
            if not await self._renewed(token):
                raise
            raise Unavailable("The login was renewed") from None  # who follows comes again

    async def _subscribe(
        self, document: str, variables: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any]]:
        request = self._request(document, variables, accept="text/event-stream", timeout=SILENCE)
        try:
            response = await self._http.send(request, stream=True)
            async with aclosing(response):
                if not response.headers.get("content-type", "").startswith("text/event-stream"):
                    self._data(response.status_code, await response.aread())
                    raise Unavailable(f"{self.url} does not stream")
                splitter = Splitter()
                async for chunk in response.aiter_bytes():
                    for event in splitter.feed(chunk):
                        if event:
                            yield self._data(response.status_code, event)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _request(
        self,
        document: str,
        variables: Mapping[str, Any],
        *,
        accept: str = "application/json",
        timeout: float = CALL,
    ) -> httpx.Request:
        headers = {"Accept": accept, "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = orjson.dumps({"query": document, "variables": dict(variables)})
        times = httpx.Timeout(timeout, connect=CONNECT).as_dict()
        return self._http.build_request(
            "POST", "/graphql", content=body, headers=headers, extensions={"timeout": times}
        )

    async def _renewed(self, old: str) -> bool:
        """Have a token that is not `old`, if anything gives one."""
        if self._renew is None:
            return False
        async with self._renewing:
            if self._token == old:  # else another call has done it
                self._token = await self._renew()
        return True

    def _data(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer = orjson.loads(content)
        except orjson.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict) or not ({"data", "errors"} & answer.keys()):
            raise Unavailable(f"{self.url} is no Luxx server, or not reached: it answered {status}")
        if answer.get("errors"):
            raise _error(answer["errors"][0])
        return dict(answer["data"])

    def _unreachable(self, error: httpx.TransportError) -> Unavailable:
        reason = str(error) or type(error).__name__
        return Unavailable(f"{self.url} does not answer: {reason}")


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"url must be the server's, as https://chat.example.org, not {url!r}")
    return url.rstrip("/")


def _classes(base: type[LuxxError] = LuxxError) -> Iterator[type[LuxxError]]:
    for cls in base.__subclasses__():
        yield from _classes(cls)
        yield cls


#: What a code is; the class nearest to the root where several share one.
_BY_CODE = {cls.code: cls for cls in _classes()}


def _error(reported: Mapping[str, Any]) -> LuxxError:
    """What the server reports, as it was raised there."""
    message = str(reported.get("message", ""))
    extensions = reported.get("extensions") or {}
    cls = _BY_CODE.get(str(extensions.get("code")), LuxxError)
    if issubclass(cls, BadInput | NotFound):
        return cls(message, field=extensions.get("field"))
    if issubclass(cls, RateLimited):
        return cls(message, retry_after=int(extensions.get("retryAfter", 60)))
    return cls(message)
