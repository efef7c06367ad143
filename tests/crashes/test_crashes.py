"""One process on SQLite, killed again and again at random moments while it has much to do.

`scripts/crashes 100` is the long form; here it is a handful of times.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from secrets import SystemRandom

import pytest
from crashes.crowd import Crowd
from server.running import Client, Luxx, client, launch
from support import serve

from luxx.config import Settings
from luxx.llm.demo import ScriptedModel

ROUNDS = int(os.environ.get("LUXX_TEST_CRASHES", "3"))
#: Seconds from the start of a process to its first answer, and until no run is left half done.
SERVING, SETTLED = 10.0, 15.0


@pytest.mark.timeout(90 + 8 * ROUNDS)
async def test_nothing_is_lost_or_half_done_however_often_it_is_killed(
    settings: Settings, tmp_path: Path
) -> None:
    if not settings.is_sqlite:
        pytest.skip("of many processes there is a test of its own")
    crowd, took, settled = Crowd(), [], []
    async with serve(ScriptedModel(pace=0.004)) as model:
        for life in range(ROUNDS + 1):
            async with launch(settings) as luxx, client(luxx.url, token=crowd.token) as here:
                took.append(luxx.took)
                if life == 0:
                    await crowd.begin(here, model)
                else:
                    settled.append(await _settled(crowd, here, settings))
                    await crowd.check(here)
                await _until_killed(crowd, here, luxx)
            _check_file(settings, tmp_path / f"copy-{life}")
    exchanges = sum(len(talk.said) for talk in crowd.talks)
    assert exchanges > ROUNDS
    report = {
        "kills": ROUNDS + 1,
        "exchanges": exchanges,
        "serving again, s": {"median": round(sorted(took)[len(took) // 2], 2), "max": max(took)},
        "settled after, s": round(max(settled), 2),
    }
    print(json.dumps(report))  # noqa: T201 - for the long form
    # Of most: other work on the machine is not what this is about.
    assert sorted(took)[len(took) * 3 // 4] < SERVING


async def _until_killed(crowd: Crowd, here: Client, luxx: Luxx) -> None:
    working = asyncio.create_task(crowd.work(here))
    await asyncio.sleep(SystemRandom().uniform(0.05, 1.5))
    luxx.kill()
    async with asyncio.timeout(10):
        await working


async def _settled(crowd: Crowd, here: Client, settings: Settings) -> float:
    """Seconds until nothing is left of the dead process: replies are ended, the room goes on."""
    began = time.perf_counter()
    while time.perf_counter() - began < SETTLED:
        with closing(sqlite3.connect(settings.sqlite_file)) as connection:
            left = connection.execute(
                "SELECT COUNT(*) FROM message WHERE status = 'running' AND conversation_id > ''"
            ).fetchone()[0]
        if not left:
            break
        await asyncio.sleep(0.02)
    assert not left, "a reply is still said to be written"
    room = await here.call("GET", f"/api/chat-rooms/{crowd.room}")
    assert room["status"] in {"idle", "running"}
    return time.perf_counter() - began


def _check_file(settings: Settings, folder: Path) -> None:
    """As the dead process left it: on a copy, so that the next one finds all of its work to do."""
    folder.mkdir()
    for file in settings.data_dir.glob("luxx.db*"):
        shutil.copy(file, folder)
    with closing(sqlite3.connect(folder / settings.sqlite_file.name)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    shutil.rmtree(folder)
