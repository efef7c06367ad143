"""The one way out: HTTP clients that cannot be led to an address their user may not reach.

Every resolved address is checked where its socket is made, just before it is connected, so neither
a name that resolves anew nor an odd notation gets past. Where a provider may be depends on two
things: whether the user is trusted, and what the operator listed as an allowed private host. The
web tools reach public addresses, at the usual ports, whoever uses them.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from typing import cast

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from luxx import __version__
from luxx.errors import BadInput, ConfigError, Upstream
from luxx.sandbox.addresses import Reach, reach
from luxx.sandbox.failures import FORBIDDEN, NEVER, REFUSED, AddressRefusedError, httpx_errors
from luxx.sandbox.lookup import Lookup

Network = IPv4Network | IPv6Network
AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
Classify = Callable[[str], Reach]
#: Whether a socket to this address and port may be made.
MayReach = Callable[[str, int], bool]

#: The extension of a response that holds its transport: a reader that rests can leave what comes
#: to the kernel.
TRANSPORT = "luxx.transport"
MAX_URL = 2_048
MAX_CONNECTIONS = 1_000
TIMEOUT = httpx.Timeout(60.0, connect=10.0, pool=15.0)
WEB_PORTS = frozenset({80, 443, 8080, 8443})
MAX_WEB_CONNECTIONS = 100
WEB_TIMEOUT = httpx.Timeout(20.0, connect=5.0, pool=10.0)

_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65_535
#: RFC 3986 allows none of these, and parsers disagree about where they put the host.
_SUSPICIOUS = re.compile(r"[\x00-\x20\x7f\\]")
#: A last label that is a number makes the host an IPv4 address in one of its odd notations.
_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)


def check_url(url: str, field: str) -> str:
    """Normalise an http(s) URL; BadInput, naming `field`, says what is wrong with another one.

    Where it leads is not decided here but at every connection.
    """

    def bad(reason: str) -> BadInput:
        return BadInput(f"{field}: {reason}", field=field)

    url = url.strip()
    if len(url) > MAX_URL:
        raise bad(f"expected at most {MAX_URL} characters")
    if _SUSPICIOUS.search(url):
        raise bad("expected a URL without spaces, control characters and backslashes")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise bad("expected a URL such as https://api.example.com/v1") from None
    if parsed.scheme not in _PORTS or not parsed.host or "%" in parsed.host:
        raise bad("expected an http:// or https:// URL")
    if parsed.userinfo or "@" in url.split("?", 1)[0].split("/", 3)[2]:
        raise bad("expected a URL without a user name or password")
    if parsed.port is not None and not 0 < parsed.port <= _MAX_PORT:
        raise bad(f"expected a port between 1 and {_MAX_PORT}")
    if parsed.fragment or url.endswith("#"):
        raise bad("expected a URL without a fragment")
    if _is_odd_address(parsed):
        raise bad("expected a host name, or an IP address in its usual notation")
    return str(parsed)


def _is_odd_address(url: httpx.URL) -> bool:
    bare = _host(url)
    if not bare or not _NUMERIC.fullmatch(bare):
        return not bare
    try:
        return str(IPv4Address(bare)) != url.host
    except ValueError:
        return True


@cache
def _tls() -> ssl.SSLContext:
    """Reading the roots takes 25 ms: once for all servers of a process."""
    made = httpx.create_ssl_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


class Egress:
    """Owns the connections to the outside: to public providers, to private ones, and to the web.

    Tests may say who reaches an address, and which ports the web has.
    """

    def __init__(
        self,
        allowed_private_hosts: Sequence[str],
        *,
        resolver: AbstractResolver | None = None,
        reach: Classify = reach,
        web_ports: Collection[int] = WEB_PORTS,
    ) -> None:
        allowed = _Allowed(allowed_private_hosts, reach)
        tls = _tls()
        public = _transport(tls, resolver, lambda address, _: allowed.public_address(address))
        private = _transport(tls, resolver, lambda address, _: reach(address) is not Reach.NEVER)
        self._lookup = Lookup()
        web = _transport(
            tls,
            resolver or self._lookup,
            lambda address, port: port in web_ports and reach(address) is Reach.PUBLIC,
            MAX_WEB_CONNECTIONS,
        )
        self._trusted = _client(_Guarded(private, private, allowed, NEVER), TIMEOUT)
        self._untrusted = _client(_Guarded(public, private, allowed, FORBIDDEN), TIMEOUT)
        self.web_ports = web_ports
        #: For the web tools: no private host is allowed here, whatever the operator listed.
        self.web = _client(_Guarded(web, web, _Allowed((), reach)), WEB_TIMEOUT)

    def client(self, *, trusted: bool) -> httpx.AsyncClient:
        """The shared client; `trusted` reaches loopback and private addresses as well.

        Link-local, metadata, multicast and unspecified addresses are reached by nobody. A request
        that is led to a refused address raises Upstream, other failures are httpx's own.
        """
        return self._trusted if trusted else self._untrusted

    async def close(self) -> None:
        """Close every connection; no client can be used afterwards."""
        await self._trusted.aclose()
        await self._untrusted.aclose()
        await self.web.aclose()
        await self._lookup.close()


class _Allowed:
    """What the operator listed: names are compared with the URL, networks with the address."""

    def __init__(self, entries: Sequence[str], reach: Classify) -> None:
        self._reach = reach
        self._networks = tuple(_network_entry(e) for e in entries if "/" in e)
        self._hosts = frozenset(_host_entry(e) for e in entries if "/" not in e)

    def public_address(self, address: str) -> bool:
        verdict = self._reach(address)
        if verdict is Reach.PRIVATE and self._networks:
            return any(ip_address(address) in network for network in self._networks)
        return verdict is Reach.PUBLIC

    def names(self, url: httpx.URL) -> bool:
        host = _host(url)
        return (host, None) in self._hosts or (host, _port(url)) in self._hosts


def _network_entry(entry: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError as error:
        raise _bad_entry(entry) from error


def _bad_entry(entry: str) -> ConfigError:
    return ConfigError(f"LUXX_ALLOWED_PRIVATE_HOSTS: {entry!r} is no host, host:port or network")


def _host_entry(entry: str) -> tuple[str, int | None]:
    is_bare_ipv6 = entry.count(":") > 1 and not entry.startswith("[")
    try:
        # A scheme without a default port keeps `host:80` apart from `host`.
        url = httpx.URL(f"any://[{entry}]" if is_bare_ipv6 else f"any://{entry}")
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    if not url.host or url.userinfo or "%" in url.host:
        raise _bad_entry(entry)
    return _host(url), url.port


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower().rstrip(".")


def _port(url: httpx.URL) -> int | None:
    return url.port or _PORTS.get(url.scheme)


def _transport(
    tls: ssl.SSLContext,
    resolver: AbstractResolver | None,
    may_reach: MayReach,
    connections: int = MAX_CONNECTIONS,
) -> AiohttpTransport:
    def open_socket(info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not may_reach(address[0], address[1]):
            raise AddressRefusedError(AddressRefusedError.__doc__)
        return socket.socket(family, kind, protocol)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=connections, ssl=tls, resolver=resolver, socket_factory=open_socket
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    # The session is made at the first request, inside the running loop.
    return AiohttpTransport(verify=tls, client=session)


def _client(transport: httpx.AsyncBaseTransport, timeout: httpx.Timeout) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        transport=transport,
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity", "User-Agent": f"luxx/{__version__}"},
    )
    # One client serves all users: a cookie set for one must never be sent for another.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


class _Guarded(httpx.AsyncBaseTransport):
    """Picks the connections that a request may use, and raises what httpx itself would raise."""

    def __init__(
        self,
        usual: AiohttpTransport,
        private: AiohttpTransport,
        allowed: _Allowed,
        refusal: str = REFUSED,
    ) -> None:
        self._usual = usual
        self._private = private
        self._allowed = allowed
        self._refusal = refusal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _check_request(request.url)
        transport = self._private if self._allowed.names(request.url) else self._usual
        refusal = self._refusal.format(host=request.url.netloc.decode("ascii"))
        with httpx_errors(request, refusal):
            response = await transport.handle_async_request(request)
        body = _Body(cast("httpx.AsyncByteStream", response.stream), request)
        if _is_compressed(request, response):
            await body.aclose()
            raise Upstream("The server sent a compressed answer that was not asked for")
        response.stream = body
        if held := _socket(body.inner):
            response.extensions[TRANSPORT] = held
        return response

    async def aclose(self) -> None:
        await self._usual.aclose()
        await self._private.aclose()


def _socket(stream: httpx.AsyncByteStream) -> asyncio.ReadTransport | None:
    """The socket of an answer that is still being read."""
    answer = getattr(stream, "_aiohttp_response", None)
    connection = answer.connection if isinstance(answer, aiohttp.ClientResponse) else None
    return connection.transport if connection else None


def _check_request(url: httpx.URL) -> None:
    try:
        check_url(str(url.copy_with(fragment=None)), "url")
    except BadInput as error:
        raise Upstream(f"This address is not allowed: {error.message}") from error


def _is_compressed(request: httpx.Request, response: httpx.Response) -> bool:
    """A few kilobytes can expand to gigabytes: only who asked for that has to deal with it."""
    asked = request.headers.get("accept-encoding", "identity")
    coding = response.headers.get("content-encoding", "identity")
    return asked == "identity" and coding.strip().lower() not in {"", "identity"}


class _Body(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, request: httpx.Request) -> None:
        self.inner = inner
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with httpx_errors(self._request):
            async for chunk in self.inner:
                yield chunk

    async def aclose(self) -> None:
        with httpx_errors(self._request):
            await self.inner.aclose()
