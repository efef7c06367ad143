"""The files of the pages, compressed once for browsers that take them so."""

import gzip
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

#: Everything else that is shipped (fonts) is compressed as it is.
TEXTS = {".js", ".css", ".svg", ".txt"}


class CompressedFiles(StaticFiles):
    """What is shipped does not change while a server runs: its compressed form is kept."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._compressed: dict[tuple[str, str], bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix == ".html":
            raise HTTPException(404)  # a page has an address and a policy of its own
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Vary"] = "Accept-Encoding"
        accepted = Headers(scope=scope).get("accept-encoding", "")
        if not isinstance(response, FileResponse) or "gzip" not in accepted:
            return response
        if Path(path).suffix not in TEXTS:
            return response
        headers = dict(response.headers) | {"Content-Encoding": "gzip"}
        del headers["content-length"]
        return Response(await self._compress(response), headers=headers)

    async def _compress(self, response: FileResponse) -> bytes:
        key = (str(response.path), response.headers["etag"])
        if key not in self._compressed:
            self._compressed[key] = await anyio.to_thread.run_sync(_gzip, Path(response.path))
        return self._compressed[key]


def _gzip(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
