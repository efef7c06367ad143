"""What is measured from time to time, and not when something happens."""

import asyncio

from luxx.core.services import Services
from luxx.db import INFRASTRUCTURE, plain
from luxx.metrics import Shared
from luxx.models import LIVE

#: Seconds between two samples, and that the database may take to answer.
PERIOD, PATIENCE = 1.0, 1.5

_LIVE = """
SELECT status, COUNT(*) AS number, SUM(CASE WHEN owner IS NULL THEN 1 ELSE 0 END) AS waiting
FROM run WHERE live_in > '' GROUP BY status
"""
_PROCESSES = "SELECT COUNT(*) AS number FROM process"


async def sample(services: Services) -> None:
    """For as long as the process runs."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + PERIOD
        await asyncio.sleep(PERIOD)
        services.metrics.sampled(
            lag=max(0.0, loop.time() - due),
            executing=services.runs.executing,
            followers=services.log.readers + services.starts.waiting,
        )


async def shared(services: Services) -> Shared | None:
    """What the database says of the whole deployment; None while it does not answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            _, live = await plain(_LIVE)
            _, processes = await plain(_PROCESSES)
    except (TimeoutError, *INFRASTRUCTURE):  # type: ignore[misc]  # a tuple of classes
        return None
    number = processes[0]["number"]
    return {
        "runs": dict.fromkeys(LIVE, 0.0) | {row["status"]: row["number"] for row in live},
        "queue_depth": {"": float(sum(row["waiting"] for row in live))},
        # The one process of a SQLite server has no need to say that it lives.
        "processes": {"": float(number or services.settings.is_sqlite)},
    }
