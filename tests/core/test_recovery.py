"""What a process that died leaves is ended honestly by the next one."""

import asyncio

import pytest
from support import until
from world import World

from luxx.core.assembly import make_services, running
from luxx.core.follow import ReplyEnded
from luxx.core.runs import MAX_ATTEMPTS
from luxx.eventlog.events import STEP
from luxx.llm.demo import Reply
from luxx.models import LIVE, Message, MessageStatus, Run, RunStatus
from luxx.sandbox.egress import Egress


async def left_behind(here: World, *, attempt: int = 1) -> Message:
    """A reply that a dead process was writing: durable events, but no end."""
    here.model.script.append(Reply(status=500, error="never asked"))
    exchange = await here.send()
    await here.services.runs.wait(str(exchange.assistant_message.run_id))
    answer = exchange.assistant_message
    await Run.filter(id=answer.run_id).update(
        status=RunStatus.RUNNING,
        attempt=attempt,
        live_in=here.conversation.id,
        error=None,
        owner=None,
    )
    await Message.filter(id=answer.id).update(status=MessageStatus.RUNNING, error=None)
    from luxx.models import RunEvent  # noqa: PLC0415

    await RunEvent.filter(run_id=answer.run_id).delete()
    return answer


async def resume(here: World, message: Message) -> Message:
    await here.services.runs.submit(str(message.run_id))
    async with asyncio.timeout(10):
        await here.services.runs.wait(str(message.run_id))
    return await Message.get(id=message.id)


async def test_a_reply_cut_off_by_a_crash_is_interrupted_with_what_was_shown(here: World) -> None:
    message = await left_behind(here)
    writer = here.services.log.writer(str(message.run_id), 1)
    writer.delta(message.id, 0, "thinking", "Hm. ")
    writer.delta(message.id, 1, "text", "Once upon ")
    writer.delta(message.id, 1, "text", "a time")
    step = {"id": "step-2", "index": 2, "type": "tool_call", "call_id": "c", "name": "n"}
    writer.emit(STEP, m=message.id, step={**step, "arguments": "{}"})
    await writer.flush()
    asked = len(here.model.requests)
    after = await resume(here, message)
    assert after.status is MessageStatus.INTERRUPTED
    assert after.content == "Once upon a time"
    assert [step["type"] for step in after.steps] == ["thinking", "text", "tool_call"]
    assert after.usage_estimated
    assert len(here.model.requests) == asked, "the model is not asked again"
    events = await here.events(message.id)
    ended = events[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.code == "INTERRUPTED"
    assert ended.cursor >> 32 == 2
    run = await Run.get(id=message.run_id)
    assert (run.status, run.live_in) == (RunStatus.INTERRUPTED, None)
    # The conversation goes on, and the model is told only what can be told.
    here.model.script.append(Reply(text="Good."))
    assert (await here.ask("Go on")).content == "Good."


async def test_every_run_left_behind_is_taken_up_at_start(here: World) -> None:
    message = await left_behind(here)
    await Run.filter(id=message.run_id).update(owner="proc_dead")
    again = make_services(here.services.settings, Egress(()))
    async with running(again), asyncio.timeout(5):
        await again.runs.wait(str(message.run_id))
    assert not await Run.filter(status__in=LIVE).exists()


async def test_a_run_that_keeps_dying_is_given_up(here: World) -> None:
    message = await left_behind(here, attempt=MAX_ATTEMPTS)
    after = await resume(here, message)
    assert after.status is MessageStatus.FAILED
    assert "gave up" in str(after.error)


@pytest.mark.parametrize("attempt", [0, 1])
async def test_a_run_without_its_message_ends(here: World, attempt: int) -> None:
    message = await left_behind(here, attempt=attempt)
    await Message.filter(id=message.id).delete()
    await here.services.runs.submit(str(message.run_id))
    await here.services.runs.wait(str(message.run_id))
    assert (await Run.get(id=message.run_id)).live_in is None


async def test_a_run_that_has_ended_is_not_executed_again(here: World) -> None:
    message = await here.ask()
    asked = len(here.model.requests)
    await here.services.runs.execute(str(message.run_id))
    assert len(here.model.requests) == asked
    assert (await Run.get(id=message.run_id)).attempt == 1


async def test_a_zombie_changes_nothing(here: World) -> None:
    """An attempt that was taken over leaves without a word when it comes back."""
    hold = asyncio.Event()
    here.model.script.append(Reply(text="Once upon a time", hold=hold))
    exchange = await here.send()
    answer = exchange.assistant_message
    async with asyncio.timeout(5):
        await here.model.arrived()
    await Run.filter(id=answer.run_id).update(attempt=7)
    hold.set()
    await until(lambda: not here.services.runs.executing)
    assert (await Message.get(id=answer.id)).status is MessageStatus.RUNNING


async def test_a_stop_before_the_claim_is_obeyed(here: World) -> None:
    message = await left_behind(here, attempt=0)
    await Run.filter(id=message.run_id).update(stop_requested=True)
    after = await resume(here, message)
    assert after.status is MessageStatus.CANCELLED


async def test_the_end_of_the_process_marks_running_replies(here: World) -> None:
    here.model.script.append(Reply(text="Once upon a time", hold=asyncio.Event()))
    exchange = await here.send()
    events = asyncio.create_task(here.events(exchange.assistant_message.id))
    await here.model.arrived()
    await until(lambda: here.services.log.readers)
    async with asyncio.timeout(5):
        await here.services.runs.close(grace=4.0)
    ended = (await events)[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.code == "INTERRUPTED"
    message = await Message.get(id=exchange.assistant_message.id)
    assert message.status is MessageStatus.INTERRUPTED
