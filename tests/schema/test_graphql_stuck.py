"""Viewers over graphql-sse who stop reading: nobody else takes what is sent to them."""

import asyncio
import json
from collections.abc import Callable

import pytest
from schema.asking import FOLLOW
from starlette.types import Message as Said
from support import until

from luxx.core import accounts
from luxx.core.services import Services
from luxx.models import Message, User
from luxx.schema import graphql_app, line


class Stuck:
    """Takes what the answer begins with and one event, and nothing more."""

    def __init__(self, token: str, message: Message) -> None:
        self.taken: list[bytes] = []
        self.left = False
        body = json.dumps({"query": FOLLOW, "variables": {"id": message.id}})
        self._asks = [{"type": "http.request", "body": body.encode(), "more_body": False}]
        headers = {
            "accept": "text/event-stream",
            "content-type": "application/json",
            "authorization": f"Bearer {token}",
        }
        self._scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

    async def view(self, services: Services) -> None:
        await graphql_app(services, services.settings)(self._scope, self._receive, self._send)
        self.left = True

    async def _receive(self) -> Said:
        if self._asks:
            return self._asks.pop()
        return await asyncio.Event().wait() and {}

    async def _send(self, said: Said) -> None:
        if len(self.taken) == 2:
            await asyncio.Event().wait()
        self.taken.append(said.get("body", b""))


async def test_one_who_takes_nothing_more_is_left(
    services: Services,
    ann: User,
    reply: Message,
    token_of: Callable[[User], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.03)
    monkeypatch.setattr(line, "SEND_SECONDS", 0.02)
    viewer = Stuck(token_of(ann), reply)

    async with asyncio.timeout(10):
        await viewer.view(services)

    assert viewer.taken[1].startswith(b"event: next\ndata: ")
    await until(lambda: services.log.readers == 0)


async def test_one_who_has_logged_out_is_left_at_once(
    services: Services,
    ann: User,
    reply: Message,
    token_of: Callable[[User], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.03)
    token = token_of(ann)
    viewer = Stuck(token, reply)
    viewing = asyncio.create_task(viewer.view(services))
    await until(lambda: len(viewer.taken) == 2)

    assert not viewer.left
    await accounts.logout(services, await accounts.authenticate(services, token))

    async with asyncio.timeout(10):
        await viewing
    await until(lambda: services.log.readers == 0)
