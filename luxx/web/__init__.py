"""The pages that the server serves: console, playground, reference of the REST API."""

from collections.abc import Iterator

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from luxx.config import Settings
from luxx.web.files import CompressedFiles
from luxx.web.pages import CONSOLE, PLAYGROUND, REFERENCE, STATIC


class _Endpoint:
    """`/graphql`: the playground for a browser that asks for a page, else GraphQL."""

    def __init__(self, graphql: ASGIApp, *, playground: bool) -> None:
        self._graphql = graphql
        self._playground = playground

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["luxx.route"] = PLAYGROUND.path
        if self._playground and scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            await PLAYGROUND.response()(scope, receive, send)
            return
        await self._graphql(scope, receive, send)


def web_routes(graphql: ASGIApp, settings: Settings) -> Iterator[BaseRoute]:
    """`/graphql`, the pages that the settings ask for, and their files."""
    endpoint = _Endpoint(graphql, playground=settings.playground)
    yield Route(PLAYGROUND.path, endpoint)
    yield WebSocketRoute(PLAYGROUND.path, endpoint)
    if settings.console:
        yield CONSOLE.route()
    if settings.api_docs:
        yield REFERENCE.route()
    if settings.playground or settings.console or settings.api_docs:
        yield Mount("/static", CompressedFiles(STATIC))
