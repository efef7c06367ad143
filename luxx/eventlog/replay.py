"""The log's table as readers see it: plain SQL, for every viewer asks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from luxx.db import plain
from luxx.errors import NotFound
from luxx.eventlog.events import Event
from luxx.models import LIVE, RunStatus

#: Rows of one look.
PAGE = 500

#: The state and the rows in one look: an end between two looks would be missed. The rows are
#: limited before they are joined: PostgreSQL would sort all that are left, for every page.
_PAGE = """
SELECT run.status, run.attempt, event.eid, event.type, event.data
FROM run LEFT JOIN (
    SELECT run_id, eid, type, data FROM run_event
    WHERE run_id = ? AND eid > ? ORDER BY eid LIMIT ?
) AS event ON event.run_id = run.id
WHERE run.id = ? ORDER BY event.eid
"""
_NEWEST = "SELECT MAX(eid) AS eid FROM run_event WHERE run_id = ? AND type = ? AND eid <= ?"
#: For PostgreSQL: only there is what others wrote.
_NEWER = f"""
SELECT tail.run_id, run.status, event.eid, event.type, event.data
FROM unnest(?::text[], ?::bigint[]) AS tail (run_id, eid)
LEFT JOIN run ON run.id = tail.run_id
LEFT JOIN LATERAL (
    SELECT eid, type, data FROM run_event
    WHERE run_id = tail.run_id AND eid > tail.eid ORDER BY eid LIMIT {PAGE}
) AS event ON true
ORDER BY tail.run_id, event.eid
"""  # noqa: S608 - a constant
_LAST_IDS = """
SELECT run_id, MAX(eid) AS eid FROM run_event WHERE run_id = ANY(?::text[]) GROUP BY run_id
"""
#: No event has a higher id.
LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """The next events of a run; `live` says whether it had not ended at that time."""

    live: bool
    #: All that older attempts ever wrote was in the table at that time.
    attempt: int
    events: list[Event]


async def page(run_id: str, after: int) -> Page:
    """Raises NotFound."""
    _, rows = await plain(_PAGE, run_id, after, PAGE, run_id)
    if not rows:
        raise NotFound("There is no such run")
    status, attempt = rows[0]["status"], rows[0]["attempt"]
    # Its first attempt has written nothing before it is claimed.
    attempt += status == RunStatus.QUEUED
    return Page(status in LIVE, attempt, _events(rows))


async def newest(run_id: str, kind: str, upto: int | None = None) -> int | None:
    """The id of the newest event of a kind, up to an id."""
    _, rows = await plain(_NEWEST, run_id, kind, LAST_ID if upto is None else upto)
    found: int | None = rows[0]["eid"]
    return found


async def newer(tails: Mapping[str, int]) -> dict[str, Page | None]:
    """Of many runs, what follows the given ids; None for a run that is gone."""
    _, rows = await plain(_NEWER, list(tails), list(tails.values()))
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row["run_id"], []).append(row)
    return {
        run_id: None
        if found[0]["status"] is None
        else Page(found[0]["status"] in LIVE, 0, _events(found))
        for run_id, found in grouped.items()
    }


async def last_ids(run_ids: list[str]) -> dict[str, int]:
    """Of many runs, the newest event's id; 0 where there is none."""
    _, rows = await plain(_LAST_IDS, run_ids)
    return dict.fromkeys(run_ids, 0) | {row["run_id"]: row["eid"] for row in rows}


def _events(rows: Any) -> list[Event]:
    return [
        Event(row["eid"], row["type"], orjson.loads(row["data"]))
        for row in rows
        if row["eid"] is not None
    ]
