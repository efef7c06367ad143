"""What is no longer needed is deleted: little by little, by any number of processes at a time.

Events of runs that ended long ago, ended logins, old idempotency keys, the record of tools. Each
step is one short transaction over a bounded number of rows, found by an index.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tortoise.models import Model
from tortoise.queryset import QuerySet

from luxx.config import Settings
from luxx.db import INFRASTRUCTURE, transaction
from luxx.models import IdempotencyKey, RevokedToken, Run, RunEvent, ToolExecution
from luxx.security.tokens import LEEWAY

M = TypeVar("M", bound=Model)

logger = logging.getLogger("luxx.retention")

#: Rows of one transaction, and runs that are looked at together.
ROWS, RUNS = 1_000, 50
#: Seconds that readers have beyond the time for which events are promised.
MARGIN = 600
#: Seconds before the first pass and between two, give or take a fifth: processes keep out of step.
FIRST, PERIOD = 30.0, 600.0
#: Seconds between two transactions of a pass: others come first.
BREATH = 0.02


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
                if deleted := await self.delete_old():
                    logger.info("deleted what was too old: %s rows", deleted)
            except INFRASTRUCTURE as error:
                logger.warning("what is too old could not be deleted: %r", error)
            except Exception:
                logger.exception("what is too old could not be deleted")

    async def delete_old(self) -> int:
        """One whole pass; answers with how many rows it deleted."""
        return sum(
            [
                await _whole(step)
                for step in (self._events, self._tokens, self._keys, self._executions)
            ]
        )

    async def _events(self) -> int:
        """A run is marked when its last event goes: a pass that is cut off is gone on with."""
        old = Run.filter(
            logged=True, finished_at__lt=_before(self._settings.event_retention + MARGIN)
        )
        async with transaction():
            query = old.order_by("finished_at").limit(RUNS)
            runs = await query.select_for_update(skip_locked=True).values_list("id", flat=True)
            if not runs:
                return 0
            found = RunEvent.filter(run_id__in=runs).limit(ROWS)
            ids = await found.values_list("pk_id", flat=True)
            await RunEvent.filter(pk_id__in=ids).delete()
            if len(ids) < ROWS:
                await Run.filter(id__in=runs).update(logged=False)
        return len(ids) or len(runs)

    async def _tokens(self) -> int:
        """A token that has expired is refused for that."""
        return await _delete(RevokedToken.filter(expires_at__lt=_before(LEEWAY)))

    async def _keys(self) -> int:
        before = _before(self._settings.idempotency_retention)
        return await _delete(IdempotencyKey.filter(created_at__lt=before))

    async def _executions(self) -> int:
        """By their ids, which grow with time: the oldest ones are looked at, and no others."""
        oldest = await ToolExecution.all().order_by("id").limit(ROWS)
        before = _before(self._settings.tool_log_retention)
        ids = [each.id for each in oldest if each.created_at < before]
        return await ToolExecution.filter(id__in=ids).delete() if ids else 0


def _before(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


async def _delete(old: "QuerySet[M]") -> int:
    key = old.model._meta.pk_attr  # noqa: SLF001 - Tortoise has no public name for it
    keys = await old.limit(ROWS).values_list(key, flat=True)
    return await old.model.filter(**{f"{key}__in": keys}).delete() if keys else 0


async def _whole(step: Callable[[], Awaitable[int]]) -> int:
    """Until nothing is left."""
    total = 0
    while deleted := await step():
        total += deleted
        await asyncio.sleep(BREATH)
    return total
