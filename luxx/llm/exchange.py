"""Requests to a provider: sent, read within bounds, and put differently where they were refused."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import httpx
import orjson

from luxx.errors import Upstream
from luxx.llm.base import Endpoint, ModelRequest
from luxx.llm.failures import Translated, refused
from luxx.llm.profiles import Profile, profile
from luxx.llm.repairs import repaired
from luxx.llm.urls import host, join
from luxx.llm.wires import WIRES, Wire

#: How often a refused request is put differently.
REPAIRS = 4
#: What servers taught about models is forgotten beyond so many of them.
MAX_LEARNED = 1_000
#: Bytes of a refusal that are read.
MAX_REFUSAL = 64_000

_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
_OK = range(200, 300)
#: A reasoning model that cannot begin within its limit refuses instead of being cut.
_SMALLEST_REASONING = 16


class Clients(Protocol):
    """Where HTTP clients come from: `luxx.sandbox.egress.Egress`."""

    def client(self, *, trusted: bool) -> httpx.AsyncClient: ...


class Exchange:
    def __init__(self, clients: Clients, *, connect: float) -> None:
        self._clients = clients
        # Reading is watched by whoever reads: only it can tell a token from a keep-alive.
        self._timeout = httpx.Timeout(None, connect=connect)
        self._learned: dict[tuple[str, str, str], Profile] = {}

    async def open(
        self, endpoint: Endpoint, request: ModelRequest, *, streamed: bool = True
    ) -> tuple[httpx.Response, Profile]:
        """Send a model call; the response is open, and its status a success.

        A refusal that names an optional parameter is answered without it, and remembered.
        """
        wire, used = WIRES[endpoint.wire], self._profile(endpoint, request.model)
        for _ in range(REPAIRS):
            try:
                return await self._call(wire, endpoint, request, used, streamed=streamed), used
            except Upstream as error:
                repair = repaired(used, error)
                if repair is None:
                    raise
                used, is_lasting = repair
                if is_lasting:
                    self._learn(endpoint, request.model, used)
        return await self._call(wire, endpoint, request, used, streamed=streamed), used

    async def get(
        self, endpoint: Endpoint, path: str, params: Mapping[str, str | int]
    ) -> httpx.Response:
        """The open response to a GET; its status is a success."""
        headers = WIRES[endpoint.wire].headers(endpoint, self._profile(endpoint, ""))
        url = join(endpoint.base_url, path)
        return await self._send(endpoint, "GET", url.copy_merge_params(params), headers, None)

    async def _call(
        self,
        wire: Wire,
        endpoint: Endpoint,
        request: ModelRequest,
        used: Profile,
        *,
        streamed: bool,
    ) -> httpx.Response:
        call = wire.build(request, endpoint, used)
        body = call.body if streamed else _whole(call.body, used)
        url = join(endpoint.base_url, call.path)
        return await self._send(endpoint, "POST", url, call.headers, orjson.dumps(body))

    async def _send(
        self,
        endpoint: Endpoint,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> httpx.Response:
        if not (endpoint.api_key.isascii() and endpoint.api_key.isprintable()):
            raise Upstream("The provider's API key has characters that cannot be sent")
        client = self._clients.client(trusted=endpoint.trusted)
        with Translated():
            request = client.build_request(
                method,
                url,
                headers={**_HEADERS, **headers},
                content=content,
                timeout=self._timeout,
            )
            response = await client.send(request, stream=True)
        if response.status_code in _OK:
            return response
        try:
            body = await read(response, MAX_REFUSAL)
        finally:
            await close(response)
        raise refused(response.status_code, response.headers, body, endpoint.api_key)

    def _profile(self, endpoint: Endpoint, model: str) -> Profile:
        learned = self._learned.get((endpoint.wire, endpoint.base_url, model))
        return learned or profile(endpoint.wire, host(endpoint.base_url), model)

    def _learn(self, endpoint: Endpoint, model: str, used: Profile) -> None:
        if len(self._learned) >= MAX_LEARNED:
            self._learned.pop(next(iter(self._learned)))
        self._learned[endpoint.wire, endpoint.base_url, model] = used


def _whole(body: dict[str, Any], used: Profile) -> dict[str, Any]:
    """The same request for an answer in one piece."""
    body = {**body, "stream": False}
    body.pop("stream_options", None)
    body.pop("tool_stream", None)
    if used.limit == "max_completion_tokens":
        body[used.limit] = max(body[used.limit], _SMALLEST_REASONING)
    return body


async def read(response: httpx.Response, limit: int) -> bytes:
    """The body, at most about `limit` bytes of it; what breaks off counts as its end."""
    body = bytearray()
    with suppress(Upstream), Translated():
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= limit:
                break
    return bytes(body[:limit])


async def close(response: httpx.Response) -> None:
    """Close the connection unless its body was read to the end; a failure changes nothing now."""
    with suppress(httpx.HTTPError, OSError):
        await response.aclose()
