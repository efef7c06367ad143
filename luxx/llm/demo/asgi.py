"""The few shapes and steps of ASGI that the scripted model needs."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from luxx.errors import MalformedRequest, PayloadTooLarge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY = 32 * 1024 * 1024


async def read_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedRequest("The client left before its request was complete.")
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise PayloadTooLarge
        if not message.get("more_body", False):
            return bytes(body)


async def until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def start(send: Send, status: int, content_type: str, headers: Mapping[str, str]) -> None:
    named = {"content-type": content_type, **{k.lower(): v for k, v in headers.items()}}
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def lifespan(receive: Receive, send: Send) -> None:
    """Agree to start and to stop: the app holds nothing that needs either."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
