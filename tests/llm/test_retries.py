"""The client asks again where that may help, and puts differently what was refused."""

import asyncio
from contextlib import aclosing
from typing import Literal

import pytest
from rawserver import (
    BUSY,
    HELLO,
    KEY,
    Answer,
    RawServer,
    ask,
    delta,
    endpoint_of,
    event,
    hear,
    model_client,
)

from luxx.config import Secret
from luxx.errors import Upstream
from luxx.llm import exchange as exchange_module
from luxx.llm.base import Endpoint, TextDelta
from luxx.llm.client import ModelClient, Probe, Timeouts

Wire = Literal["openai", "anthropic"]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
async def test_a_busy_provider_is_asked_again(
    status: int, server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer(status=status), Answer(status=status), HELLO]
    assert (await hear(client, endpoint_of(server), ask())).text == "Hello"
    assert len(server.received) == 3


async def test_it_is_asked_three_times_at_most(server: RawServer, client: ModelClient) -> None:
    server.answers = [BUSY]
    with pytest.raises(Upstream, match="503: Busy"):
        await hear(client, endpoint_of(server), ask())
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 301])
async def test_a_refusal_is_final(status: int, server: RawServer, client: ModelClient) -> None:
    server.answers = [Answer([f"No, {KEY}".encode()], status=status)]
    with pytest.raises(Upstream) as raised:
        await hear(client, endpoint_of(server), ask())
    assert len(server.received) == 1
    assert raised.value.upstream_status == status
    assert KEY not in raised.value.message + raised.value.body


async def test_a_wait_that_was_asked_for_is_kept(server: RawServer, client: ModelClient) -> None:
    server.answers = [Answer(status=429, headers={"Retry-After-Ms": "200"}), HELLO]
    began = asyncio.get_running_loop().time()
    await hear(client, endpoint_of(server), ask())
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_wait_longer_than_the_first_token_may_take_is_final(server: RawServer) -> None:
    server.answers = [Answer(status=429, headers={"Retry-After": "20"}), HELLO]
    async with model_client(Timeouts(first_token=5, progress=5, total=10)) as client:
        with pytest.raises(Upstream) as raised:
            await hear(client, endpoint_of(server), ask())
    assert raised.value.retry_after == 20
    assert len(server.received) == 1


async def test_a_connection_dropped_before_the_answer_is_made_again(
    server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer(drop=True), HELLO]
    assert (await hear(client, endpoint_of(server), ask())).text == "Hello"


async def test_an_error_before_the_first_token_of_a_success_is_tried_again(
    server: RawServer, client: ModelClient
) -> None:
    error = event({"type": "error", "error": {"type": "overloaded_error", "message": "x"}})
    stop = event({"type": "message_stop"})
    server.answers = [Answer([error]), Answer([stop])]
    assert (await hear(client, endpoint_of(server, "anthropic"), ask())).finish == "stop"


async def test_nothing_is_asked_again_after_the_first_token(
    server: RawServer, client: ModelClient
) -> None:
    error = event({"error": {"type": "server_error", "message": "boom"}})
    server.answers = [Answer([delta(content="a") + error]), HELLO]
    async with aclosing(client.stream(endpoint_of(server), ask())) as batches:
        assert await anext(batches) == [TextDelta("a")]
        with pytest.raises(Upstream, match="boom"):
            await anext(batches)
    assert len(server.received) == 1


async def test_a_body_broken_off_is_a_cut_unless_it_had_finished(
    server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer([delta(content="a")], cut=True)]
    with pytest.raises(Upstream, match="closed the connection before"):
        await hear(client, endpoint_of(server), ask())
    server.answers = [Answer([delta("stop", content="a")], cut=True)]
    assert (await hear(client, endpoint_of(server), ask())).text == "a"


async def test_an_unreachable_provider() -> None:
    nowhere = Endpoint(origin="1", wire="openai", base_url="http://127.0.0.1:1", trusted=True)
    async with model_client() as client:
        with pytest.raises(Upstream, match="could not be reached"):
            await hear(client, nowhere, ask())
        probe = await client.probe(nowhere, "m")
    assert probe == Probe(0, "The provider could not be reached")


async def test_a_private_address_is_refused_at_once(server: RawServer, client: ModelClient) -> None:
    stranger = Endpoint(origin="1", wire="openai", base_url=server.url)
    with pytest.raises(Upstream, match=r"may not reach 127\.0\.0\.1"):
        await hear(client, stranger, ask())
    assert server.connections == 0


@pytest.mark.parametrize("key", ["ключ", "a\nb"])
async def test_a_key_that_cannot_be_sent_is_said_and_not_shown(
    key: str, client: ModelClient
) -> None:
    odd = Endpoint(origin="1", wire="openai", base_url="http://x.example", api_key=Secret(key))
    with pytest.raises(Upstream, match="characters that cannot be sent") as raised:
        await hear(client, odd, ask())
    assert key not in raised.value.message


async def test_stream_options_are_dropped_where_they_are_refused_and_it_is_remembered(
    server: RawServer, client: ModelClient
) -> None:
    refusal = Answer([b'{"error": {"message": "Unknown: stream_options"}}'], status=400)
    server.answers = [refusal, HELLO]
    for _ in range(2):
        assert (await hear(client, endpoint_of(server), ask())).text == "Hello"
    assert ["stream_options" in each.body for each in server.received] == [True, False, False]


async def test_what_only_this_conversation_holds_is_not_remembered(
    server: RawServer, client: ModelClient
) -> None:
    refusal = Answer([b'{"error": {"message": "Expected `thinking`, found tool_use"}}'], status=400)
    stop = Answer([event({"type": "message_stop"})])
    server.answers = [refusal, stop, stop]
    request = ask("claude-sonnet-4-5", thinking=True)
    for _ in range(2):
        await hear(client, endpoint_of(server, "anthropic"), request)
    assert ["thinking" in each.body for each in server.received] == [True, False, True]


async def test_a_server_that_refuses_everything_is_believed_in_the_end(
    server: RawServer, client: ModelClient
) -> None:
    words = b"max_completion_tokens"
    server.answers = [Answer([words], status=400)]
    with pytest.raises(Upstream, match="max_completion_tokens"):
        await hear(client, endpoint_of(server), ask())
    assert len(server.received) == exchange_module.REPAIRS + 1


async def test_what_was_learned_is_bounded(
    server: RawServer, client: ModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_module, "MAX_LEARNED", 1)
    refusal = Answer([b"stream_options"], status=400)
    for model in ("a", "b", "a"):
        server.answers = [refusal, HELLO]
        await hear(client, endpoint_of(server), ask(model))
    assert len(server.received) == 6
