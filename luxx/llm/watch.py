"""The watchdogs of one model call: to the first token, between tokens, and in all."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from luxx.errors import Upstream

#: Seconds that a provider may leave its connection open after it said that it has finished.
LINGER = 3.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    first_token: float
    progress: float
    total: float
    connect: float = 10


class Watch:
    """Knows until when the next wait may last. Only what the model writes moves the deadline.

    `with watch: await …` raises TimeoutError when the deadline passes during the wait. It costs no
    timer for each wait, as `asyncio.timeout` would: one timer runs behind the deadline and is set
    anew only when it fires too early.
    """

    __slots__ = (
        "_armed",
        "_before",
        "_has_fired",
        "_limits",
        "_loop",
        "_task",
        "_timer",
        "_total",
        "deadline",
        "has_begun",
    )

    def __init__(self, limits: Timeouts) -> None:
        self._loop = asyncio.get_running_loop()
        self._limits = limits
        now = self._loop.time()
        self._total = now + limits.total
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._armed = 0.0
        self._before = 0
        self._has_fired = False
        self.has_begun = False
        self.deadline = min(now + limits.first_token, self._total)

    def __enter__(self) -> Self:
        self._task = task = asyncio.current_task()
        self._before = task.cancelling() if task else 0
        if self._timer is None:
            self._arm()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        if self._has_fired and task is not None:
            self._has_fired = False
            if task.uncancel() <= self._before and kind is asyncio.CancelledError:
                raise TimeoutError from error

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def progressed(self) -> None:
        """Something of the reply has come, and the reader has taken it."""
        self.has_begun = True
        self._move(min(self._loop.time() + self._limits.progress, self._total))

    def finishing(self) -> None:
        """The reply is complete: what may still come is how much it cost."""
        self._move(min(self._loop.time() + LINGER, self.deadline))

    def allows(self, seconds: float) -> bool:
        """Whether so long a wait ends before the deadline."""
        return self._loop.time() + seconds < self.deadline

    def expired(self) -> Upstream:
        """The error for a deadline that has passed: which one, and how long it was."""
        if self._loop.time() >= self._total:
            return Upstream(f"The reply took longer than {self._limits.total:g} s in all")
        if self.has_begun:
            return Upstream(f"The provider fell silent for {self._limits.progress:g} s")
        return Upstream(f"The provider sent no first token in {self._limits.first_token:g} s")

    def _arm(self) -> None:
        self._armed = self.deadline
        self._timer = self._loop.call_at(self._armed, self._fire)

    def _move(self, deadline: float) -> None:
        self.deadline = deadline
        if deadline < self._armed:
            self.close()

    def _fire(self) -> None:
        self._timer = None
        if self._task is None:  # nobody waits: the next wait sets the timer
            return
        if self._loop.time() < self.deadline:
            self._arm()
        else:
            self._has_fired = True
            self._task.cancel()
