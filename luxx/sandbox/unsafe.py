"""Jobs without walls: limits, an environment of their own, and an end. For a machine that holds
nothing but this server and one user."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from luxx.sandbox import programs
from luxx.sandbox.base import Command, Job
from luxx.sandbox.programs import Python


@contextmanager
def scratch(job: Job, user: int | None) -> Iterator[Path]:
    """A folder for one job, which holds its source; `user` is who owns it, if not this process."""
    folder = Path(tempfile.mkdtemp(prefix="luxx-job-"))
    try:
        file = folder / programs.file_name(job)
        file.write_bytes(job.source.encode("utf-8", "surrogateescape"))
        if user is not None:
            os.chown(file, user, user)
            os.chown(folder, user, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Unsafe:
    python: Python

    name: str = "none, unsafe"
    safe: bool = False

    @contextmanager
    def command(self, job: Job) -> Iterator[Command]:
        with scratch(job, None) as folder:
            file = str(folder / programs.file_name(job))
            words = programs.start(job, self.python, file, str(job.workspace))
            yield Command(
                argv=(*programs.limited(job.limits), *words),
                environment=programs.environment(self.python.path, str(folder)),
                folder=job.workspace,
                scratch=folder,
            )
