"""From the base URL that a user wrote to the address of an operation."""

import re
from functools import lru_cache

import httpx

from luxx.errors import Upstream

#: What people paste along with the base URL.
_OPERATIONS = re.compile(r"/(chat/completions|completions|messages|models|responses)$")
_VERSION = re.compile(r"/v\d+\w*(/|$)")
#: Hosts whose operations stand directly under the root.
_UNVERSIONED = frozenset({"api.perplexity.ai"})


@lru_cache(maxsize=256)
def join(base_url: str, path: str) -> httpx.URL:
    """`path` below the base URL, with /v1 between them where the base names no version.

    A query (Azure's api-version) is kept, and says that the path before it is complete.
    """
    try:
        base = httpx.URL(base_url.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise Upstream("The provider's base URL is not a valid address") from error
    root = _OPERATIONS.sub("", base.path.rstrip("/")).rstrip("/")
    is_complete = bool(base.query) or base.host in _UNVERSIONED or bool(_VERSION.search(root))
    return base.copy_with(path=f"{root}{path}" if is_complete else f"{root}/v1{path}")


def host(base_url: str) -> str:
    """The host, with its port if it names one."""
    try:
        return httpx.URL(base_url.strip()).netloc.decode("ascii", "replace")
    except (httpx.InvalidURL, ValueError):
        return ""
