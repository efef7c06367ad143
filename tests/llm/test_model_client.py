"""The client over real HTTP: retries, watchdogs, cancellation, and the same reply at every cut."""

import asyncio
from contextlib import aclosing
from typing import Literal

import pytest
from rawserver import (
    DONE,
    HELLO,
    KEY,
    Answer,
    RawServer,
    ask,
    delta,
    endpoint_of,
    event,
    hear,
    parse,
)

from luxx.errors import Upstream
from luxx.llm.base import TextDelta, ToolCall
from luxx.llm.client import ModelClient

Wire = Literal["openai", "anthropic"]

STREAMS: dict[Wire, bytes] = {
    "openai": b"\xef\xbb\xbf: hi\r\n\r\n"
    + delta(reasoning_content="想一想")
    + delta(content="你好 😀").replace(b"\n", b"\r\n")
    + delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"a"'}}])
    + delta(tool_calls=[{"index": 0, "function": {"arguments": ': "é"}'}}])
    + delta("tool_calls").replace(b"\n", b"\r")
    + event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}})
    + DONE,
    "anthropic": b"".join(
        event(value, str(value["type"]))
        for value in (
            {"type": "message_start", "message": {"usage": {"input_tokens": 1}}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking"}},
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "thinking_delta", "thinking": "想一想"},
            },
            {"type": "ping"},
            {
                "type": "content_block_delta",
                "index": 1,
                "delta": {"type": "text_delta", "text": "你好 😀"},
            },
            {
                "type": "content_block_start",
                "index": 2,
                "content_block": {"type": "tool_use", "id": "c", "name": "f", "input": {}},
            },
            {
                "type": "content_block_delta",
                "index": 2,
                "delta": {"type": "input_json_delta", "partial_json": '{"a": "é"}'},
            },
            {
                "type": "message_delta",
                "delta": {"stop_reason": "tool_use"},
                "usage": {"output_tokens": 2},
            },
            {"type": "message_stop"},
        )
    ),
}


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_a_reply_cut_anywhere_is_the_same_reply(wire: Wire) -> None:
    stream = STREAMS[wire]
    expected = parse(stream, wire=wire)
    assert (expected.thinking, expected.text) == ("想一想", "你好 😀")
    assert expected.calls == [ToolCall("c", "f", '{"a": "é"}')]
    for cut in range(1, len(stream)):
        heard = parse(stream[:cut], stream[cut:], wire=wire)
        assert (heard.thinking, heard.text, heard.calls, heard.end) == (
            expected.thinking,
            expected.text,
            expected.calls,
            expected.end,
        ), cut


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_a_reply_cut_by_the_network_is_the_same_reply(
    wire: Wire, server: RawServer, client: ModelClient
) -> None:
    stream = STREAMS[wire]
    expected = parse(stream, wire=wire)
    for size in (1, 7, 64):
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        server.answers = [Answer(pieces)]
        heard = await hear(client, endpoint_of(server, wire), ask())
        assert (heard.text, heard.calls, heard.end) == (expected.text, expected.calls, expected.end)


async def test_the_request_as_it_arrives(server: RawServer, client: ModelClient) -> None:
    server.answers = [HELLO]
    assert (await hear(client, endpoint_of(server, path="/api/"), ask())).text == "Hello"
    received = server.received[0]
    assert (received.method, received.target) == ("POST", "/api/v1/chat/completions")
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["accept-encoding"] == "identity"
    assert received.body["stream"] is True


async def test_connections_are_used_again(server: RawServer, client: ModelClient) -> None:
    server.answers = [HELLO]
    for _ in range(3):
        await hear(client, endpoint_of(server), ask())
    assert server.connections == 1


async def test_text_comes_before_the_reply_is_over(server: RawServer, client: ModelClient) -> None:
    go_on = asyncio.Event()
    server.answers = [Answer([delta(content="a")], hold=go_on.wait)]
    async with aclosing(client.stream(endpoint_of(server), ask())) as batches:
        assert await anext(batches) == [TextDelta("a")]
        go_on.set()
        with pytest.raises(Upstream, match="closed the connection"):
            await anext(batches)


async def test_closing_the_generator_closes_the_connection(
    server: RawServer, client: ModelClient
) -> None:
    server.answers = [Answer([delta(content="a")], hold=asyncio.Event().wait)]
    async with asyncio.timeout(5):
        async with aclosing(client.stream(endpoint_of(server), ask())) as batches:
            await anext(batches)
        await server.left.wait()


@pytest.mark.parametrize(
    "answer", [Answer(mute=True), Answer([delta(content="a")], hold=asyncio.Event().wait)]
)
async def test_cancelling_the_reader_closes_the_connection(
    answer: Answer, server: RawServer, client: ModelClient
) -> None:
    server.answers = [answer]
    async with asyncio.timeout(5):
        task = asyncio.create_task(hear(client, endpoint_of(server), ask()))
        await server.answering.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.left.wait()
