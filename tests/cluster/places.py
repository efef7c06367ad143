"""Servers and workers on one PostgreSQL, and what is done to them."""

import asyncio
import os
import random
import signal
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from postgres import Postgres
from server.running import Luxx, launch

from luxx.config import Settings

WEBS, WORKERS = 3, 2
#: Seconds from a kill until what ran there runs elsewhere, and that a stop may take.
TAKEOVER, STOP = 20.0, 10.0
_LEFT = """
SELECT count(*) FROM run WHERE live_in IS NOT NULL AND id = ANY(%s)
AND (owner IS NULL OR owner = ANY(%s))
"""


@dataclass
class Place:
    """Where one process runs, and the next one after it."""

    name: str
    settings: Settings
    luxx: Luxx
    stack: AsyncExitStack

    @property
    def is_web(self) -> bool:
        return self.name.startswith("web")


class Cluster:
    def __init__(self, settings: Settings, server: Postgres) -> None:
        self.places: list[Place] = []
        self.takeovers: list[float] = []
        self.done: dict[str, int] = {}
        self._settings = settings
        self._server = server
        self._old: list[Path] = []

    async def open(self) -> None:
        for number in range(WEBS):
            self.places.append(await self._launch(f"web-{number}"))
        for number in range(WORKERS):
            self.places.append(await self._launch(f"worker-{number}"))

    async def close(self) -> None:
        await asyncio.gather(*(place.stack.aclose() for place in self.places))

    def url(self) -> str:
        """Of one of the servers, whatever has become of it."""
        return random.choice([each.luxx.url for each in self.places if each.is_web])

    def logs(self) -> str:
        files = [*self._old, *(place.luxx.err for place in self.places)]
        return "".join(file.read_text() for file in files)

    async def _launch(self, name: str) -> Place:
        settings = replace(self._settings, data_dir=self._settings.data_dir.with_name(name))
        stack = AsyncExitStack()
        command = name.partition("-")[0].replace("web", "serve")
        luxx = await stack.enter_async_context(launch(settings, command=command))
        return Place(name, settings, luxx, stack)

    async def _again(self, place: Place) -> None:
        await place.stack.aclose()
        self._old.append(place.luxx.err)
        self.places[self.places.index(place)] = await self._launch(place.name)

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    async def disturb(self, *, freeze: float) -> None:
        """Do something to one of the processes; it runs again when this returns."""
        place = random.choice(self.places)
        match random.choice(("kill", "kill", "freeze", "stop")):
            case "kill":
                await self.kill(place)
            case "freeze":
                self._count("freezes")
                os.kill(place.luxx.process.pid, signal.SIGSTOP)
                await asyncio.sleep(random.uniform(2.0, freeze))
                os.kill(place.luxx.process.pid, signal.SIGCONT)
            case _:
                self._count("stops")
                began = time.monotonic()
                assert await place.luxx.stop() == 0, f"{place.name} did not end as asked"
                assert time.monotonic() - began < STOP
                await self._again(place)

    async def kill(self, place: Place) -> None:
        """It is started again when others have what it ran."""
        self._count("kills")
        pid = place.luxx.process.pid
        owned = await self._ask(
            "SELECT run.id, process.id FROM process JOIN run ON run.owner = process.id"
            " WHERE process.pid = %s AND run.live_in IS NOT NULL",
            pid,
        )
        place.luxx.kill()
        runs, owners = [row[0] for row in owned], list({row[1] for row in owned})
        began = time.monotonic()
        while runs and (await self._ask(_LEFT, runs, owners))[0][0]:
            assert time.monotonic() - began < 3 * TAKEOVER, "what ran there runs nowhere"
            await asyncio.sleep(0.1)
        if runs:
            self.takeovers.append(time.monotonic() - began)
        await self._again(place)

    async def restart_database(self) -> None:
        self._count("database restarts")
        await asyncio.to_thread(self._server.stop)
        await asyncio.to_thread(self._server.start)

    async def _ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        address = str(self._settings.database_url)
        async with await psycopg.AsyncConnection.connect(address) as connection:
            return await (await connection.execute(statement, values)).fetchall()

    async def live(self) -> list[tuple[object, ...]]:
        """Runs that have not ended, and messages that are said to be written."""
        return await self._ask(
            "SELECT id, status FROM run WHERE live_in IS NOT NULL OR status IN"
            " ('queued', 'running') UNION ALL"
            " SELECT id, status FROM message WHERE status = 'running'"
        )
