"""The record of every use of a tool, for administrators: who, which, how it ended, never what.

Each use is one row, written when it is over, however it ended.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from luxx.core import checks
from luxx.core.paging import Page, paged
from luxx.db.unit import settle
from luxx.errors import BadInput, Forbidden, NotFound, ToolFailed, ToolTimedOut, Unavailable
from luxx.models import ToolCaller, ToolExecution, ToolOutcome

MAX_TOOL = 64
#: The first that fits.
_OUTCOMES: tuple[tuple[type[BaseException], ToolOutcome], ...] = (
    (ToolTimedOut, ToolOutcome.TIMED_OUT),
    (ToolFailed, ToolOutcome.FAILED),
    (BadInput, ToolOutcome.INVALID),
    (Forbidden, ToolOutcome.REFUSED),
    (NotFound, ToolOutcome.REFUSED),
    (Unavailable, ToolOutcome.UNAVAILABLE),
    (asyncio.CancelledError, ToolOutcome.CANCELLED),
    (BaseException, ToolOutcome.FAILED),
)


@dataclass(slots=True)
class Use:
    """What becomes known while the tool is used."""

    argument_bytes: int = 0
    result_bytes: int = 0
    #: The tool's own time limit ended what it ran: a result all the same.
    timed_out: bool = False


@contextlib.asynccontextmanager
async def recorded(
    user_id: int,
    tool: str,
    caller: ToolCaller,
    count: Callable[[str, ToolOutcome], None] = lambda _tool, _outcome: None,
) -> AsyncIterator[Use]:
    """Record what happens in the block, and count it; the error that ends it says how it went."""
    use = Use()
    began = time.monotonic()
    outcome = ToolOutcome.SUCCEEDED
    try:
        yield use
    except BaseException as error:
        outcome = next(outcome for kind, outcome in _OUTCOMES if isinstance(error, kind))
        raise
    finally:
        if outcome is ToolOutcome.SUCCEEDED and use.timed_out:
            outcome = ToolOutcome.TIMED_OUT
        count(tool, outcome)
        row = ToolExecution.create(
            user_id=user_id,
            tool=_shown(tool),
            caller=caller,
            argument_bytes=use.argument_bytes,
            outcome=outcome,
            result_bytes=use.result_bytes,
            duration_ms=round((time.monotonic() - began) * 1000),
        )
        await settle(row)


def _shown(tool: str) -> str:
    """A model may call a tool by any name, also by one that the database cannot hold."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in tool[:MAX_TOOL])


async def page(
    *,
    user_id: int | None = None,
    tool: str | None = None,
    outcome: ToolOutcome | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page[ToolExecution]:
    """The newest first. Raises BadInput."""
    query = ToolExecution.all().order_by("-id")
    if user_id is not None:
        query = query.filter(user_id=user_id)
    if tool is not None:
        query = query.filter(tool=checks.text("tool", tool, MAX_TOOL))
    if outcome is not None:
        query = query.filter(outcome=outcome)
    return await paged(query, page, page_size)
