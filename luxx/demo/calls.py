"""How the demo calls its server: as any client of the REST API does."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson

from luxx.errors import Unavailable


async def call(http: httpx.AsyncClient, method: str, path: str, **body: Any) -> Any:
    """One REST call; answers with `data`. Raises Unavailable with the server's message."""
    answer = (await http.request(method, path, json=body or None)).json()
    if not answer["success"]:
        raise Unavailable(f"{path}: {answer['message']}")
    return answer.get("data")


async def stream(
    http: httpx.AsyncClient, path: str, **body: Any
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Start a run and yield its events: (name, data), with deltas in place of whole texts."""
    async with http.stream("POST", f"{path}?delta=true", json=body) as response:
        if response.status_code != httpx.codes.OK:
            await response.aread()
            raise Unavailable(response.json()["message"])
        kind = ""
        async for line in response.aiter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                yield kind, orjson.loads(line[5:])
