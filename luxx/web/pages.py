"""Pages: a file, its address, and what a browser may do for it.

Everything is shipped; nothing comes from another host, and the policy of each page makes sure.
"""

from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

STATIC = Path(__file__).parent / "static"

#: What every page may do; a directive that is not here is `default-src`, nothing.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A file below `static`, and the folders there whose files it asks for.

    `policy` has the directives in which it differs from the others.
    """

    path: str
    file: str
    folders: tuple[str, ...] = ()
    policy: tuple[tuple[str, str], ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        policy = POLICY | dict(self.policy)
        return {
            "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }

    def response(self) -> Response:
        return FileResponse(STATIC / self.file, headers=self.headers)

    def route(self) -> Route:
        async def answer(_request: Request) -> Response:
            return self.response()

        return Route(self.path, answer)


#: Its editor writes style elements, has its icons in a font and the lines under a mistake as
#: pictures in the style sheet, and runs its languages in workers. All are files of ours.
PLAYGROUND = Page(
    "/graphql",
    "playground/index.html",
    ("playground",),
    (
        ("style-src", "'self' 'unsafe-inline'"),
        ("font-src", "'self'"),
        ("img-src", "'self' data:"),
        ("worker-src", "'self'"),
    ),
)
CONSOLE = Page("/", "console/index.html", ("chat", "console"))
#: Swagger UI draws with inline styles and pictures.
REFERENCE = Page(
    "/api/docs",
    "reference/index.html",
    ("reference",),
    (("style-src", "'self' 'unsafe-inline'"), ("img-src", "'self' data:")),
)
ICON = Page("/static/icon.svg", "icon.svg")
