"""The pages that the server serves. Everything is shipped; nothing comes from another host."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class _Endpoint:
    """`/graphql`: the playground for a browser that asks for a page, else GraphQL."""

    def __init__(self, graphql: ASGIApp, *, playground: bool) -> None:
        self._graphql = graphql
        self._playground = playground

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["luxx.route"] = "/graphql"
        if self._playground and scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            page = FileResponse(STATIC / "playground.html", headers=HEADERS)
            await page(scope, receive, send)
            return
        await self._graphql(scope, receive, send)


def web_routes(graphql: ASGIApp, *, playground: bool) -> list[BaseRoute]:
    """`/graphql` and, with the playground, its files and a redirect to it from `/`."""
    endpoint = _Endpoint(graphql, playground=playground)
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", endpoint),
    ]
    if playground:
        routes += [
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/", _to("/graphql")),
        ]
    return routes


def _to(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def redirect(_request: Request) -> Response:
        return RedirectResponse(path)

    return redirect
