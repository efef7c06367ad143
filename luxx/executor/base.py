"""The interface of an executor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

#: Executes one run to its end on behalf of a process, by the process's id; called again after an
#: infrastructure error.
Execute = Callable[[str, str], Awaitable[None]]
#: Tells the other processes that there is a run to execute.
Tell = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs are executed at once."""

    #: By one process.
    process: int
    #: Of one user, by all processes together.
    user: int


class Executor(Protocol):
    """Sees to it that runs whose rows are committed are executed, here or elsewhere."""

    async def start(self) -> None:
        """Begin executing, first whatever an earlier process left unfinished."""
        ...

    async def submit(self, run_id: str) -> None:
        """There is a run to execute, or one that waits is to be stopped. Idempotent."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether a run that is submitted now would be executed soon."""
        ...

    def wake(self) -> None:
        """Another process says that there is something to execute."""
        ...

    async def close(self, *, drain: float, grace: float) -> None:
        """Take nothing more, and leave what has not ended to other processes.

        What executes here has `drain` seconds to end by itself; then it is cancelled and waited for
        up to `grace` seconds.
        """
        ...
