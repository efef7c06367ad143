"""What a connection's failure is called: httpx's own names, whichever library had it."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx

from luxx.errors import Upstream


class AddressRefusedError(OSError):
    """The address is not allowed."""


class TLSError(httpx.ConnectError):
    """The server was reached, and is not who it should be or does not speak TLS."""


#: aiohttp's exceptions and what httpx raises by itself in that place; the first match counts.
_RAISES: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (aiohttp.ClientSSLError, TLSError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (TimeoutError, httpx.ReadTimeout),
    (aiohttp.ServerConnectionError, httpx.RemoteProtocolError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.ClientConnectionResetError, httpx.WriteError),
    (aiohttp.ClientError, httpx.ReadError),
    (OSError, httpx.ReadError),
)


@contextmanager
def httpx_errors(request: httpx.Request) -> Iterator[None]:
    """Map by the original exception: the transport's own table makes a refusal a timeout."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
        if isinstance(cause, aiohttp.ClientConnectorError) and isinstance(
            cause.os_error, AddressRefusedError
        ):
            raise Upstream("This address is not allowed") from error
        for theirs, ours in _RAISES:
            if isinstance(cause, theirs):
                raise ours(str(cause), request=request) from error
        raise
