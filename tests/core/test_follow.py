"""Following: whoever leaves and comes back with the last cursor has everything, once."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import until
from world import World, make_user

from luxx.core.follow import (
    _SHARED,
    GROWTH,
    MAX_CURSOR,
    Accumulated,
    ReplyEnded,
    StepUpdate,
    follow,
    parse_cursor,
)
from luxx.core.sessions import Session, SessionEnds
from luxx.errors import BadInput, NotFound, RateLimited, Unauthenticated
from luxx.eventlog.events import DELTA, Event
from luxx.llm.demo import Call, Reply
from luxx.models import Message

Events = list[StepUpdate | ReplyEnded]


async def some_events(here: World, message_id: str, after: str | None, number: int) -> Events:
    """What a viewer sees that is cut off after `number` events."""
    seen: Events = []
    events = await follow(
        here.services, here.session, message_id, after, accumulated=number % 2 == 0
    )
    async with asyncio.timeout(10):
        async for event in events:
            if len(seen) == number:
                break
            seen.append(event)
    await events.aclose()
    return seen


def joined(events: Events) -> dict[int, str]:
    texts: dict[int, str] = {}
    for event in events:
        if isinstance(event, StepUpdate) and event.step["type"] in {"text", "thinking"}:
            index = event.step["index"]
            texts[index] = texts.get(index, "") + event.delta
    return texts


def stored(message: Message) -> dict[int, str]:
    return {
        step["index"]: step["content"]
        for step in message.steps
        if step["type"] in {"text", "thinking"}
    }


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cuts=st.lists(st.integers(0, 12), min_size=1, max_size=6), pace=st.sampled_from([0, 0.002]))
async def test_any_number_of_cuts_loses_and_repeats_nothing(
    here: World, cuts: list[int], pace: float
) -> None:
    here.model.script += [
        Reply(
            thinking="let me think about it " * 4,
            text="first, the folder ",
            tool_calls=[Call("file_list", {})],
            pace=pace,
        ),
        Reply(text="and now the answer, which is long " * 8, pace=pace),
    ]
    exchange = await here.send(thinking_enabled=True)
    answer = exchange.assistant_message
    seen: Events = []
    for cut in cuts:
        after = str(seen[-1].cursor) if seen else None
        seen += await some_events(here, answer.id, after, cut)
    whole = asyncio.create_task(here.events(answer.id))
    if not seen or not isinstance(seen[-1], ReplyEnded):
        seen += await here.events(answer.id, seen[-1].cursor if seen else None)
    message = await Message.get(id=answer.id)
    assert joined(seen) == joined(await whole) == stored(message)
    steps = [e.step for e in seen if isinstance(e, StepUpdate) and "call_id" in e.step]
    assert steps == [step for step in message.steps if "call_id" in step]
    cursors = [event.cursor for event in seen]
    assert cursors == sorted(set(cursors))
    assert isinstance(seen[-1], ReplyEnded)


async def test_two_live_viewers_see_the_same(here: World) -> None:
    here.model.script.append(Reply(text="one two three " * 30, pace=0.001))
    exchange = await here.send()
    answer = exchange.assistant_message
    one, other = await asyncio.gather(here.events(answer.id), here.events(answer.id))
    assert one == other
    assert await here.events(answer.id) == one


async def test_accumulated_text_of_a_long_reply_is_paced(here: World) -> None:
    """16 KB at one event a batch would be 32 MB; it must stay near GROWTH times the text."""
    hold = asyncio.Event()
    here.model.script.append(Reply(text="word" * 4_096, pace=0.0005, hold=hold))
    exchange = await here.send()
    hold.set()
    events = await here.events(exchange.assistant_message.id, accumulated=True)
    sent = sum(len(event.step["content"]) for event in events if isinstance(event, StepUpdate))
    assert sent <= 16_384 * (GROWTH + 28)
    assert joined(events) == {0: "word" * 4_096}


async def test_what_is_held_back_is_shown_when_the_model_pauses(here: World) -> None:
    hold = asyncio.Event()
    text = "word" * 400
    here.model.script.append(Reply(text=text + "tail" * 5, hold=hold, hold_after=402))
    exchange = await here.send()
    events = await follow(
        here.services, here.session, exchange.assistant_message.id, accumulated=True
    )
    content = ""
    async with asyncio.timeout(10):
        while len(content) < len(text) - 8:
            event = await anext(events)
            assert isinstance(event, StepUpdate)
            content = event.step["content"]
    hold.set()
    await events.aclose()


async def test_a_user_message_cannot_be_followed(here: World) -> None:
    exchange = await here.send()
    with pytest.raises(BadInput):
        await here.events(exchange.user_message.id)


async def test_a_user_follows_a_bounded_number_of_streams(here: World) -> None:
    here.model.script += [Reply(text="Once", hold=asyncio.Event())]
    answer = (await here.send()).assistant_message
    services = replace(here.services, sessions=SessionEnds(here.services.signals, most=2))

    async def begin() -> AsyncGenerator[StepUpdate | ReplyEnded]:
        return await follow(services, here.session, answer.id, accumulated=False)

    first, second, third = [await begin() for _ in range(3)]
    await anext(first)
    await anext(second)
    with pytest.raises(RateLimited) as refused:
        await begin()
    assert refused.value.retry_after > 0
    with pytest.raises(RateLimited):  # let in with the others, and begun after them
        await anext(third)
    await first.aclose()
    await anext(await begin())


async def test_who_waits_for_what_comes_later_holds_no_text(here: World) -> None:
    hold = asyncio.Event()
    here.model.script += [Reply(text="All of this was said. ", hold=hold)]
    answer = (await here.send()).assistant_message
    seen = await follow(here.services, here.session, answer.id, accumulated=False)
    await anext(seen)
    await seen.aclose()
    later = await follow(here.services, here.session, answer.id, str(MAX_CURSOR), accumulated=True)
    waiting = asyncio.ensure_future(anext(later, None))
    await until(lambda: here.services.log.readers)
    hold.set()
    assert await waiting is None
    assert answer.id not in _SHARED


async def test_followers_of_one_message_hold_its_text_once() -> None:
    first, second, late = Accumulated(0), Accumulated(0), Accumulated(3)
    for number in range(1, 6):
        event = Event(number, DELTA, {"m": "msg_1", "i": 0, "t": "text", "d": str(number) * 9})
        shown = [view.updates(event) for view in (first, second, late)]
    updates = [update for (update,) in shown if isinstance(update, StepUpdate)]
    whole, same, resumed = [update.step["content"] for update in updates]
    assert whole == "".join(str(number) * 9 for number in range(1, 6))
    assert whole is same is resumed
    assert "msg_1" in _SHARED
    del first, second, late
    assert "msg_1" not in _SHARED


async def test_someone_elses_reply_is_not_found(here: World) -> None:
    exchange = await here.send()
    here.user = await make_user("bob")
    with pytest.raises(NotFound):
        await here.events(exchange.assistant_message.id)


@pytest.mark.parametrize("cursor", ["", "-1", "x", "1.5", "9" * 19, "9" * 400, "١"])
def test_a_cursor_that_no_event_carried_is_refused(cursor: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_cursor(cursor)
    assert refused.value.field == "after"


async def test_a_stream_ends_with_its_login(here: World) -> None:
    here.model.script += [Reply(text="Once", hold=asyncio.Event())]
    exchange = await here.send()
    following = asyncio.create_task(here.events(exchange.assistant_message.id))
    await until(lambda: here.services.log.readers)
    await here.services.signals.publish("session", here.session.jti)
    with pytest.raises(Unauthenticated):
        await following


async def test_a_stream_ends_when_the_token_expires(here: World) -> None:
    here.model.script += [Reply(text="Once", hold=asyncio.Event())]
    exchange = await here.send()
    soon = Session(here.user, "soon", datetime.now(UTC) + timedelta(seconds=0.05))
    events = await follow(here.services, soon, exchange.assistant_message.id, accumulated=False)

    async def read() -> None:
        async for _ in events:
            pass

    with pytest.raises(Unauthenticated):
        async with asyncio.timeout(5):
            await read()
