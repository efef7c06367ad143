"""A folder for one job where it has no `/tmp` of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luxx.sandbox import programs
from luxx.sandbox.base import Job
from luxx.sandbox.programs import Python


@contextmanager
def scratch(job: Job, python: Python, user: int | None) -> Iterator[Path]:
    """Holds the job's source, and the names of its Python; `user` is given it, if there is one."""
    folder = Path(tempfile.mkdtemp(prefix="luxx-job-"))
    try:
        file = folder / programs.file_name(job)
        file.write_bytes(job.source.encode("utf-8", "surrogateescape"))
        (folder / "bin").mkdir(mode=0o755)
        for name in python.missing_names:
            (folder / "bin" / name).symlink_to(python.executable)
        if user is not None:
            for path in (file, folder):
                os.chown(path, user, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
