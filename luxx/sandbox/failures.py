"""What a connection's failure is called: httpx's own names, whichever library had it."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx

from luxx.errors import Upstream

REFUSED = "This address is not allowed"
#: What users are told whose provider is refused: the host as they wrote it, and not where it leads.
#: Who is trusted is refused only what nobody can allow.
FORBIDDEN = (
    "Providers may not reach {host}: an administrator can allow a private host with"
    " LUXX_ALLOWED_PRIVATE_HOSTS"
)
NEVER = "Providers never reach {host}: it leads to a link-local, metadata or reserved address"


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
def httpx_errors(request: httpx.Request, refusal: str = REFUSED) -> Iterator[None]:
    """Map by the original exception: the transport's own table makes a refusal a timeout.

    `refusal` is what is said of an address that is not allowed.
    """
    try:
        yield
    except Exception as error:
        cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
        if isinstance(cause, aiohttp.ClientConnectorError) and isinstance(
            cause.os_error, AddressRefusedError
        ):
            raise Upstream(refusal) from error
        for theirs, ours in _RAISES:
            if isinstance(cause, theirs):
                raise ours(str(cause), request=request) from error
        raise
