"""Runs are executed by other processes: this one tells them, and sees whether there are any."""

from luxx.executor.base import Tell
from luxx.executor.membership import Observer


class RemoteExecutor:
    def __init__(self, tell: Tell, observer: Observer) -> None:
        self._tell = tell
        self._observer = observer

    async def start(self) -> None:
        await self._observer.watch(self.wake)

    async def submit(self, run_id: str) -> None:
        await self._tell(run_id)

    @property
    def is_ready(self) -> bool:
        return self._observer.alive > 0

    def wake(self) -> None:
        """Nothing runs here; who executes looks for what is free by itself."""

    async def close(self, *, drain: float, grace: float) -> None:
        del drain, grace
        await self._observer.end()
