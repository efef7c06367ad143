"""Turns: a few at a time, users in rotation, and nothing lost when somebody gives up."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress

import pytest

from luxx.errors import Unavailable
from luxx.sandbox.turns import MAX_WAITING, Turns

PATIENCE = 5.0


class Crowd:
    """People who take turns and hold them until they are told to leave."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.entered: list[Hashable] = []
        self.most = 0
        self.inside = 0
        self.tasks: list[asyncio.Task[None]] = []

    def come(self, user: Hashable, leave: asyncio.Event, patience: float = PATIENCE) -> None:
        self.tasks.append(asyncio.create_task(self._hold(user, leave, patience)))

    async def _hold(self, user: Hashable, leave: asyncio.Event, patience: float) -> None:
        async with self.turns.take(user, patience):
            self.entered.append(user)
            self.inside += 1
            self.most = max(self.most, self.inside)
            try:
                await leave.wait()
            finally:
                self.inside -= 1

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self.tasks, return_exceptions=True)


def _open() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def test_no_more_are_inside_than_there_are_places() -> None:
    crowd = Crowd(Turns(3, share=3))
    leave = asyncio.Event()
    for number in range(20):
        crowd.come(number, leave)
    await crowd.settle()
    assert crowd.inside == 3
    leave.set()
    await crowd.over()
    assert (crowd.most, len(crowd.entered), crowd.inside) == (3, 20, 0)


async def test_who_asks_for_much_waits_for_the_others() -> None:
    """Ann has twenty waiting when Ben and Cid come: each of them is next but one at the latest."""
    crowd = Crowd(Turns(1, share=1))
    leave = asyncio.Event()
    for _ in range(20):
        crowd.come("ann", leave)
    await crowd.settle()
    crowd.come("ben", leave)
    crowd.come("cid", leave)
    await crowd.settle()
    leave.set()
    await crowd.over()
    assert crowd.entered[:4] == ["ann", "ann", "ben", "cid"]
    assert len(crowd.entered) == 22


async def test_nobody_holds_more_than_their_share_even_if_places_are_free() -> None:
    crowd = Crowd(Turns(4, share=2))
    leave = asyncio.Event()
    for _ in range(5):
        crowd.come("ann", leave)
    await crowd.settle()
    assert crowd.inside == 2
    crowd.come("ben", leave)
    await crowd.settle()
    assert crowd.entered == ["ann", "ann", "ben"]
    leave.set()
    await crowd.over()
    assert len(crowd.entered) == 6


async def test_who_waits_too_long_is_told_so_and_blocks_nobody() -> None:
    turns = Turns(1, share=1)
    crowd = Crowd(turns)
    leave = asyncio.Event()
    crowd.come("ann", leave)
    await crowd.settle()
    with pytest.raises(Unavailable, match="busy"):
        async with turns.take("ben", 0.01):
            pass
    crowd.come("cid", leave)
    leave.set()
    await crowd.over()
    assert crowd.entered == ["ann", "cid"]


@pytest.mark.parametrize("granted", [False, True])
async def test_a_cancelled_wait_gives_its_place_back(granted: bool) -> None:
    """Also where the turn had just been given when the cancellation came."""
    crowd = Crowd(Turns(1, share=1))
    leave = asyncio.Event()
    crowd.come("ann", leave)
    await crowd.settle()
    crowd.come("ben", _open())
    await crowd.settle()
    if granted:
        leave.set()
        while not crowd.tasks[0].done():
            await asyncio.sleep(0)
    crowd.tasks[1].cancel()
    leave.set()
    crowd.come("cid", _open())
    await crowd.over()
    assert "cid" in crowd.entered
    assert crowd.inside == 0


async def test_a_place_that_frees_in_the_moment_of_a_cancellation_goes_to_the_next() -> None:
    turns = Turns(1, share=1)
    crowd = Crowd(turns)
    async with turns.take("ann", PATIENCE):
        crowd.come("ben", _open())
        crowd.come("ben", _open())
        await crowd.settle()
        crowd.tasks[0].cancel()
    await crowd.over()
    assert crowd.entered == ["ben"]
    async with turns.take("ann", PATIENCE):
        assert turns._waiting == {}


async def test_a_line_has_an_end() -> None:
    turns = Turns(1, share=1)
    crowd = Crowd(turns)
    leave = asyncio.Event()
    for _ in range(MAX_WAITING + 1):
        crowd.come("ann", leave)
    await crowd.settle()
    with pytest.raises(Unavailable, match="waiting already"):
        async with turns.take("ann", PATIENCE):
            pass
    crowd.come("ben", leave)
    leave.set()
    await crowd.over()
    assert len(crowd.entered) == MAX_WAITING + 2


async def test_an_error_inside_gives_the_place_back() -> None:
    turns = Turns(1, share=1)
    for _ in range(3):
        with suppress(LookupError):
            async with turns.take("ann", 0.5):
                raise LookupError
