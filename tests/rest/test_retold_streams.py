"""Streams over REST of what ended so long ago that its events are no longer kept."""

from datetime import UTC, datetime, timedelta

import pytest
from consumer import Luxx, say
from frames import frames
from rest.roomstream import TURN, events, followed, started, stored, texts

from luxx.core.retention import Retention
from luxx.llm.demo import Call, Reply
from luxx.models import Run, RunEvent


async def forget(luxx: Luxx) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    await Run.filter(finished_at__not_isnull=True).update(finished_at=long_ago)
    await Retention(luxx.services.settings).delete_old()
    assert not await RunEvent.all().exists()


@pytest.mark.parametrize("query", ["", "?delta=true"])
async def test_a_reply_is_streamed_from_what_is_stored(ann: Luxx, query: str) -> None:
    await ann.provide("ann")
    call = Call("process_data", {"data": "[1]", "operation": "minify"})
    ann.model.script += [Reply("Let me see.", thinking="Hm.", tool_calls=[call]), Reply("One.")]
    message_id = (await say(ann, await ann.converse(), "Hi"))["assistant_message"]["id"]
    path = f"/api/messages/{message_id}"
    before = frames((await ann.send("ann", "GET", f"{path}/stream{query}")).text)
    await forget(ann)
    told = frames((await ann.send("ann", "GET", f"{path}/stream{query}")).text)
    *steps, done = told
    whole = (await ann.data("ann", "GET", path))["process_steps"]
    assert len(steps) == len(whole) == 5
    for frame, step in zip(steps, whole, strict=True):
        assert frame.event == "process_step"
        is_text = step["type"] in {"thinking", "text"}
        if query and is_text:
            assert {**frame.data["step"], "content": frame.data["delta"]} == step
        else:
            assert frame.data["step"] == step
    assert (done.event, done.data) == (before[-1].event, before[-1].data)
    ids = [int(str(frame.id)) for frame in told]
    assert ids == sorted(set(ids))
    # Each id is a place to come back to; one of the events that are gone is none.
    last = {"Last-Event-ID": str(told[1].id)}
    rest = await ann.send("ann", "GET", f"{path}/stream{query}", headers=last)
    assert [frame.id for frame in frames(rest.text)] == [frame.id for frame in told[2:]]
    last = {"Last-Event-ID": str(before[0].id)}
    refused = await ann.refused("ann", "GET", f"{path}/stream{query}", 422, headers=last)
    assert "no longer kept" in refused["message"]


async def test_a_room_is_streamed_from_what_is_stored(ann: Luxx, room: str) -> None:
    before = await started(ann, room)
    await forget(ann)
    for query in ("", "?delta=true"):
        told = await followed(ann, room, query)
        round_ = ["round_start", *TURN, *TURN, "round_end"]
        assert events(told) == ["room_started", "message", *round_, *round_, "room_completed"]
        assert texts(told) == texts(before)
        for kind in ("message", "message_end", "room_completed"):
            found = [[each.data for each in seen if each.event == kind] for seen in (told, before)]
            assert found[0] == found[1]
    assert len(await stored(ann, room)) == 5
    stream = f"/api/chat-rooms/{room}/stream"
    refused = await ann.refused("ann", "GET", f"{stream}?after={before[3].id}", 422)
    assert "no longer kept" in refused["message"]
    assert refused["errors"][0]["field"] == "after"
