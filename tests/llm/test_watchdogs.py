"""The client gives up on a provider that is silent, and on none that is not."""

import asyncio
from typing import Literal

import pytest
from rawserver import (
    KEEP_ALIVE,
    SHORT,
    STOP,
    Answer,
    RawServer,
    ask,
    delta,
    dripping,
    endpoint_of,
    event,
    hear,
    model_client,
)

from luxx.errors import Upstream
from luxx.llm import watch as watch_module
from luxx.llm.base import TextDelta
from luxx.llm.client import ModelClient, Timeouts

Wire = Literal["openai", "anthropic"]


@pytest.mark.parametrize("drop", [KEEP_ALIVE, b"\n\n", delta(role="assistant", content="")])
async def test_no_first_token(drop: bytes, server: RawServer) -> None:
    """Keep-alives, blank lines and empty chunks are no tokens."""
    dripping(server, drop, KEEP_ALIVE)
    async with model_client(SHORT) as client, asyncio.timeout(5):
        with pytest.raises(Upstream, match=r"no first token in 0\.3 s"):
            await hear(client, endpoint_of(server), ask())
        await server.left.wait()
    assert len(server.received) == 1


async def test_no_answer_at_all(server: RawServer) -> None:
    server.answers = [Answer(mute=True)]
    async with model_client(SHORT) as client, asyncio.timeout(5):
        with pytest.raises(Upstream, match=r"no first token in 0\.3 s"):
            await hear(client, endpoint_of(server), ask())
        await server.left.wait()


@pytest.mark.parametrize("drop", [KEEP_ALIVE, event({"choices": []})])
async def test_silence_after_the_first_token(drop: bytes, server: RawServer) -> None:
    dripping(server, drop, delta(content="a"))
    async with model_client(Timeouts(first_token=30, progress=0.3, total=60)) as client:
        async with asyncio.timeout(5):
            with pytest.raises(Upstream, match=r"silent for 0\.3 s"):
                await hear(client, endpoint_of(server), ask())
            await server.left.wait()


async def test_tokens_keep_a_reply_alive_until_its_total(server: RawServer) -> None:
    dripping(server, delta(content="a"), delta(content="a"))
    async with model_client(Timeouts(first_token=0.3, progress=0.3, total=1)) as client:
        with pytest.raises(Upstream, match="longer than 1 s in all"):
            await hear(client, endpoint_of(server), ask())


async def test_a_slow_reader_is_not_a_silent_provider(server: RawServer) -> None:
    server.answers = [Answer([delta(content="a")], hold=lambda: asyncio.sleep(0.1), after=STOP)]
    texts = ""
    async with model_client(SHORT) as client:
        async for batch in client.stream(endpoint_of(server), ask()):
            texts += "".join(each.text for each in batch if isinstance(each, TextDelta))
            await asyncio.sleep(0.5)
    assert texts == "a"


async def test_a_connection_left_open_after_the_finish_is_not_waited_for(
    server: RawServer, client: ModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "LINGER", 0.1)
    server.answers = [Answer([delta("stop", content="a")], hold=asyncio.Event().wait)]
    async with asyncio.timeout(5):
        assert (await hear(client, endpoint_of(server), ask())).text == "a"
        await server.left.wait()
