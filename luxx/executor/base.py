"""The interface of an executor."""

from collections.abc import Awaitable, Callable
from typing import Protocol

#: Executes one run to its end; called again after an infrastructure error.
Execute = Callable[[str], Awaitable[None]]
#: The ids of all runs that are queued or running.
Pending = Callable[[], Awaitable[list[str]]]


class Executor(Protocol):
    async def start(self) -> None:
        """Begin executing, first whatever an earlier process left unfinished."""
        ...

    async def submit(self, run_id: str) -> None:
        """Have the run executed; call it after the run's row is committed. Idempotent."""
        ...

    async def close(self, grace: float) -> None:
        """Cancel what executes here and wait up to `grace` seconds for it to end."""
        ...
