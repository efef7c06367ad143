"""The search tool: how ddgs is called, and what becomes of its answers and failures."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import anyio
import ddgs
import ddgs.ddgs
import ddgs.exceptions
import pytest
from ddgs.engines import ENGINES
from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException
from sandbox.loopback import Listener, answer

from luxx.errors import BadInput, ToolFailed
from luxx.tools import search as module
from luxx.tools.base import ToolContext
from luxx.tools.crawler import web_search
from luxx.tools.search import ATTEMPTS, FAILURES, PATIENCE, search

FOUND = {"title": "Foxes", "href": "https://h.example/", "body": "All about them"}


class FakeDDGS:
    """Takes exactly what the real one takes."""

    #: What each search gives or raises, in turn.
    outcomes: ClassVar[list[list[dict[str, Any]] | Exception]]
    asked: ClassVar[list[dict[str, Any]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inspect.signature(ddgs.ddgs.DDGS).bind(*args, **kwargs)
        self._made = kwargs

    def text(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        inspect.signature(ddgs.ddgs.DDGS._search_sync).bind(self, "text", *args, **kwargs)
        self.asked.append({**self._made, "query": args[0], **kwargs})
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> type[FakeDDGS]:
    FakeDDGS.outcomes, FakeDDGS.asked = [[FOUND]], []
    monkeypatch.setattr(ddgs, "DDGS", FakeDDGS)
    return FakeDDGS


async def _search(**arguments: Any) -> Any:
    """With all of a context that a search needs."""
    with ThreadPoolExecutor(1) as searches:
        context = cast("ToolContext", SimpleNamespace(web=SimpleNamespace(searches=searches)))
        return await web_search.function(context, **web_search.check(arguments))


async def test_a_search_gives_title_url_and_snippet(engine: type[FakeDDGS]) -> None:
    assert await _search(query="foxes", max_results=3) == {
        "query": "foxes",
        "results": [{"title": "Foxes", "url": "https://h.example/", "snippet": "All about them"}],
    }
    assert engine.asked == [
        {
            "timeout": PATIENCE,
            "query": "foxes",
            "region": "wt-wt",
            "safesearch": "moderate",
            "max_results": 3,
            "backend": "duckduckgo",
        }
    ]


async def test_others_are_asked_only_where_the_first_gives_nothing(engine: type[FakeDDGS]) -> None:
    engine.outcomes = [DDGSException("No results found."), [FOUND]]
    assert len((await _search(query="foxes"))["results"]) == 1
    assert [each["backend"] for each in engine.asked] == [engines for engines, _ in ATTEMPTS]


def test_every_engine_that_is_asked_exists() -> None:
    for engines, _ in ATTEMPTS:
        assert set(engines.split(",")) <= ENGINES["text"].keys()


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failure_of_the_engines_is_said_in_our_words(
    failure: type[DDGSException], engine: type[FakeDDGS]
) -> None:
    engine.outcomes = [DDGSException("secret detail"), failure("secret detail")]
    with pytest.raises(ToolFailed) as caught:
        await _search(query="foxes")
    assert caught.value.message == FAILURES[failure]


def test_no_exception_of_ddgs_is_unmapped() -> None:
    theirs = {
        each
        for each in vars(ddgs.exceptions).values()
        if isinstance(each, type) and issubclass(each, Exception)
    }
    assert theirs == FAILURES.keys() == {DDGSException, RatelimitException, TimeoutException}


async def test_a_result_is_cut_and_one_that_is_no_web_page_left_out(engine: type[FakeDDGS]) -> None:
    long = {"title": "t" * 5_000, "href": "http://h.example/", "body": "b" * 5_000}
    others = [{**FOUND, "href": href} for href in ("javascript:x", "", "https://" + "a" * 3_000)]
    engine.outcomes = [[*others, long]]
    (only,) = (await _search(query="foxes"))["results"]
    assert (len(only["title"]), len(only["snippet"])) == (300, 1_000)


@pytest.mark.parametrize("arguments", [{"query": ""}, {"query": " "}, {"query": "x" * 501}])
async def test_a_query_needs_words(arguments: dict[str, Any], engine: type[FakeDDGS]) -> None:
    with pytest.raises(BadInput, match="query: expected"):
        await _search(**arguments)
    assert engine.asked == []


@pytest.fixture
async def duckduckgo(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    """The real library, asking a page of results that is here."""
    listener = Listener()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "ATTEMPTS", ATTEMPTS[:1])
    async with await asyncio.start_server(listener.handle, "127.0.0.1", 0) as server:
        listener.port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(ENGINES["text"]["duckduckgo"], "search_url", listener.url())
        yield listener


async def test_the_real_library_finds_what_the_engine_says(duckduckgo: Listener) -> None:
    result = (
        '<div class="result__body"><h2>The <b>Fox</b></h2>'
        '<a href="https://h.example/fox">What a fox says</a></div>'
    )
    duckduckgo.answer = answer("Content-Type: text/html", body=f"<html><body>{result}".encode())
    found = await anyio.to_thread.run_sync(search, "fox & hound", 5)
    assert found == [
        {"title": "The Fox", "url": "https://h.example/fox", "snippet": "What a fox says"}
    ]
    assert duckduckgo.requests[0].startswith(b"POST /v1 ")


@pytest.mark.parametrize("status", ["202 Accepted", "429 Too Many Requests", "500 Oops"])
async def test_the_real_library_says_when_the_engine_refuses(
    status: str, duckduckgo: Listener
) -> None:
    duckduckgo.answer = answer("Content-Type: text/html", status=status, body=b"<p>no")
    with pytest.raises(ToolFailed) as caught:
        await anyio.to_thread.run_sync(search, "fox", 5)
    assert caught.value.message == FAILURES[DDGSException]


async def test_the_real_library_says_when_the_engine_is_silent(
    duckduckgo: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    duckduckgo.answer, duckduckgo.close_after = b"", False
    with pytest.raises(ToolFailed) as caught:
        await anyio.to_thread.run_sync(search, "fox", 5)
    assert caught.value.message == FAILURES[TimeoutException]
