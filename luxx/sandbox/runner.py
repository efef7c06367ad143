"""Running what a user or a model wrote: behind the walls that this machine offers, in turn."""

import asyncio
import contextlib
import os
from dataclasses import replace
from pathlib import Path

from luxx.config import Settings
from luxx.sandbox import beneath, process
from luxx.sandbox.base import Backend, Completed, Job, Language, Limits
from luxx.sandbox.choice import choose
from luxx.sandbox.turns import Turns
from luxx.sandbox.usage import measure

#: Seconds that a job waits for its turn.
PATIENCE = 30.0
#: Jobs of one user that run at the same time.
SHARE = 2


class Sandbox:
    """Chooses its backend when told to, or for the first job: who comes meanwhile waits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        slots = settings.tool_concurrency or os.cpu_count() or 1
        self._turns = Turns(slots, min(SHARE, slots))
        self._choice: asyncio.Task[Backend] | None = None

    def choose(self) -> "asyncio.Task[Backend]":
        """Begin to find out what this machine offers."""
        if self._choice is None:
            self._choice = asyncio.create_task(choose(self._settings), name="sandbox-choice")
        return self._choice

    async def close(self) -> None:
        if self._choice is not None and not self._choice.done():
            self._choice.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._choice

    async def backend(self) -> Backend:
        return await asyncio.shield(self.choose())

    async def run(
        self, user_id: int, language: Language, source: str, workspace: Path, seconds: float
    ) -> Completed:
        """Raises Unavailable where nothing contains the job, or no turn comes in time."""
        backend = await self.backend()
        async with self._turns.take(user_id, PATIENCE):
            limits = await asyncio.to_thread(self._limits, workspace, seconds)
            return await process.run(backend, Job(language, source, workspace, limits))

    def _limits(self, workspace: Path, seconds: float) -> Limits:
        """No file may be larger than what is left: in a full workspace things can only be deleted.

        The quota itself is watched while the job runs; this holds however short that is.
        """
        usual = Limits(seconds=seconds, workspace=self._settings.workspace_quota)
        folder = os.open(workspace, beneath.FOLDER)
        try:
            left = usual.workspace - measure(folder, usual.workspace_files).size
        finally:
            os.close(folder)
        return replace(usual, file_size=max(0, min(usual.file_size, left)))
