"""The client lists models and probes a provider."""

import asyncio
from typing import Literal

import pytest
from rawserver import (
    KEY,
    SHORT,
    Answer,
    RawServer,
    dripping,
    endpoint_of,
    event,
    model_client,
)

from luxx.errors import Upstream
from luxx.llm.client import ModelClient, Probe

Wire = Literal["openai", "anthropic"]


async def test_the_models_of_chat_completions(server: RawServer, client: ModelClient) -> None:
    names = [{"id": "b"}, {"id": "a"}, {"id": "a"}, "c", {"name": "d"}, {"id": "x" * 201}, {}, 7]
    server.answers = [Answer([event({"data": names})[6:]])]
    assert await client.models(endpoint_of(server)) == ["a", "b", "c", "d"]
    assert server.received[0].target == "/v1/models"


async def test_the_models_of_messages_in_pages(server: RawServer, client: ModelClient) -> None:
    first = {"data": [{"id": "b"}], "has_more": True, "last_id": "b"}
    server.answers = [Answer([event(page)[6:]]) for page in (first, {"data": [{"id": "a"}]})]
    assert await client.models(endpoint_of(server, "anthropic")) == ["a", "b"]
    assert [each.target for each in server.received] == [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=b",
    ]


async def test_a_list_without_end_is_cut(server: RawServer, client: ModelClient) -> None:
    page = {"data": [{"id": "a"}], "has_more": True, "last_id": "a"}
    server.answers = [Answer([event(page)[6:]])]
    assert await client.models(endpoint_of(server, "anthropic")) == ["a"]
    assert len(server.received) == 10


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "No"}}', "No"),
        (b'{"data": 1}', "unknown shape"),
        (b"7", "unknown shape"),
        (b"hello", "not JSON"),
    ],
)
async def test_what_is_no_list(
    body: bytes, words: str, server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer([body])]
    with pytest.raises(Upstream, match=words):
        await client.models(endpoint_of(server))


async def test_a_bare_list(server: RawServer, client: ModelClient) -> None:
    server.answers = [Answer([b'["b", "a"]'])]
    assert await client.models(endpoint_of(server)) == ["a", "b"]


async def test_a_list_and_a_probe_have_their_limits_too(server: RawServer) -> None:
    server.answers = [Answer(mute=True)]
    async with model_client(SHORT) as client:
        with pytest.raises(Upstream, match=r"in 0\.3 s"):
            await client.models(endpoint_of(server))
        assert await client.probe(endpoint_of(server), "m") == Probe(
            0, "The provider did not answer in 0.3 s"
        )


async def test_a_probe_shows_what_came_back(server: RawServer, client: ModelClient) -> None:
    server.answers = [Answer([f'{{"ok": "{KEY}"}}'.encode()])]
    assert await client.probe(endpoint_of(server), "m") == Probe(200, '{"ok": "***"}')
    assert server.body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": False,
        "max_tokens": 1,
    }


async def test_a_probe_gives_a_reasoning_model_room_to_begin(
    server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer([b"{}"])]
    await client.probe(endpoint_of(server), "gpt-5.6")
    assert server.body["max_completion_tokens"] == 16


async def test_a_refused_probe_shows_status_and_body(
    server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer([b'{"error": "No"}' + b" " * 5000], status=401)]
    assert await client.probe(endpoint_of(server), "m") == Probe(401, '{"error": "No"}')


async def test_of_an_endless_refusal_only_the_beginning_is_read(
    server: RawServer, client: ModelClient
) -> None:
    dripping(server, b"x" * 30_000)
    server.answers[0].status = 400
    async with asyncio.timeout(5):
        probe = await client.probe(endpoint_of(server), "m")
        await server.left.wait()
    assert (probe.status_code, len(probe.body)) == (400, 2000)
