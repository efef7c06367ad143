"""What other processes wrote, fetched once for all readers of this one.

A signal names the runs that have something new; of those that are read here, what is new is asked
for with one statement and put into the inboxes of all their readers.
"""

import asyncio
import logging
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from luxx.db import INFRASTRUCTURE, losses
from luxx.eventlog.inbox import Inbox
from luxx.eventlog.replay import PAGE, Page, last_ids, newer

logger = logging.getLogger("luxx.eventlog")

#: Seconds between two looks at everything that is read here: a signal may have been lost.
RECHECK = 2.0


class Remote:
    def __init__(self, inboxes: Mapping[str, AbstractSet[Inbox]]) -> None:
        self._inboxes = inboxes
        #: Up to where the readers of a run have been given, or will find in the table, everything.
        self._tails: dict[str, int] = {}
        self._dirty: set[str] = set()
        self._losses = 0
        self._wake = asyncio.Event()

    def written(self, run_id: str) -> None:
        """Another process wrote to the run."""
        if run_id in self._inboxes:
            self._dirty.add(run_id)
            self._wake.set()

    def all_may_have_changed(self) -> None:
        """The line to the others was cut: also by a crash, which may have undone what was read."""
        self._tails.clear()
        self._dirty.update(self._inboxes)
        self._wake.set()

    def delivered(self, run_id: str, last_id: int) -> None:
        """Its readers have been given what this process wrote."""
        if run_id in self._inboxes:
            self._tails[run_id] = max(last_id, self._tails.get(run_id, 0))

    async def fetch_all(self) -> None:
        """For as long as the log is open."""
        while True:
            try:
                async with asyncio.timeout(RECHECK):
                    await self._wake.wait()
            except TimeoutError:
                self._dirty.update(self._inboxes)
            self._wake.clear()
            try:
                await self._fetch()
            except INFRASTRUCTURE as error:
                logger.warning("what other processes wrote could not be read: %r", error)
            except Exception:
                logger.exception("what other processes wrote could not be read")

    async def _fetch(self) -> None:
        dirty, self._dirty = self._dirty, set()
        self._tails = {run_id: at for run_id, at in self._tails.items() if run_id in self._inboxes}
        tails = {run_id: self._tails[run_id] for run_id in dirty if run_id in self._tails}
        unknown = [run_id for run_id in dirty if run_id not in tails and run_id in self._inboxes]
        if unknown:
            self._tails.update(await last_ids(unknown))
            for run_id in unknown:
                self._resync(run_id)
        if tails:
            found = await newer(tails)
            if losses() != self._losses:
                # A crash may have undone what a tail stands for: who came later has not seen it.
                self._losses = losses()
                self.all_may_have_changed()
                return
            for run_id, page in found.items():
                self._put(run_id, page)

    def _put(self, run_id: str, page: Page | None) -> None:
        if page is None or not (page.live or page.events):
            self._resync(run_id)  # it is gone, or over: the readers find that out themselves
            return
        if not page.events:
            return
        for inbox in self._inboxes.get(run_id, ()):
            inbox.put(page.events)
            inbox.wake.set()
        self.delivered(run_id, page.events[-1].id)
        if len(page.events) == PAGE:
            self.written(run_id)

    def _resync(self, run_id: str) -> None:
        for inbox in self._inboxes.get(run_id, ()):
            inbox.resync()
