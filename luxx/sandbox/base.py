"""Running a program that nobody vouches for: the job, its limits, what comes of it, and backends.

A backend says how a job is confined; `luxx.sandbox.process` starts it, watches it and ends it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Language = Literal["python", "shell"]
#: Which limit ended a job: wall-clock time, memory, the workspace's quota, or its output.
Stopped = Literal["time", "memory", "disk", "output"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: seconds, bytes and counts."""

    #: Wall-clock time; the processor time of one process is bounded a little above it.
    seconds: float = 30.0
    #: Address space of one process.
    memory: int = 512 << 20
    #: Resident memory of all processes of the job together.
    total_memory: int = 768 << 20
    processes: int = 128
    #: The largest file that may be written.
    file_size: int = 256 << 20
    #: All files of the workspace together, those that were there before included.
    workspace: int = 512 << 20
    workspace_files: int = 50_000
    #: Kept of the standard output, and as much of the error output; what follows is dropped.
    output: int = 200_000
    #: Output after which the job is killed.
    flood: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """Python code or a shell command, run in a workspace, which exists."""

    language: Language
    source: str
    workspace: Path
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of a job. That it exits with an error, or is stopped, is no error here."""

    stdout: str
    stderr: str
    #: As a shell says it: 128 + n where signal n ended it.
    exit_code: int
    #: None where no limit ended it.
    stopped: Stopped | None
    #: Some output was dropped.
    truncated: bool
    #: Seconds.
    duration: float


@dataclass(frozen=True, slots=True)
class Command:
    """What to start for a job, in a session of its own and with no environment but this."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path | None = None
    #: Passed on under the same numbers.
    descriptors: tuple[int, ...] = ()
    #: Where the number of a process will be read, as JSON, with whose end all others end; None
    #: where they have to be found and ended one by one.
    first_process: int | None = None
    #: A folder besides the workspace that the job can write to.
    scratch: Path | None = None


class Backend(Protocol):
    """A way to confine jobs."""

    @property
    def name(self) -> str:
        """Such as "bubblewrap 0.8.0 + seccomp"."""

    @property
    def safe(self) -> bool:
        """Whether the job is kept from the server's files, processes and network."""

    def command(self, job: Job) -> AbstractContextManager[Command]:
        """How to start the job; what it needs is there while the context is open.

        Blocks: enter and leave it in a thread. Raises Unavailable.
        """
