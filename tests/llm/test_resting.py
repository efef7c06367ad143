"""A reader that rests between two reads gets the same text in fewer, larger batches."""

import asyncio
from contextlib import aclosing

from support import serve

from luxx.config import Secret
from luxx.llm.base import Endpoint, ModelRequest, Text, TextDelta, Turn
from luxx.llm.client import ModelClient, Rest, Timeouts
from luxx.llm.demo import Reply, ScriptedModel
from luxx.sandbox.egress import Egress

TEXT = "one two three four five six seven eight nine ten " * 4


async def batches(model: ScriptedModel, url: str, rest: Rest | None) -> list[str]:
    """The text of each batch of a reply whose pieces come a few milliseconds apart."""
    model.script.append(Reply(text=TEXT, pace=0.005))
    egress = Egress(())
    client = ModelClient(egress, Timeouts(first_token=5, progress=5, total=20))
    endpoint = Endpoint(
        origin="1:openai", wire="openai", base_url=url, api_key=Secret("key"), trusted=True
    )
    request = ModelRequest(model="luxx-demo", turns=[Turn("user", (Text("Go on."),))])
    found: list[str] = []
    async with asyncio.timeout(20), aclosing(client.stream(endpoint, request, rest)) as stream:
        async for batch in stream:
            text = "".join(delta.text for delta in batch if isinstance(delta, TextDelta))
            found += [text] if text else []
    await egress.close()
    return found


async def test_resting_makes_fewer_batches_of_the_same_text() -> None:
    rests = 0

    async def rest() -> None:
        nonlocal rests
        rests += 1
        await model.requests[-1].closed.wait()

    model = ScriptedModel()
    async with serve(model) as url:
        awake = await batches(model, url, None)
        rested = await batches(model, url, rest)
    assert "".join(awake) == "".join(rested) == TEXT
    assert rests == 1
    assert len(rested) <= 3 < len(awake)
