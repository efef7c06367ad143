"""Many processes on one PostgreSQL, killed, frozen, stopped and cut off from it at random.

`scripts/chaos` is the long form, with 200 conversations and 20 rooms; here it is a minute of it.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Coroutine
from secrets import randbits
from typing import Any

import pytest
from cluster.places import TAKEOVER, Cluster
from cluster.talkers import CountingModel, People
from cluster.verdict import Verdict
from postgres import Postgres
from server.running import client
from support import serve

from luxx.config import Settings

CONVERSATIONS = int(os.environ.get("LUXX_TEST_CONVERSATIONS", "30"))
ROOMS = int(os.environ.get("LUXX_TEST_ROOMS", "4"))
IS_LONG = "LUXX_TEST_CONVERSATIONS" in os.environ
SEED = int(os.environ.get("LUXX_TEST_SEED", "0")) or randbits(32)
#: Seconds between two disturbances, and that a process is frozen at the most.
PAUSE, FREEZE = (3.0, 15.0) if IS_LONG else (1.5, 6.0)
#: Seconds over which people come, each at a moment of their own.
COMING = 150.0 if IS_LONG else 20.0
#: Seconds between a crash of PostgreSQL and any other: what it lost is written again meanwhile by
#: who said it. Where both are gone at once, the last moments are, as docs/operating.md says.
APART = 4.0
#: Seconds after which nothing may be left to do.
QUIET = 45.0


@pytest.fixture
async def cluster(settings: Settings, safe_postgres: Postgres) -> AsyncIterator[Cluster]:
    made = Cluster(settings, safe_postgres)
    try:
        await made.open()
        yield made
    finally:
        await made.close()


@pytest.mark.timeout(1500 if IS_LONG else 280)
async def test_nothing_is_lost_or_repeated_whatever_happens_to_the_processes(
    cluster: Cluster,
) -> None:
    print(f"seed {SEED}")  # noqa: T201 - to have the same again
    random.seed(SEED)
    model = CountingModel(pace=0.04)
    async with serve(model) as upstream, client(cluster.url()) as here:
        await here.provider(upstream)
        people = People(cluster, here.token)
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            chaos = group.create_task(_chaos(cluster))
            async with asyncio.TaskGroup() as work:
                for number in range(CONVERSATIONS):
                    work.create_task(_later(people.talk(number)))
                for number in range(ROOMS):
                    work.create_task(_later(people.discuss(number)))
            chaos.cancel()
        await _until_quiet(cluster)
        verdict = Verdict(people, model)
        wrong = await verdict.judge()
        await people.http.aclose()
    report = {
        "seconds": round(time.monotonic() - began),
        **cluster.done,
        "takeover, s": [round(each, 1) for each in sorted(cluster.takeovers)],
        "replies": dict(verdict.statuses),
        "rooms": len(people.discussions),
        "streams broken or left": people.hops,
        "calls made again": people.repeated,
    }
    print(json.dumps(report))  # noqa: T201 - for the long form
    assert not wrong, "\n".join(wrong)
    assert max(cluster.takeovers, default=0.0) < TAKEOVER
    assert "Traceback" not in cluster.logs()


async def _later(work: Coroutine[Any, Any, None]) -> None:
    await asyncio.sleep(random.uniform(0, COMING))
    await work


async def _chaos(cluster: Cluster) -> None:
    """Until cancelled: it ends between two disturbances, when everything runs."""
    restarts = {2, 5}
    number = 0
    while True:
        number += 1
        await asyncio.sleep(random.uniform(0.5, PAUSE))
        work = _database_crash(cluster) if number in restarts else cluster.disturb(freeze=FREEZE)
        task = asyncio.create_task(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise


async def _database_crash(cluster: Cluster) -> None:
    await asyncio.sleep(APART)
    await cluster.restart_database()
    await asyncio.sleep(APART)


async def _until_quiet(cluster: Cluster) -> None:
    began = time.monotonic()
    while left := await cluster.live():
        assert time.monotonic() - began < QUIET, f"left: {left}"
        await asyncio.sleep(0.2)
