"""The queue of runs: their rows. One that is live and has no owner waits for a process.

Who is next is fair to users: each one's first is before anybody's second, whoever came first with
how many. One that is to be stopped needs no turn: it is ended before it has begun.
"""

from dataclasses import dataclass

from luxx.db import plain
from luxx.executor.base import Limits

#: `live_in > ''` finds what is live by its unique index.
_WAITING = """
WITH waiting AS (
    SELECT id, user_id, created_at, stop_requested,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at, id) AS place
    FROM run WHERE live_in > '' AND owner IS NULL
), busy AS (
    SELECT user_id, COUNT(*) AS number FROM run
    WHERE live_in > '' AND owner IS NOT NULL GROUP BY user_id
)
SELECT waiting.id, stop_requested, place + COALESCE(number, 0) AS place
FROM waiting LEFT JOIN busy ON busy.user_id = waiting.user_id
ORDER BY stop_requested DESC, 3, created_at, 1 LIMIT ?
"""
_TAKE = """
UPDATE run SET owner = ? WHERE live_in > '' AND owner IS NULL AND id IN ({marks}) RETURNING id
"""
_OWNED = "SELECT id FROM run WHERE live_in > '' AND owner = ?"
_RELEASE = "UPDATE run SET owner = NULL WHERE live_in > '' AND owner = ?"
_RELEASE_ORPHANS = """
UPDATE run SET owner = NULL
WHERE live_in > '' AND owner IS NOT NULL AND owner NOT IN (SELECT id FROM process)
"""
#: Rows beyond the free slots that one look takes in.
MORE = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process has taken."""

    ids: list[str]
    #: Others wait: for a free slot, or for their user to have less that is executed.
    left: bool
    #: There may be more that could be taken now.
    again: bool


async def take(owner: str, free: int, limits: Limits) -> Taken:
    """Make `owner` the owner of up to `free` waiting runs, and of all that are to be stopped."""
    _, rows = await plain(_WAITING, free + MORE)
    stopped = [row["id"] for row in rows if row["stop_requested"]]
    ready = [row["id"] for row in rows if not row["stop_requested"] and row["place"] <= limits.user]
    chosen = [*stopped, *ready[: max(free, 0)]]
    if not chosen:
        return Taken([], left=bool(rows), again=False)
    # Of two processes that chose the same one, the slower one finds that it has an owner.
    statement = _TAKE.format(marks=", ".join("?" * len(chosen)))
    _, taken = await plain(statement, owner, *chosen)
    ids = [str(row["id"]) for row in taken]
    is_raced, is_cut = len(ids) < len(chosen), len(rows) == free + MORE
    return Taken(ids, left=len(ids) < len(rows), again=is_raced or is_cut)


async def owned(owner: str) -> list[str]:
    """What it has taken that has not ended."""
    _, rows = await plain(_OWNED, owner)
    return [str(row["id"]) for row in rows]


async def release(owner: str) -> int:
    """Give back what it owns; answers with how many that were."""
    changed, _ = await plain(_RELEASE, owner)
    return changed


async def release_orphans() -> int:
    """Give back what is owned by no process that there is."""
    changed, _ = await plain(_RELEASE_ORPHANS)
    return changed
