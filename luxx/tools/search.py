"""Searching the web with ddgs.

It makes its own connections, to the few search engines that it knows and to nothing that a user
names, so they do not pass the guarded client. A proxy that the operator's environment names is used
for them. DuckDuckGo is asked; others only where it gives nothing, as it often does to servers.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import ddgs
from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException

from luxx.errors import ToolFailed

MAX_RESULTS = 20
#: Seconds for one engine.
PATIENCE = 8
#: Asked one after another until there are results: engines, and what they call the whole world.
ATTEMPTS = (("duckduckgo", "wt-wt"), ("brave,mojeek", "us-en"))
#: What ddgs raises, and what it means here.
FAILURES: dict[type[DDGSException], str] = {
    RatelimitException: "The search engine takes no more searches for now: try again later",
    TimeoutException: "The search engine did not answer in time: try again later",
    DDGSException: "Nothing was found, or the search engine refused: try other words, or later",
}

_MAX_TITLE = 300
_MAX_URL = 2_048
_MAX_SNIPPET = 1_000


def search(query: str, most: int) -> list[dict[str, str]]:
    """The title, url and snippet of each result. It blocks: use a thread."""
    failure = DDGSException()
    for engines, region in ATTEMPTS:
        try:
            found = ddgs.DDGS(timeout=PATIENCE).text(
                query, region=region, safesearch="moderate", max_results=most, backend=engines
            )
        except DDGSException as error:
            failure = error
        else:
            return list(_results(found))
    raise ToolFailed(FAILURES[type(failure)]) from failure


def _results(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, str]]:
    for each in found:
        url = str(each.get("href", ""))
        if url.startswith(("https://", "http://")) and len(url) <= _MAX_URL:
            title, snippet = str(each.get("title", "")), str(each.get("body", ""))
            yield {"title": title[:_MAX_TITLE], "url": url, "snippet": snippet[:_MAX_SNIPPET]}
