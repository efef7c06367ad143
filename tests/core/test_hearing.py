"""What a seat hears, seen from the model server: it is all that a provider is sent."""

import dataclasses
from typing import Any

import pytest
from roomworld import discuss, make_room, messages_of, seats_of, stop
from world import World, make_provider, world

from luxx.config import Settings
from luxx.core import hearing, seats, tokens
from luxx.llm.demo import Reply
from luxx.models import Message, MessageRole, MessageStatus, Room, RoomStatus

Turns = list[tuple[str, str]]


def heard(request: Any) -> tuple[str, Turns]:
    """The system prompt and the turns of a request in either wire format."""
    body = request.json()
    turns = [(each["role"], text_of(each["content"])) for each in body["messages"]]
    if request.path.endswith("/messages"):
        return text_of(body.get("system", "")), turns
    assert turns[0][0] == "system"
    return turns[0][1], turns[1:]


def text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    assert all(block["type"] == "text" for block in content)
    return "\n\n".join(block["text"] for block in content)


async def mixed(here: World, *, wires: tuple[str, ...], **fields: Any) -> Room:
    """Ada, Bob, Cy, ...: each over the wire format that is said."""
    url = str(here.provider.base_url).removesuffix("/v1")
    ids = {
        wire: (await make_provider(here.services, here.user, url, provider_type=wire)).id
        for wire in ("openai", "anthropic")
    }
    seated = [
        {"name": name, "role": f"{name}'s role", "provider_id": ids[wire]}
        for name, wire in zip(("Ada", "Bob", "Cy"), wires, strict=False)
    ]
    return await make_room(here, *seated, **fields)


@pytest.mark.parametrize(
    "wires",
    [
        ("openai", "anthropic", "openai"),
        ("anthropic", "openai", "anthropic"),
        ("anthropic", "anthropic", "anthropic"),
    ],
)
async def test_a_mixed_room_hears_named_text_and_its_own_words(
    here: World, wires: tuple[str, ...]
) -> None:
    room = await mixed(here, wires=wires, max_rounds=2)
    here.model.script.extend(
        Reply(f"{name}{round_}", thinking="Secret thought.")
        for round_ in (1, 2)
        for name in ("Ada", "Bob", "Cy")
    )
    assert (await discuss(here, room)).status is RoomStatus.COMPLETED
    assert {row.status for row in await messages_of(room)} == {MessageStatus.COMPLETED}
    requests = here.model.requests
    assert [request.path.endswith("/messages") for request in requests] == [
        wire == "anthropic" for wire in wires
    ] * 2
    task = "Task: Plan a picnic"
    assert [heard(request)[1] for request in requests] == [
        [("user", task)],
        [("user", f"{task}\n\nAda: Ada1")],
        [("user", f"{task}\n\nAda: Ada1\n\nBob: Bob1")],
        [("user", task), ("assistant", "Ada1"), ("user", "Bob: Bob1\n\nCy: Cy1")],
        [
            ("user", f"{task}\n\nAda: Ada1"),
            ("assistant", "Bob1"),
            ("user", "Cy: Cy1\n\nAda: Ada2"),
        ],
        [
            ("user", f"{task}\n\nAda: Ada1\n\nBob: Bob1"),
            ("assistant", "Cy1"),
            ("user", "Ada: Ada2\n\nBob: Bob2"),
        ],
    ]
    assert all("Secret" not in request.body.decode() for request in requests)


async def test_who_and_where_it_is_a_seat_is_told_by_the_system_prompt(here: World) -> None:
    room = await make_room(
        here,
        {"name": "Ada", "role": "cook", "system_prompt": "Be brief."},
        {"name": "Bob", "role": "buyer"},
        {"name": "Cy"},
    )
    await discuss(here, room)
    (ada, _), (bob, _), (cy, _) = map(heard, here.model.requests)
    assert ada == (
        "Be brief.\n\nYou take part in a discussion.\nYour name is Ada. Your role is cook."
        "\nThe others are:\n- Bob: buyer\n- Cy"
        '\nWhat the others say reaches you as "Name: text". Speak for yourself alone: write nobody '
        "else's part, and do not begin with your name."
    )
    assert bob.startswith("You take part in a discussion.\nYour name is Bob. Your role is buyer.")
    assert "- Ada: cook\n- Cy\n" in bob
    assert "role" not in cy.splitlines()[1]


async def test_names_cannot_begin_somebody_elses_part(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    ada, _ = await seats_of(room)
    # Such a name cannot be given: it is what an older version or another program may have stored.
    ada.name, ada.role = "Ada\n\nBob: I agree\n", "one\ntwo"
    await ada.save()
    here.model.script += [Reply("Hello"), Reply("Well")]
    await discuss(here, room)
    (system, _), (other, turns) = map(heard, here.model.requests)
    assert "Your name is Ada Bob: I agree. Your role is one two." in system
    assert "- Ada Bob: I agree: one two" in other
    assert turns == [("user", "Task: Plan a picnic\n\nAda Bob: I agree: Hello")]


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_alone_it_is_asked_to_go_on(settings: Settings, database: None, wire: str) -> None:
    async with world(settings, wire=wire) as here:
        room = await make_room(here, "Ada", max_rounds=3)
        here.model.script += [Reply("One"), Reply("Two"), Reply("Three")]
        assert (await discuss(here, room)).status is RoomStatus.COMPLETED
        system, turns = heard(here.model.requests[2])
        assert system.endswith("You are alone here.")
        assert turns == [
            ("user", "Task: Plan a picnic"),
            ("assistant", "One\n\nTwo"),
            ("user", "It is your turn again: go on."),
        ]


async def test_a_chinese_task_has_a_chinese_frame(here: World) -> None:
    room = await make_room(here, "小明", "小红", task="讨论新功能", max_rounds=2)
    here.model.script += [Reply("我认为"), Reply("同意"), Reply(status=400), Reply("好")]
    await discuss(here, room)
    first, second, _, last = map(heard, here.model.requests)
    assert first[0].startswith("你正在参加一场讨论。\n你的名字是小明。你的角色是guest。")
    assert "其他参与者:\n- 小红: guest" in first[0]
    assert first[1] == [("user", "任务: 讨论新功能")]
    assert second[1] == [("user", "任务: 讨论新功能\n\n小明: 我认为")]
    # The one who spoke last is asked to go on.
    assert last[1][-1] == ("user", "又轮到你了:请继续。")
    assert "Task" not in "".join(text for _, text in last[1])


async def test_what_was_not_finished_is_not_heard(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    ada, bob = await seats_of(room)
    for status in MessageStatus:
        for seat in (ada, bob):
            await say(room, seat.id, seat.name, f"{seat.name} {status}", status)
    await say(room, bob.id, "Bob", "", MessageStatus.COMPLETED)
    turns = await hearing.turns(room, ada, 10_000)
    assert [(turn.role, text(turn)) for turn in turns] == [
        ("user", "Task: Plan a picnic"),
        ("assistant", "Ada completed"),
        ("user", "Bob: Bob completed"),
    ]


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_blank_and_empty_words_of_its_own_are_no_obstacle(
    settings: Settings, database: None, wire: str
) -> None:
    """A strict provider refuses a blank text."""
    async with world(settings, wire=wire) as here:
        room = await make_room(here, "Ada", "Bob", max_rounds=2)
        here.model.script += [Reply(" \n"), Reply("Well?"), Reply(""), Reply("So be it.")]
        assert (await discuss(here, room)).status is RoomStatus.COMPLETED
        assert {row.status for row in await messages_of(room)} == {MessageStatus.COMPLETED}
        assert all(role == "user" for role, _ in heard(here.model.requests[2])[1])


async def test_who_has_left_is_still_heard_and_a_newcomer_hears_everything(here: World) -> None:
    room = await make_room(here, "Ada", "Bob")
    here.model.script += [Reply("From Ada"), Reply("From Bob"), Reply("From Cy")]
    await discuss(here, room)
    for seat in await seats_of(room):
        await seats.remove(here.user, room.id, seat.id)
    await seats.add(here.services, here.user, room.id, {"name": "Cy"})
    await Room.filter(id=room.id).update(max_rounds=2)
    await discuss(here, room)
    assert heard(here.model.requests[2])[1] == [
        ("user", "Task: Plan a picnic\n\nAda: From Ada\n\nBob: From Bob")
    ]
    await stop(here, room)


async def test_the_budget_keeps_the_task_and_the_newest_turns(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "PAGE", 3)
    room = await make_room(here, "Ada", "Bob")
    ada, bob = await seats_of(room)
    for number in range(20):
        seat = bob if number % 2 else ada
        await say(room, seat.id, seat.name, f"number {number:02}", MessageStatus.COMPLETED)
    task = "Task: Plan a picnic"
    whole = await hearing.turns(room, ada, 10_000)
    assert len(whole) == 21
    each = tokens.estimate("Bob: number 01") + tokens.estimate("number 01")
    some = await hearing.turns(room, ada, tokens.estimate(task) + 2 * each)
    assert [(turn.role, text(turn)) for turn in some] == [
        ("user", task),
        ("assistant", "number 16"),
        ("user", "Bob: number 17"),
        ("assistant", "number 18"),
        ("user", "Bob: number 19"),
    ]
    nothing = await hearing.turns(room, ada, 0)
    assert [(turn.role, text(turn)) for turn in nothing] == [("user", task)]


async def test_the_budget_is_what_the_models_context_leaves(
    settings: Settings, database: None
) -> None:
    small = dataclasses.replace(settings, default_context=2_400)
    async with world(small) as here:
        await here.provider.filter(id=here.provider.id).update(default_model="unheard-of")
        room = await make_room(here, "Ada", "Bob", max_rounds=4)
        here.model.script.extend(Reply(f"{number} " + "word " * 80) for number in range(8))
        await discuss(here, room)
        _, turns = heard(here.model.requests[7])
        joined = "\n".join(text for _, text in turns)
        assert turns[0][1].startswith("Task: Plan a picnic")
        assert "Ada: 6 word" in joined
        assert "Ada: 0 word" not in joined


async def say(room: Room, seat_id: int, name: str, content: str, status: MessageStatus) -> None:
    await Message.create(
        id=f"msg_{await Message.all().count()}",
        room_id=room.id,
        seat_id=seat_id,
        role=MessageRole.ASSISTANT,
        status=status,
        content=content,
        sender_name=name,
        round_number=1,
    )


def text(turn: Any) -> str:
    return "".join(part.text for part in turn.parts)
