"""The pages that the server serves: console, playground, reference of the REST API."""

from collections.abc import Iterator

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from luxx.config import Settings
from luxx.web.files import CompressedFiles
from luxx.web.pages import CONSOLE, ICON, PLAYGROUND, REFERENCE, STATIC

#: What a browser takes where it is led by an address, and a program that says nothing of it.
_PAGE = ("text/html", "*/*")


class _Endpoint:
    """`/graphql`: the playground for a browser that asks for a page, else GraphQL."""

    def __init__(self, graphql: ASGIApp, *, playground: bool) -> None:
        self._graphql = graphql
        self._playground = playground

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["luxx.route"] = PLAYGROUND.path
        asked = self._playground and _asks_for_a_page(scope)
        await (PLAYGROUND.response() if asked else self._graphql)(scope, receive, send)


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    accept = Headers(scope=scope).get("accept", "*/*")
    return any(kind in accept for kind in _PAGE)


def web_routes(graphql: ASGIApp, settings: Settings) -> Iterator[BaseRoute]:
    """`/graphql`, the pages that the settings ask for, and their files."""
    endpoint = _Endpoint(graphql, playground=settings.playground)
    yield Route(PLAYGROUND.path, endpoint)
    yield WebSocketRoute(PLAYGROUND.path, endpoint)
    pages = [PLAYGROUND] if settings.playground else []
    for page, wanted in ((CONSOLE, settings.console), (REFERENCE, settings.api_docs)):
        if wanted:
            pages.append(page)
            yield page.route()
    if pages:
        yield ICON.route()
    for folder in sorted({folder for page in pages for folder in page.folders}):
        yield Mount(f"/static/{folder}", CompressedFiles(STATIC / folder))
