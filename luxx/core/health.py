"""Whether the server can work: its database answers, and somebody executes runs.

The database is asked at most once a second, however many ask, and never waited for long.
"""

import asyncio
import contextlib

from luxx.core.runs import RunService
from luxx.db import INFRASTRUCTURE, plain
from luxx.errors import Unavailable

#: Seconds that an answer holds, and that it is waited for.
HOLDS, PATIENCE = 1.0, 1.5


class DatabaseProbe:
    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._answered = True
        self._asked = float("-inf")

    async def answers(self) -> bool:
        async with self._asking:
            loop = asyncio.get_running_loop()
            if loop.time() - self._asked > HOLDS:
                self._answered = await _answers()
                self._asked = loop.time()
            return self._answered


async def _answers() -> bool:
    with contextlib.suppress(TimeoutError, *INFRASTRUCTURE):
        async with asyncio.timeout(PATIENCE):
            await plain("SELECT 1")
            return True
    return False


async def check_ready(database: DatabaseProbe, runs: RunService) -> None:
    """Raises Unavailable, saying what is missing."""
    if not await database.answers():
        raise Unavailable("The database does not answer")
    if not runs.are_taken:
        raise Unavailable("No process executes replies and discussions")
