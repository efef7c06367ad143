"""A room whose server is killed goes on by itself, and who watches misses nothing."""

import asyncio
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, client, launch
from server.watching_rooms import RoomViewer, make_room, marks, messages_of, start, texts
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

TEXT = "All of this is said slowly, word by word, so that there is a middle. " * 6
LIVES = 3
#: With PostgreSQL the next life has to see for ten seconds that the one before has no pulse.
TAKEN_OVER = 40


@dataclass
class Scene:
    """One room over many lives of the server, and who watches it."""

    token: str = ""
    room_id: str = ""
    viewers: list[RoomViewer] = field(default_factory=list)

    async def open(self, here: Client, upstream: Upstream) -> None:
        self.token = here.token
        await here.provider(upstream.url)
        self.room_id = await make_room(here, "Ada", "Bob", "Cy", max_rounds=2)
        self.viewers = [RoomViewer(here, self.room_id, deltas=each) for each in (False, True)]

    async def cut(self, luxx: Luxx, here: Client, *, first: bool) -> None:
        """All watch on; the server is killed when a bit more has been seen."""
        viewer = self.viewers[0]
        goal = len(viewer.events) + 3
        async with asyncio.TaskGroup() as group:
            for each in self.viewers:
                group.create_task(each.watch(here))
            if first:  # who watches has come before the start
                await start(here, self.room_id)
            await until(lambda: len(viewer.events) > goal, TAKEN_OVER)
            await asyncio.sleep(SystemRandom().uniform(0, 0.4))
            luxx.kill()
        assert all(each.broken for each in self.viewers)

    async def finish(self, here: Client) -> RoomViewer:
        """All watch to the end, and one more who sees everything."""
        for each in self.viewers:
            await each.watch(here)
        room = await here.call("GET", f"/api/chat-rooms/{self.room_id}")
        assert (room["status"], room["current_round"]) == ("completed", 2)
        late = RoomViewer(here, self.room_id, deltas=True)
        await late.watch()
        return late


@pytest.mark.timeout(180)  # four lives of a server, on a machine that may be busy
async def test_a_killed_room_goes_on_and_its_watchers_lose_and_repeat_nothing(
    settings: Settings, upstream: Upstream
) -> None:
    upstream.model.script.extend(Reply(f"{TEXT}{at}", pace=0.003) for at in range(20))
    scene = Scene()
    for number in range(LIVES):
        async with launch(settings) as luxx, client(luxx.url, token=scene.token) as here:
            if number == 0:
                await scene.open(here, upstream)
            await scene.cut(luxx, here, first=number == 0)
    async with launch(settings) as luxx, client(luxx.url, token=scene.token) as here:
        late = await scene.finish(here)
        said = await messages_of(here, scene.room_id)
    check_turns(said)
    # Nobody was asked for a turn that had been finished.
    assert len(upstream.model.requests) <= len(said)
    for viewer in (*scene.viewers, late):
        viewer.check()
        assert viewer.broken is None
        assert texts(viewer.events) == {each["id"]: each["content"] for each in said}
        assert marks(viewer.events) == marks(late.events)
        assert viewer.seen[-1].event == "room_completed"


def check_turns(said: list[Any]) -> None:
    """Each turn was finished once, in order; what was cut off is kept as that."""
    finished = [each for each in said if each["status"] == "completed"]
    assert [(each["sender_name"], each["round_number"]) for each in finished] == [
        (name, number) for number in (1, 2) for name in ("Ada", "Bob", "Cy")
    ]
    contents = [each["content"] for each in finished]
    assert len(set(contents)) == len(contents)
    assert all(each.startswith(TEXT) for each in contents)
    cut = [each for each in said if each["status"] != "completed"]
    assert {each["status"] for each in cut} <= {"interrupted"}
    assert len(cut) <= LIVES
    assert all(TEXT.startswith(each["content"].rstrip("0123456789")) for each in cut)
