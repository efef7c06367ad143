"""What is no longer needed is deleted: little by little, by any number of processes at a time.

Events of runs that ended long ago, ended logins, old idempotency keys, the record of tools. Each
step is one short transaction over a bounded number of rows, found by an index. It waits for nobody:
rows that somebody else is at are passed over until the next time.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from luxx.config import Settings
from luxx.db import INFRASTRUCTURE, connection, plain, transaction
from luxx.security.tokens import LEEWAY

logger = logging.getLogger("luxx.retention")

#: Rows of one transaction, at first and at most, and runs that are looked at together.
FEWEST, ROWS, RUNS = 50, 500, 50
#: Seconds: after a transaction that took longer, the next one has fewer rows, else more.
LONG = 0.01
#: Seconds that readers have beyond the time for which events are promised.
MARGIN = 600
#: Seconds before the first pass and between two, give or take a fifth: processes keep out of step.
FIRST, PERIOD = 30.0, 600.0
#: Seconds between two transactions of a pass: others come first.
BREATH = 0.02

# Past the ORM, whose `values_list` drops the lock, and to which a thousand ids are a long pause.
_RUNS = "SELECT id FROM run WHERE logged = TRUE AND finished_at < ? ORDER BY finished_at LIMIT ?"
#: A run's last ones first: who reads meanwhile misses the end, and knows.
_EVENTS = """
    SELECT pk_id FROM run_event WHERE run_id IN ({runs}) ORDER BY run_id DESC, eid DESC LIMIT ?
"""
_MARK = """
    UPDATE run SET logged = FALSE WHERE id IN ({runs})
    AND NOT EXISTS (SELECT 1 FROM run_event WHERE run_event.run_id = run.id)
"""
_TOKENS = "SELECT jti FROM revoked_token WHERE expires_at < ? ORDER BY expires_at LIMIT ?"
_KEYS = "SELECT id FROM idempotency_key WHERE created_at < ? ORDER BY created_at LIMIT ?"
#: Ids grow with time: the oldest ones are looked at, and no others.
_EXECUTIONS = """
    SELECT id FROM tool_execution WHERE created_at < ? AND id <=
    (SELECT MAX(id) FROM (SELECT id FROM tool_execution ORDER BY id LIMIT ?) AS oldest)
"""

#: Changes at most so many rows; answers with how many it did.
Step = Callable[[int], Awaitable[int]]


class Retention:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def run(self) -> None:
        """For as long as the process runs."""
        pause = FIRST
        while True:
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            pause = PERIOD
            try:
                if changed := await self.delete_old():
                    logger.info("deleted what was too old: %s rows", changed)
            except INFRASTRUCTURE as error:
                logger.warning("what is too old could not be deleted: %r", error)
            except Exception:
                logger.exception("what is too old could not be deleted")

    async def delete_old(self) -> int:
        """One whole pass; answers with how many rows it deleted, or marked as without events."""
        steps: list[Step] = [self._events, self._tokens, self._keys, self._executions]
        return sum([await _whole(step) for step in steps])

    async def _events(self, most: int) -> int:
        """A run is marked when its last event goes: a pass that is cut off is gone on with."""
        before = _before(self._settings.event_retention + MARGIN)
        async with transaction():
            lock = "" if _is_sqlite() else " FOR NO KEY UPDATE SKIP LOCKED"
            _, rows = await plain(_RUNS + lock, before, RUNS)
            if not rows:
                return 0
            runs = [row["id"] for row in rows]
            marks = ", ".join("?" * len(runs))
            deleted = await _delete("run_event", "pk_id", _EVENTS.format(runs=marks), *runs, most)
            marked, _ = await plain(_MARK.format(runs=marks), *runs)
        return deleted + marked

    async def _tokens(self, most: int) -> int:
        """A token that has expired is refused for that."""
        return await _delete("revoked_token", "jti", _TOKENS, _before(LEEWAY), most)

    async def _keys(self, most: int) -> int:
        before = _before(self._settings.idempotency_retention)
        return await _delete("idempotency_key", "id", _KEYS, before, most)

    async def _executions(self, most: int) -> int:
        before = _before(self._settings.tool_log_retention)
        return await _delete("tool_execution", "id", _EXECUTIONS, before, most)


def _before(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def _is_sqlite() -> bool:
    return bool(connection().capabilities.dialect == "sqlite")


async def _delete(table: str, key: str, chosen: str, *values: Any) -> int:
    """Delete the rows whose keys a query gives."""
    # As an array: PostgreSQL may run a query behind IN, and its LIMIT, several times.
    keys = f"IN ({chosen})" if _is_sqlite() else f"= ANY(ARRAY({chosen} FOR UPDATE SKIP LOCKED))"
    deleted, _ = await plain(f"DELETE FROM {table} WHERE {key} {keys}", *values)  # noqa: S608
    return deleted


async def _whole(step: Step) -> int:
    """Until nothing is left, in transactions that take no longer than others like to wait."""
    total, most = 0, FEWEST
    while True:
        began = time.perf_counter()
        changed = await step(most)
        total += changed
        if not changed:
            return total
        is_long = time.perf_counter() - began > LONG
        most = max(FEWEST, most // 2) if is_long else min(ROWS, most * 2)
        await asyncio.sleep(BREATH)
