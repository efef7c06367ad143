"""Signals between processes over PostgreSQL's LISTEN and NOTIFY. Needs the extra `postgres`.

One connection listens, one tells. What is to be told waits in a set and goes out with the next
statement, so that a busy process sends few notifications. While the database is away nothing is
lost: what waits is sent when it is back, and whoever could not listen is told that anything may
have happened.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator

import psycopg

from luxx.config import Settings
from luxx.db.pool import Connection, connect
from luxx.errors import Unavailable
from luxx.eventlog.signals import Channel, LocalSignals
from luxx.logs import brief
from luxx.models import new_id

logger = logging.getLogger("luxx.signals")

#: PostgreSQL takes payloads of less than 8,000 bytes.
_PAYLOAD = 7_900
_NOTIFY = "SELECT pg_notify('luxx', payload) FROM unnest(%s::text[]) AS payload"
#: Told instead of more ids than this: anything may have happened.
MAX_IDS = 10_000
#: Seconds of silence after which the line is tested, and that an answer may take.
PING, ANSWER = 5.0, 5.0
#: Seconds before a lost connection is made anew.
RECONNECT = 0.5
#: Seconds that the last signals have at the end.
FAREWELL = 1.0

Work = Callable[[Connection], Awaitable[None]]


class NotifySignals(LocalSignals):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        #: To know one's own words: PostgreSQL tells the teller too.
        self._me = new_id("sig")
        self._outbox: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._told = asyncio.Event()
        self._sent = asyncio.Event()
        self._listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connect. Raises Unavailable where the database does not answer."""
        self._tasks = [
            asyncio.create_task(self._forever(self._listen), name="luxx-listen"),
            asyncio.create_task(self._forever(self._send), name="luxx-notify"),
        ]
        try:
            async with asyncio.timeout(2 * ANSWER):
                await self._listening.wait()
        except TimeoutError as error:
            raise Unavailable("The database gives no line to the other processes") from error

    async def publish(self, channel: Channel, *ids: str) -> None:
        waiting = self._outbox[channel]
        waiting.update(dict.fromkeys(ids))
        if len(waiting) > MAX_IDS:
            self._outbox[channel] = {"": None}
        self._sent.clear()
        self._told.set()
        await super().publish(channel, *ids)

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                if self._outbox:
                    await self._sent.wait()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await super().close()

    async def _forever(self, work: Work) -> None:
        """Do it over a connection, and over a new one when that is lost."""
        was_there = True
        while True:
            try:
                async with await connect(self._settings) as connection:
                    was_there = True
                    await work(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                if was_there:  # said once, not with every try
                    logger.warning("the line to other processes is broken: %s", brief(error))
                was_there = False
            except Exception:
                logger.exception("the line to other processes is broken")
            await asyncio.sleep(RECONNECT)

    async def _listen(self, connection: Connection) -> None:
        await connection.execute("LISTEN luxx")
        if self._listening.is_set():  # not the first time: who knows what was said meanwhile
            for channel in list(self._listeners):
                self._hear(channel, "")
        self._listening.set()
        while True:
            async for notification in connection.notifies(timeout=PING):
                self._take_in(notification.payload)
            async with asyncio.timeout(ANSWER):
                await connection.execute("SELECT 1")

    def _take_in(self, payload: str) -> None:
        sender, channel, *ids = payload.split(" ")
        if sender != self._me:
            self._hear(channel, *ids)

    async def _send(self, connection: Connection) -> None:
        # A notification is no promise: no commit has to reach the disk for it.
        await connection.execute("SET synchronous_commit = off")
        while True:
            await self._told.wait()
            self._told.clear()
            outbox, self._outbox = self._outbox, defaultdict(dict)
            try:
                async with asyncio.timeout(ANSWER):
                    await connection.execute(_NOTIFY, [list(self._payloads(outbox))])
            except BaseException:
                for channel, ids in self._outbox.items():
                    outbox[channel].update(ids)
                self._outbox = outbox
                self._told.set()
                raise
            if not self._outbox:
                self._sent.set()

    def _payloads(self, outbox: dict[str, dict[str, None]]) -> Iterator[str]:
        """As few as hold all ids: `sender channel id id …`."""
        for channel, ids in outbox.items():
            payload = start = f"{self._me} {channel}"
            for id_ in ids:
                if len(payload) + len(id_) >= _PAYLOAD:
                    yield payload
                    payload = start
                payload += f" {id_}"
            yield payload
