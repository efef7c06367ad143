"""Jobs without walls: limits, an environment of their own, and an end.

For a machine that holds nothing but this server and one user.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from luxx.sandbox import programs
from luxx.sandbox.base import Command, Job
from luxx.sandbox.programs import Python
from luxx.sandbox.scratch import scratch


@dataclass(frozen=True, slots=True)
class Unsafe:
    python: Python

    name: str = "none, unsafe"
    safe: bool = False

    @contextmanager
    def command(self, job: Job) -> Iterator[Command]:
        with scratch(job, self.python, None) as folder:
            file = str(folder / programs.file_name(job))
            words = programs.start(job, self.python, file, str(job.workspace))
            yield Command(
                argv=(*programs.limited(job.limits), *words),
                environment=programs.environment(self.python.path, str(folder)),
                folder=job.workspace,
                scratch=folder,
            )
