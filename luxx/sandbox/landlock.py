"""Jobs confined by Landlock and seccomp: where a machine, or a container, allows no namespaces.

A job works in the workspace itself, and sees the same read-only folders as with bubblewrap. It has
no `/proc`, no sockets, and its changes to modes, owners and times are only pretended, because
Landlock does not cover those. That a file outside exists is not hidden from it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from luxx.sandbox import confine, descriptors, programs
from luxx.sandbox.base import Command, Job
from luxx.sandbox.confine import Plan
from luxx.sandbox.programs import Python
from luxx.sandbox.scratch import scratch
from luxx.sandbox.tree import tasks_of

_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))


@dataclass(frozen=True, slots=True)
class Landlock:
    python: Python
    #: The user to become where the server runs as root; None where it does not.
    user: int | None
    #: The program of seccomp, which is indispensable here.
    calls: bytes = field(repr=False)
    #: The kernel's version of the interface.
    version: int

    safe: bool = True

    @property
    def name(self) -> str:
        return f"landlock {self.version} + seccomp"

    @contextmanager
    def command(self, job: Job) -> Iterator[Command]:
        with ExitStack() as stack:
            folder = stack.enter_context(scratch(job, self.python, self.user))
            writable = [_opened(stack, place) for place in (job.workspace, folder)]
            calls = descriptors.data(stack, self.calls)
            plan = Plan(
                user=self.user,
                readable=[*programs.SYSTEM, *programs.ETC, *map(str, self.python.folders)],
                devices=list(_DEVICES),
                writable=writable,
                calls=calls,
                version=self.version,
            )
            file = str(folder / programs.file_name(job))
            # Counted for the whole user, of whom others may be running something.
            others = tasks_of(os.geteuid() if self.user is None else self.user)
            yield Command(
                argv=(
                    *(sys.executable, "-I", "-S", confine.__file__, orjson.dumps(plan).decode()),
                    *programs.limited(job.limits, others),
                    *programs.start(job, self.python, file, str(job.workspace)),
                ),
                environment=programs.environment(self.python.path, str(folder)),
                descriptors=(*writable, calls),
                scratch=folder,
            )


def _opened(stack: ExitStack, folder: Path) -> int:
    opened = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, opened)
    return opened
