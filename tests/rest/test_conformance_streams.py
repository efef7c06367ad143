"""Streams, repeated requests and failing providers, as a consumer of the REST API sees them."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from consumer import KEY, SECONDS, WIRES, Luxx, say
from frames import Frame, frames

from luxx.llm.demo import Reply


@pytest.mark.parametrize("query", ["", "?delta=true"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_broken_stream_is_resumed_without_loss_or_repetition(
    ann: Luxx, wire: str, query: str
) -> None:
    await ann.provide("ann", wire)
    conversation_id, text, hold = (
        await ann.converse(),
        "没有遗漏,也没有重复。 " * 20,
        asyncio.Event(),
    )
    ann.model.script.append(Reply(text, thinking="Hmm. " * 20, hold=hold, hold_after=8, chunk=3))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Authorization": f"Bearer {ann.tokens['ann']}"}
    seen: list[Frame] = []
    async with (
        asyncio.timeout(SECONDS),
        ann.http.stream(
            "POST", f"/api/messages/stream{query}", json=body, headers=headers
        ) as answer,
    ):
        location = answer.headers["content-location"]
        async for block in _blocks(answer):
            seen += frames(block)
            if seen:
                break
    hold.set()
    last = {"Last-Event-ID": str(seen[-1].id)}
    rest = await ann.send("ann", "GET", f"{location}{query}", headers=last)
    seen += frames(rest.text)
    ids = [int(str(frame.id)) for frame in seen]
    assert ids == sorted(set(ids))
    assert seen[-1].event == "done"
    stored = await ann.data("ann", "GET", location.removesuffix("/stream"))
    assert stored["content"] == text
    assert _put_together(seen, deltas=bool(query)) == {
        step["id"]: step["content"] for step in stored["process_steps"]
    }
    again = await ann.send("ann", "GET", f"{location}?after={ids[-1]}")
    assert (again.status_code, again.text) == (204, "")


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    buffer = ""
    async for piece in answer.aiter_text():
        buffer += piece
        *whole, buffer = buffer.split("\n\n")
        for block in whole:
            yield f"{block}\n\n"


def _put_together(seen: list[Frame], *, deltas: bool) -> dict[str, str]:
    """The content of each step, as a client has it in the end."""
    contents: dict[str, str] = {}
    for frame in seen[:-1]:
        step = frame.data["step"]
        before = contents.get(step["id"], "")
        contents[step["id"]] = before + frame.data["delta"] if deltas else step["content"]
    return contents


@pytest.mark.parametrize("first", ["/api/messages/", "/api/messages/stream"])
@pytest.mark.parametrize("second", ["/api/messages/", "/api/messages/stream"])
async def test_a_repeated_request_finds_the_first_reply_on_either_endpoint(
    ann: Luxx, first: str, second: str
) -> None:
    await ann.provide("ann")
    conversation_id = await ann.converse()
    ann.model.script += [Reply("Once."), Reply("Twice.")]
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "a-key"}
    for path in (first, second):
        answer = await ann.send("ann", "POST", path, json=body, headers=headers)
        assert "Once." in answer.text
    assert len(await ann.messages("ann", conversation_id)) == 2
    assert len(ann.model.requests) == 1
    other = {**body, "content": "Something else"}
    await ann.refused("ann", "POST", second, 409, json=other, headers=headers)
    await ann.refused("ann", "POST", second, 422, json=body, headers={"Idempotency-Key": ""})


@pytest.mark.parametrize("wire", WIRES)
async def test_a_provider_that_fails_is_502_and_the_messages_are_kept(ann: Luxx, wire: str) -> None:
    provider_id = await ann.provide("ann", wire)
    conversation_id = await ann.converse()
    ann.model.script.append(Reply(status=400, error=f"No model for the key {KEY}"))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "k"}
    refused = await ann.refused("ann", "POST", "/api/messages/", 502, json=body, headers=headers)
    assert refused["code"] == "UPSTREAM"
    assert "400" in refused["message"]
    again = await ann.refused("ann", "POST", "/api/messages/", 502, json=body, headers=headers)
    assert again == refused
    asked, failed = await ann.messages("ann", conversation_id)
    assert (asked["content"], asked["status"]) == ("Hi", "completed")
    assert (failed["status"], failed["error"]) == ("failed", refused["message"])
    events = await ann.send("ann", "GET", f"/api/messages/{failed['id']}/stream")
    assert frames(events.text)[-1].data == {"content": refused["message"]}
    ann.model.script.append(Reply(status=401, error="No such key"))
    tested = await ann.send("ann", "POST", f"/api/providers/{provider_id}/test")
    assert tested.json()["message"] == "HTTP 401: Unauthorized"
    assert (tested.json()["success"], tested.json()["data"]["success"]) == (True, False)
    ann.model.script.append(Reply("Now it works."))
    exchange = await say(ann, conversation_id, "Once more")
    assert exchange["assistant_message"]["content"] == "Now it works."


async def test_an_unreachable_provider_has_no_status(ann: Luxx) -> None:
    provider_id = await ann.provide("ann", base_url="http://127.0.0.1:1/v1")
    tested = await ann.send("ann", "POST", f"/api/providers/{provider_id}/test")
    assert json.loads(tested.text)["data"] == {
        "status_code": 0,
        "success": False,
        "response_body": "The provider could not be reached",
    }
