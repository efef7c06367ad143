"""The life of a run: started, claimed, executed, stopped, recovered; never tied to a request.

A run's kind decides its body (`Body`): what executing and recovering it means. This module owns the
rules that all kinds share: one owner at a time, stop from anywhere, and an end for every run.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from luxx.db import INFRASTRUCTURE, plain, rows_of
from luxx.errors import Conflict, Fenced, NotFound, Unavailable
from luxx.eventlog.log import EventLog
from luxx.eventlog.replay import LAST_ID
from luxx.eventlog.signals import Signals
from luxx.eventlog.writer import RunWriter
from luxx.executor.base import Execute, Executor
from luxx.models import LIVE, Run, RunKind, RunStatus, User

logger = logging.getLogger("luxx.runs")

#: A run that ends its process every time it is executed must not do so for ever.
MAX_ATTEMPTS = 5
#: Seconds that a stop waits for the run to say that it has ended.
STOP_TIMEOUT = 5.0
#: Seconds that running replies have to be ended and stored when the process stops.
GRACE = 4.0

STOPPING = Unavailable("The server is stopping: come back with the last cursor")

#: By its owner alone: who was stopped between taking a run and this has lost it meanwhile.
_CLAIM = """
    UPDATE run SET attempt = attempt + 1, status = ?
    WHERE id = ? AND COALESCE(owner, '') = ? AND status IN (?, ?) RETURNING *
"""

#: By what is live, which is little, and not by all that the user ever ran: hence the comparison,
#: for which there is an index, and the plus, which keeps from the other one.
_LIVE = "SELECT COUNT(*) AS number FROM run WHERE live_in > '' AND +user_id = ?"


async def check_more(user: User, most: int) -> None:
    """Raises Conflict if the user has `most` runs already that have not ended."""
    _, rows = await plain(_LIVE, user.id)
    if rows[0]["number"] >= most:
        raise Conflict(f"{most} of your replies and discussions are running: wait for one to end")


class Body(Protocol):
    """What a kind of run does. Both methods end the run or leave it to a later attempt."""

    async def execute(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        """Do the work; return soon after `stop` is set."""
        ...

    async def recover(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        """Take over from an attempt that died."""
        ...

    async def fail(self, run: Run, writer: RunWriter, error: str) -> None:
        """End the run as failed, with as little as can go wrong."""
        ...


class RunService:
    """Starts, follows and stops runs; an Executor calls `execute`."""

    def __init__(
        self,
        log: EventLog,
        signals: Signals,
        executor: Callable[[Execute], Executor],
    ) -> None:
        self.log = log
        self._signals = signals
        self._executor = executor(self.execute)
        self._bodies: dict[RunKind, Body] = {}
        self._stops: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, bodies: Mapping[RunKind, Body]) -> None:
        """Begin to execute runs, those that an earlier process left first."""
        self._bodies.update(bodies)
        self._signals.listen("stop", self._on_stop)
        self._signals.listen("work", lambda _: self._executor.wake())
        await self._executor.start()

    async def close(self, *, drain: float = 0.0, grace: float = GRACE) -> None:
        """End what executes here: every run says honestly how it ended, or that it will go on.

        What ends by itself within `drain` seconds is not interrupted.
        """
        await self._executor.close(drain=drain, grace=grace)
        self.log.interrupt(STOPPING)

    async def submit(self, run_id: str) -> None:
        await self._executor.submit(run_id)

    async def stop(self, run_id: str) -> None:
        """Ask a run to stop, wherever it executes, and wait (bounded) until it has ended."""
        if not await Run.filter(id=run_id, status__in=LIVE).update(stop_requested=True):
            return
        await self._signals.publish("stop", run_id)
        await self._executor.submit(run_id)  # one that waits for its turn is ended without it
        with contextlib.suppress(TimeoutError, NotFound):  # a run that is gone has ended
            async with asyncio.timeout(STOP_TIMEOUT):
                await self.wait(run_id)

    async def wait(self, run_id: str) -> None:
        """Return when the run has ended. Raises NotFound."""
        async for _ in self.log.read(run_id, LAST_ID):
            pass

    @property
    def are_taken(self) -> bool:
        """Whether there is somebody who executes what is submitted now."""
        return self._executor.is_ready

    @property
    def executing(self) -> int:
        """How many runs execute in this process."""
        return len(self._stops)

    async def execute(self, run_id: str, owner: str = "") -> None:
        """Claim the run that `owner` has taken, and do its work.

        Infrastructure errors are raised for a later attempt.
        """
        # Listening comes before the claim: a stop is either in the claimed row or heard.
        stop = self._stops[run_id] = asyncio.Event()
        try:
            run = await self._claim(run_id, owner)
            if run is None:
                self.log.recheck(run_id)  # an end whose commit got no answer was not told
                return
            if run.stop_requested:
                stop.set()
            await self._run_body(run, self.log.writer(run.id, run.attempt), stop)
        except Fenced:
            logger.info("run %s has a newer attempt or is gone; this one leaves it", run_id)
            self.log.recheck(run_id)
        finally:
            del self._stops[run_id]

    async def _run_body(self, run: Run, writer: RunWriter, stop: asyncio.Event) -> None:
        body = self._bodies[run.kind]
        try:
            tries = run.attempt - run.base_attempt
            if tries > MAX_ATTEMPTS:
                await body.fail(run, writer, f"gave up after {MAX_ATTEMPTS} attempts")
            elif tries > 1:
                await body.recover(run, writer, stop)
            else:
                await body.execute(run, writer, stop)
        except Fenced:
            raise
        except INFRASTRUCTURE:
            raise
        except Exception:
            logger.exception("run %s failed", run.id)
            # As a new attempt: the writer of this one may be broken.
            if again := await self._claim(run.id, run.owner or ""):
                await body.fail(again, self.log.writer(again.id, again.attempt), "Internal error")

    @staticmethod
    async def _claim(run_id: str, owner: str) -> Run | None:
        """Raise the attempt: from now on no older one can write.

        None if the run has ended, or is another process's.
        """
        claimed = await rows_of(Run, _CLAIM, RunStatus.RUNNING, run_id, owner, *LIVE)
        return claimed[0] if claimed else None

    def _on_stop(self, run_id: str) -> None:
        if not run_id:
            task = asyncio.create_task(self._reread_stops())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif stop := self._stops.get(run_id):
            stop.set()

    async def _reread_stops(self) -> None:
        """A stop may have been missed: what is asked of the runs here is in their rows."""
        asked = Run.filter(id__in=list(self._stops), stop_requested=True)
        try:
            ids = await asked.values_list("id", flat=True)
        except INFRASTRUCTURE as error:
            logger.warning("stops could not be looked up: %r", error)
            return
        for run_id in ids:
            self._on_stop(str(run_id))
