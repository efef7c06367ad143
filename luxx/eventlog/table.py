"""The log's table as writers see it: plain SQL, for it is the hottest write of the server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import orjson

from luxx.db import connection
from luxx.errors import Fenced
from luxx.eventlog.events import Event

if TYPE_CHECKING:
    from luxx.eventlog.writer import RunWriter

#: What one writer has to write.
Batch: TypeAlias = "tuple[RunWriter, list[Event]]"

_INSERT = """
INSERT INTO run_event (run_id, eid, type, data) VALUES (?, ?, ?, ?)
ON CONFLICT (run_id, eid) DO NOTHING
"""
_INSERT_ALL = """
INSERT INTO run_event (run_id, eid, type, data)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[])
ON CONFLICT (run_id, eid) DO NOTHING
"""


async def unfenced(batches: Sequence[Batch]) -> list[Batch]:
    """Leave out, and fail, the writers whose run has a newer attempt or is gone."""
    db = connection()
    is_sqlite = db.capabilities.dialect == "sqlite"
    marks = ", ".join(["?" if is_sqlite else "%s"] * len(batches))
    # The lock lasts until the events are committed: no claim comes between. Past the ORM, whose
    # `values_list` would drop it; on SQLite the transaction has the database to itself.
    lock = "" if is_sqlite else " FOR NO KEY UPDATE"
    rows = await db.execute_query_dict(
        f"SELECT id, attempt FROM run WHERE id IN ({marks}){lock}",  # noqa: S608 - constants only
        [writer.run_id for writer, _ in batches],
    )
    attempts = {row["id"]: row["attempt"] for row in rows}
    current: list[Batch] = []
    for writer, events in batches:
        if attempts.get(writer.run_id) == writer.attempt:
            current.append((writer, events))
        else:
            writer.fail(Fenced())
    return current


async def insert(batches: Sequence[Batch]) -> None:
    """Insert events with one statement: the hottest write of the server, so past the ORM.

    What is there already is left: the answer to a first try may have been lost after its commit.
    """
    rows = [
        [writer.run_id, event.id, event.type, orjson.dumps(event.data).decode()]
        for writer, events in batches
        for event in events
    ]
    if not rows:
        return
    db = connection()
    if db.capabilities.dialect == "sqlite":
        await db.execute_many(_INSERT, rows)
    else:
        # As columns: one statement for all, and not one for each row.
        await db.execute_query(_INSERT_ALL, [list(column) for column in zip(*rows, strict=True)])
