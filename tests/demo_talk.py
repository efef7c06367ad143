"""A scripted model on a real socket and a plain client that speaks to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
from support import serve

from luxx.llm.demo import Reply, ScriptedModel

HI = [{"role": "user", "content": "Hello"}]
CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
VERSION = {"anthropic-version": "2023-06-01"}


@dataclass
class Talk:
    model: ScriptedModel
    client: httpx.AsyncClient

    async def chat(self, *script: Reply, **fields: Any) -> httpx.Response:
        self.model.script.extend(script)
        return await self.client.post(CHAT, json={"model": "m", "messages": HI, **fields})

    async def messages(self, *script: Reply, **fields: Any) -> httpx.Response:
        self.model.script.extend(script)
        body = {"model": "m", "max_tokens": 2000, "messages": HI, **fields}
        return await self.client.post(MESSAGES, json=body, headers=VERSION)


@asynccontextmanager
async def talking(**options: Any) -> AsyncIterator[Talk]:
    model = ScriptedModel(**options)
    async with (
        serve(model) as base,
        httpx.AsyncClient(base_url=base, trust_env=False, timeout=10) as client,
    ):
        yield Talk(model, client)


def blocks(body: str) -> list[str]:
    """The blocks of an event stream, which has to end with a blank line."""
    assert body.endswith("\n\n")
    return body.removesuffix("\n\n").split("\n\n")


def data(block: str) -> Any:
    return orjson.loads(block.split("data: ", 1)[1])
