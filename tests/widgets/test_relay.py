"""What is sent to a page: few messages, numbered, that add up to the same text."""

import asyncio
from typing import Any

from luxx.client.types import (
    Event,
    MessageChunk,
    MessageCompleted,
    StepUpdated,
    TextStep,
    Tokens,
    ToolCallStep,
)
from luxx.jupyter.relay import Relay, merged


def text(delta: str, index: int = 0, message: str = "m") -> StepUpdated:
    return StepUpdated(message_id=message, step=TextStep(id="s", index=index), delta=delta)


CALL = StepUpdated(message_id="m", step=ToolCallStep(id="c", index=1, id_ref="r", name="t"))
END = MessageCompleted(message_id="m", token_count=1, usage=Tokens())


def test_neighbours_of_one_text_become_one() -> None:
    events: list[Event] = [
        *(text("a"), text("b"), text("c", 1), text("d", 1, "n"), CALL, CALL, text("e", 2)),
        *(MessageChunk(id="m", content="f"), MessageChunk(id="m", content="g")),
        *(MessageChunk(id="n", content="h"), END),
    ]
    found = merged(events)
    assert [each.delta for each in found if isinstance(each, StepUpdated)] == [
        "ab",
        "c",
        "d",
        "",
        "",
        "e",
    ]
    assert [each.content for each in found if isinstance(each, MessageChunk)] == ["fg", "h"]
    assert found[-1] == END


async def test_many_events_are_few_messages_with_numbers_in_a_row() -> None:
    sent: list[dict[str, Any]] = []
    relay = Relay(asyncio.get_running_loop(), sent.append)
    for _ in range(50):
        for _ in range(20):
            relay.add(text("x"))
        await asyncio.sleep(0.004)
    relay.flush()
    assert [each["seq"] for each in sent] == list(range(1, len(sent) + 1))
    assert len(sent) <= 20
    whole = "".join(event["delta"] for each in sent for event in each["events"])
    assert whole == "x" * 1000
    assert all(event["type"] == "StepUpdated" for each in sent for event in each["events"])


async def test_a_snapshot_holds_what_waited() -> None:
    sent: list[dict[str, Any]] = []
    relay = Relay(asyncio.get_running_loop(), sent.append)
    relay.add(text("in the state"))
    relay.snapshot({"messages": []})
    assert sent == [{"k": "state", "seq": 0, "state": {"messages": []}}]
    relay.add(text("after it"))
    assert relay.flush() == 1
    assert [event["delta"] for event in sent[-1]["events"]] == ["after it"]
    assert relay.flush() == 1  # nothing waits: nothing is sent
    assert len(sent) == 2
