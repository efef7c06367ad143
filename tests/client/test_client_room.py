"""A room from a script: run, waited for, stopped, gone on with, begun anew."""

from collections.abc import Callable

import pytest

from luxx.client import Luxx, Room
from luxx.client.types import MessageChunk, MessageStatus, RoomStatus
from luxx.errors import BadInput, Conflict, NotFound, Upstream

Until = Callable[[Callable[[], object]], None]
CAST = [
    {"name": "Ada", "role": "the host", "color": "#2563eb"},
    {"name": "Ben", "role": "the critic", "color": "#d97706"},
]


def make(lx: Luxx, rounds: int = 1) -> Room:
    return lx.room("Cache", task="Design a cache", agents=CAST, max_rounds=rounds)


def speaking(room: Room) -> bool:
    return any(each.content and each.is_reply for each in room.transcript.messages)


def test_a_room_runs_to_its_end(lx: Luxx) -> None:
    room = make(lx, 2)
    assert room.status is RoomStatus.IDLE
    heard: list[str] = []
    room.listen(
        lambda event: heard.append(event.content) if isinstance(event, MessageChunk) else None
    )
    assert room.run(30) is RoomStatus.COMPLETED
    task, *said = room.messages
    assert task.content == "Design a cache"
    assert [(each.sender_name, each.round_number) for each in said] == [
        ("Ada", 1),
        ("Ben", 1),
        ("Ada", 2),
        ("Ben", 2),
    ]
    assert "".join(heard) == "".join(each.content for each in said)
    shown = room.transcript.frozen()
    assert [(each.id, each.content) for each in shown] == [
        (each.id, each.content) for each in room.messages
    ]
    assert {row.label for row in room.usage.rows} == {"Ada", "Ben"}
    with pytest.raises(Conflict):
        room.start()


def test_a_room_goes_on_while_nobody_waits_and_is_waited_for_later(lx: Luxx) -> None:
    room = make(lx)
    room.start()
    assert room.wait(30) is RoomStatus.COMPLETED
    assert room.wait(30) is RoomStatus.COMPLETED


def test_a_wait_can_be_given_up(lx: Luxx) -> None:
    room = make(lx, 20)
    room.start()
    with pytest.raises(TimeoutError):
        room.wait(0.01)
    room.stop()
    assert room.status is RoomStatus.PAUSED


def test_a_stopped_room_goes_on_and_a_reset_one_begins_anew(lx: Luxx, until: Until) -> None:
    room = make(lx, 3)
    room.start()
    until(lambda: speaking(room))
    room.stop()
    assert room.status is RoomStatus.PAUSED
    assert room.transcript.room is not None
    assert room.transcript.room.status is RoomStatus.PAUSED
    assert room.run(60) is RoomStatus.COMPLETED
    whole = [each for each in room.messages if each.status is MessageStatus.COMPLETED]
    assert len([each for each in whole if each.is_reply]) == 6
    room.stop()  # it has ended: nothing happens
    room.reset()
    assert room.info.status is RoomStatus.IDLE
    assert room.transcript.messages == []
    room.delete()
    with pytest.raises(NotFound):
        lx.open(room.id)


def test_an_interrupt_stops_a_room_that_is_waited_for(
    lx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make(lx, 20)

    def interrupted(*_: object, **__: object) -> None:
        if speaking(room):
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr("luxx.client.portal.concurrent.futures.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        room.run()
    assert room.status is RoomStatus.PAUSED


def test_a_room_in_which_nobody_can_speak_raises_why(lx: Luxx) -> None:
    room = lx.room("Silent", task="Talk", agents=["Ada"], model="missing-model", max_rounds=1)
    with pytest.raises(Upstream):
        room.run(30)
    assert room.status is RoomStatus.ERROR


def test_agents_are_made_once_and_seated(lx: Luxx) -> None:
    ada = lx.agent("Ada Seat", role="host", color="#2563eb", model="m-1", tools=[])
    again = lx.agent("Ada Seat", role="the host", provider="Scripted model")
    assert (again.id, again.role, again.model) == (ada.id, "the host", "m-1")
    assert "Ada Seat" in {agent.name for agent in lx.agents()}
    plain = lx.agent("Plain Seat")
    given = {"name": "Cy", "provider": "Scripted model", "tools": ["python_eval"]}
    room = lx.room("Seats", task="Sit", agents=[again, plain, "Dee", given], model="m-2")
    assert [(seat.name, seat.model) for seat in room.info.agents] == [
        ("Ada Seat", "m-1"),
        ("Plain Seat", "m-2"),
        ("Dee", "m-2"),
        ("Cy", "m-2"),
    ]
    assert room.info.agents[-1].enabled_tools == ["python_eval"]
    found = lx.open(room.id)
    assert isinstance(found, Room)
    assert found.id == lx.rooms()[0].id


def test_a_field_of_an_agent_that_is_not_known_is_named(lx: Luxx) -> None:
    with pytest.raises(BadInput, match="unknown field 'colour'; there are name, role, system"):
        lx.room("Seats", task="Sit", agents=[{"name": "Ada", "colour": "red"}])
    with pytest.raises(NotFound, match="no provider 'Nobody'; there are: Scripted model"):
        lx.room("Seats", task="Sit", agents=[{"name": "Ada", "provider": "Nobody"}])


def test_buttons_of_a_room(lx: Luxx) -> None:
    room = make(lx)
    lx.portal.run(room.act("start", ""))
    assert room.wait(30) is RoomStatus.COMPLETED
    lx.portal.run(room.act("stop", ""))
    with pytest.raises(BadInput, match="cannot send"):
        lx.portal.run(room.act("send", "Hello"))
