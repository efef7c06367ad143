"""Following a run by its cursor, through whatever happens to the connection."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

from luxx.errors import Unavailable

#: Seconds between two attempts: doubled from the first to the second.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
#: Seconds without a connection after which following is given up.
PATIENCE = 90.0


class Cursored(Protocol):
    """An event that says where it stands, and whether anything follows it."""

    cursor: str

    @property
    def is_last(self) -> bool: ...


EventT = TypeVar("EventT", bound=Cursored)
#: Gives the results of a subscription with these variables.
Subscribe = Callable[[Mapping[str, Any]], AsyncGenerator[dict[str, Any]]]


async def follow(
    subscribe: Subscribe,
    read: Callable[[Any], EventT],
    *,
    after: str | None = None,
    patience: float = PATIENCE,
) -> AsyncGenerator[EventT]:
    """Every event after `after` to the last, each once and in order.

    A broken connection is made anew from the last event seen. Raises Unavailable when there was
    none for `patience` seconds, and at once what else the server reports.
    """
    clock = asyncio.get_running_loop().time
    pause, deadline = FIRST_PAUSE, clock() + patience
    while True:
        trouble = Unavailable("The stream ended before the run")
        try:
            async with aclosing(subscribe({"after": after})) as results:
                async for data in results:
                    event = read(data["event"])
                    after = event.cursor
                    yield event
                    if event.is_last:
                        return
                    pause, deadline = FIRST_PAUSE, clock() + patience
        except Unavailable as error:
            trouble = error
        if clock() > deadline:
            raise trouble
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
