"""Many rooms side by side, and what came of them as one table."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from luxx.client.extras import extra
from luxx.client.face import AgentLike, Luxx
from luxx.client.room import Room
from luxx.client.transcript import total
from luxx.client.types import RoomStatus
from luxx.client.view import Progress
from luxx.errors import BadInput, LuxxError

if TYPE_CHECKING:
    import pandas as pd

#: Letters of a task in a room's title.
_TITLE = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """Every task with every model, so many times."""

    tasks: Sequence[str]
    agents: Sequence[AgentLike]
    models: Sequence[str | None]
    n: int
    max_rounds: int | None

    def cases(self) -> list[tuple[str, str | None, int]]:
        """Raises BadInput for a plan without rooms."""
        cases = list(product(self.tasks, self.models, range(1, self.n + 1)))
        if not cases:
            raise BadInput("n, task and models must make at least one room", field="n")
        return cases


def sweep(luxx: Luxx, plan: Plan, parallel: int) -> "pd.DataFrame":
    with extra("experiments"):
        import pandas as pd  # noqa: PLC0415 - takes half a second

    if parallel < 1:
        raise BadInput("parallel must be at least 1", field="parallel")
    rooms: list[Room] = []
    with luxx.view.progress() as progress:
        try:
            rows = luxx.portal.run(_all(luxx, plan, parallel, rooms, progress))
        except KeyboardInterrupt:
            luxx.portal.run(_stop(rooms))
            raise
    return pd.DataFrame(rows)


async def _all(
    luxx: Luxx, plan: Plan, parallel: int, rooms: list[Room], progress: Progress
) -> list[dict[str, Any]]:
    cases, places, done = plan.cases(), asyncio.Semaphore(parallel), 0

    async def discuss(case: tuple[str, str | None, int]) -> dict[str, Any]:
        nonlocal done
        async with places:
            row = await _discuss(luxx, plan, case, rooms)
        done += 1
        progress(done, len(cases))
        return row

    progress(0, len(cases))
    return list(await asyncio.gather(*(discuss(case) for case in cases)))


async def _discuss(
    luxx: Luxx, plan: Plan, case: tuple[str, str | None, int], rooms: list[Room]
) -> dict[str, Any]:
    task, model, repeat = case
    title = f"{task[:_TITLE]} · {model or 'default'} · {repeat}"
    room = await luxx.make_room(
        title, task=task, agents=plan.agents, max_rounds=plan.max_rounds, model=model
    )
    rooms.append(room)
    began, error = time.monotonic(), None
    try:
        status = await room.run_here()
    except LuxxError as failed:
        status, error = RoomStatus.ERROR, failed.message
    if status is RoomStatus.ERROR:
        error = error or room.transcript.notice
    seconds = round(time.monotonic() - began, 2)
    messages = await room.messages_here()
    spoken = [message for message in messages if message.is_reply]
    used = total(spoken)
    return {
        "room": room,
        "task": task,
        "model": model,
        "repeat": repeat,
        "status": str(status),
        "rounds": max((message.round_number or 0 for message in spoken), default=0),
        "messages": len(spoken),
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "seconds": seconds,
        "last": spoken[-1].content if spoken else "",
        "error": error,
    }


async def _stop(rooms: Sequence[Room]) -> None:
    await asyncio.gather(*(room.act("stop", "") for room in rooms), return_exceptions=True)
