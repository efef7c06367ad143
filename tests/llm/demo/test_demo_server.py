"""What a test can script, and how the server behaves around it."""

import asyncio
from collections import deque
from typing import Any

import httpx
import pytest
from demo_talk import CHAT, HI, MESSAGES, VERSION, blocks, data, talking

from luxx.llm.demo import Reply, ScriptedModel, server
from luxx.llm.demo.asgi import MAX_BODY

BODY = {"model": "m", "messages": HI, "stream": True}


async def collect(client: httpx.AsyncClient, path: str, into: bytearray) -> None:
    async with client.stream("POST", path, json=BODY | {"max_tokens": 9}) as answer:
        async for piece in answer.aiter_bytes():
            into += piece


async def test_replies_come_in_order_and_a_route_comes_first() -> None:
    async with talking() as talk:
        talk.model.routes["m"] = deque([Reply(text="routed")])
        talk.model.script.extend([Reply(text="one"), Reply(text="two")])
        texts = [
            (await talk.chat(model=name)).json()["choices"][0]["message"]["content"]
            for name in ("m", "m", "other", "m")
        ]
    assert texts[:3] == ["routed", "one", "two"]
    assert "not an AI" in texts[3]


@pytest.mark.parametrize(
    ("status", "openai", "anthropic"),
    [
        (402, "insufficient_quota", "billing_error"),
        (429, "rate_limit_error", "rate_limit_error"),
        (500, "server_error", "api_error"),
        (529, "server_error", "overloaded_error"),
    ],
)
async def test_a_scripted_status_has_the_error_body_of_its_format(
    status: int, openai: str, anthropic: str
) -> None:
    reply = Reply(status=status, headers={"Retry-After": "7"}, error="Not now")
    async with talking() as talk:
        first = await talk.chat(reply, stream=True)
        second = await talk.messages(reply, stream=True)
        third = await talk.chat(Reply(status=status))
    assert (first.status_code, second.status_code, third.status_code) == (status,) * 3
    assert first.headers["retry-after"] == second.headers["retry-after"] == "7"
    assert first.headers["content-type"] == "application/json"
    assert (first.json()["error"]["message"], first.json()["error"]["type"]) == ("Not now", openai)
    assert second.json()["error"] == {"type": anthropic, "message": "Not now"}
    assert str(status) in third.json()["error"]["message"]


@pytest.mark.parametrize("method", ["chat", "messages"])
async def test_a_cut_answer_ends_after_so_many_events(method: str) -> None:
    """The connection closes without the end of the body."""
    async with talking() as talk:
        path = CHAT if method == "chat" else MESSAGES
        talk.model.script.append(Reply(text="Hello world", cut_after=3))
        got = bytearray()
        with pytest.raises(httpx.RemoteProtocolError):
            await collect(talk.client, path, got)
    assert len(blocks(got.decode())) == 3


async def test_a_whole_answer_is_cut_in_its_middle() -> None:
    async with talking() as talk:
        with pytest.raises(httpx.RemoteProtocolError):
            await talk.chat(Reply(text="Hello", cut_after=0))


async def test_raw_bytes_go_out_as_they_are() -> None:
    chunks = [b"data: {", b'"a\xff', b"\r\n\r\n"]
    async with talking() as talk:
        whole = await talk.chat(Reply(raw=b"", status=204))
        pieces = await talk.chat(Reply(raw=chunks, headers={"content-type": "text/html"}))
    assert (whole.status_code, whole.content) == (204, b"")
    assert pieces.content == b"".join(chunks)
    assert pieces.headers["content-type"] == "text/html"


@pytest.mark.parametrize(
    ("hold_after", "events"), [(None, 2), (1, 1), (3, 3)], ids=["first piece", "one", "three"]
)
async def test_a_held_stream_stops_where_it_was_told(hold_after: int | None, events: int) -> None:
    hold = asyncio.Event()
    async with talking() as talk:
        talk.model.script.append(Reply(text="Hello world", hold=hold, hold_after=hold_after))
        got = ""
        async with talk.client.stream("POST", CHAT, json=BODY) as answer:
            async for piece in answer.aiter_text():
                got += piece
                if got.count("\n\n") == events:
                    assert talk.model.active == 1
                    hold.set()
    assert blocks(got)[-1] == "data: [DONE]"


@pytest.mark.parametrize("fields", [{"stream": True}, {}])
async def test_a_reply_may_be_held_before_its_first_byte(fields: dict[str, Any]) -> None:
    hold = asyncio.Event()
    async with talking() as talk:
        held = asyncio.create_task(talk.chat(Reply(text="x", hold=hold, hold_after=0), **fields))
        received = await talk.model.arrived()
        other = await talk.chat(Reply(text="free"))
        assert not held.done()
        assert not received.closed.is_set()
        hold.set()
        answer = await held
        await received.closed.wait()
    assert other.status_code == answer.status_code == 200
    assert not received.disconnected


async def test_a_client_that_leaves_stops_its_answer_at_once() -> None:
    async with talking(pace=30) as talk:
        async with talk.client.stream("POST", CHAT, json=BODY) as answer:
            assert answer.status_code == 200
            received = await talk.model.arrived()
        async with asyncio.timeout(5):
            await received.closed.wait()
    assert received.disconnected
    assert talk.model.active == 0


async def test_pace_is_the_time_between_two_events() -> None:
    """Five events have four gaps at least; the reply's own pace goes first."""
    clock = asyncio.get_running_loop().time
    async with talking(pace=30) as talk:
        begun = clock()
        answer = await talk.chat(Reply(text="Hello", pace=0.02), stream=True)
        taken = clock() - begun
        begun = clock()
        await talk.chat(Reply(text="Hello" * 100, pace=0), stream=True)
        unpaced = clock() - begun
    assert len(blocks(answer.text)) == 5
    assert 0.08 <= taken < 5
    assert unpaced < 5


async def test_many_streams_run_side_by_side() -> None:
    """Twenty replies that all wait for one event are all open at once."""
    hold = asyncio.Event()
    async with talking() as talk:
        replies = [Reply(text=str(number), hold=hold) for number in range(20)]
        waiting = [asyncio.create_task(talk.chat(reply)) for reply in replies]
        await talk.model.arrived(20)
        assert talk.model.active == 20
        hold.set()
        answers = await asyncio.gather(*waiting)
    assert {a.json()["choices"][0]["message"]["content"] for a in answers} == {
        str(number) for number in range(20)
    }


async def test_requests_are_kept_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest ones; a key is kept, but never shown."""
    monkeypatch.setattr(server, "KEPT_REQUESTS", 2)
    async with talking() as talk:
        headers = {"Authorization": "Bearer secret-key", "X-Mark": "1"}
        for name in ("a", "b", "c"):
            await talk.client.post("/p/q" + CHAT, json=BODY | {"model": name}, headers=headers)
        kept = talk.model.requests
    assert [received.json()["model"] for received in kept] == ["b", "c"]
    assert (kept[0].method, kept[0].path) == ("POST", "/p/q" + CHAT)
    assert kept[0].headers["authorization"] == "Bearer secret-key"
    assert kept[0].headers["x-mark"] == "1"
    assert "secret-key" not in repr(kept[0])


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Authorization": "Bearer wrong"}, "invalid_api_key"),
        ({"x-api-key": "wrong", **VERSION}, "authentication_error"),
    ],
)
async def test_the_wrong_key_is_refused_everywhere(headers: dict[str, str], field: str) -> None:
    async with talking() as talk:
        listed = await talk.client.get("/v1/models", headers=headers)
        spoken = await talk.client.post(CHAT, json=BODY, headers=headers)
    assert (listed.status_code, spoken.status_code) == (401, 401)
    assert field in listed.text
    assert field in spoken.text


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/v1/nothing", b"", 404),
        ("POST", "/v1/nothing", b"{}", 404),
        ("GET", CHAT, b"", 405),
        ("POST", "/v1/models", b"{}", 405),
        ("POST", CHAT, b"{", 400),
        ("POST", CHAT, b"[]", 400),
        ("POST", CHAT, b'{"model":"missing-model","messages":[]}', 404),
        ("POST", MESSAGES, b'{"model":"missing-model"}', 404),
        ("POST", CHAT, b" " * (MAX_BODY + 1), 413),
    ],
)
async def test_what_cannot_be_answered_is_an_error_of_its_format(
    method: str, path: str, content: bytes, status: int
) -> None:
    async with talking() as talk:
        answer = await talk.client.request(method, path, content=content)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert ("request_id" in answer.json()) is (path == MESSAGES)


async def test_ids_do_not_come_again_after_a_restart() -> None:
    ids = set()
    for _ in range(2):
        async with talking() as talk:
            for _ in range(2):
                ids.add((await talk.chat(Reply())).json()["id"])
    assert len(ids) == 4


async def test_a_client_that_leaves_inside_its_request_harms_nobody() -> None:
    sent: list[Any] = []
    model = ScriptedModel()
    incoming = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, Any]:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": CHAT, "headers": []}
    await model(scope, receive, send)
    assert model.requests[0].closed.is_set()
    assert model.active == 0


async def test_it_agrees_to_start_and_stop_and_refuses_sockets() -> None:
    incoming = ["lifespan.startup", "lifespan.shutdown"]
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": incoming.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    model = ScriptedModel()
    await model({"type": "lifespan"}, receive, send)
    await model({"type": "websocket"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


async def test_a_failure_inside_an_answer_is_not_hidden() -> None:
    """A header that cannot be encoded is the script's mistake: the server says so."""
    async with talking() as talk:
        answer = await talk.chat(Reply(headers={"x": "字"}), stream=True)
    assert answer.status_code == 500


async def test_text_of_any_script_survives_the_pieces() -> None:
    text = 'Zoë said: “你好” 👋🏽\n"quoted" \\ \x00slot\x00 </s>'
    async with talking() as talk:
        answer = await talk.chat(Reply(text=text, thinking=text, chunk=1), stream=True)
    deltas = [data(block)["choices"][0]["delta"] for block in blocks(answer.text)[:-1]]
    assert "".join(delta.get("content", "") for delta in deltas) == text
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == text
