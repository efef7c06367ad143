"""What jobs are run with: a Python, a shell, and the words to start them with."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from luxx.errors import Unavailable
from luxx.sandbox.base import Job, Limits
from luxx.sandbox.priority import NICE

#: Runs a file as Python's `__main__`; modules of the folder it runs in come after all others, so
#: that none of them can stand in for one of the standard library.
_START = """\
def run(path, folder):
    import sys
    sys.argv[:] = [path]
    sys.path.append(folder)
    main = sys.modules["__main__"].__dict__
    del main["run"]
    main["__file__"] = path
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        exec(compile(source, path, "exec"), main)
    except Exception as error:
        error.__traceback__ = error.__traceback__.tb_next
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)
import sys
run(*sys.argv[1:])
"""
#: The system's own programs and libraries, where they exist.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
#: What programs need of the system's settings.
ETC = tuple(
    f"/etc/{name}"
    for name in (
        "ld.so.cache",
        "alternatives",
        "ssl/certs",
        "ssl/openssl.cnf",
        "pki/tls/certs",
        "localtime",
    )
)
_ASK = "import sys, json; print(json.dumps([sys.prefix, sys.base_prefix, sys.executable]))"
_PYTHONS = ("/usr/local/bin/python3", "/usr/bin/python3")
_SHELLS = ("/usr/bin/bash", "/bin/bash", "/bin/sh")
_ASK_SECONDS = 10.0
#: Seconds of processor time of one process beyond the wall-clock time of all.
_EXTRA_CPU = 2


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter, the folders that it needs, and those that a job has no business with."""

    executable: str
    folders: tuple[Path, ...]
    hidden: tuple[Path, ...] = ()
    #: What it ought to be called and is not; a job gets links of these names.
    missing_names: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The folder of the executable."""
        return str(Path(self.executable).parent)


def find_python(wanted: str, user: int | None = None) -> Python:
    """The operator's choice, else the Python that the server's own environment was made with.

    With a `user`, one that it can execute. Blocks. Raises Unavailable.
    """
    if not wanted and user is None:
        return base_python()
    candidates = [wanted] if wanted else [base_python().executable, *_PYTHONS]
    reasons = []
    for candidate in candidates:
        try:
            return _ask(candidate, user)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            reasons.append(f"{candidate}: {error}")
    raise Unavailable(f"no Python for LUXX_SANDBOX_PYTHON: {'; '.join(reasons)}")


def base_python() -> Python:
    base = Path(sys.base_prefix)
    executable = getattr(sys, "_base_executable", "") or sys.executable
    # Where the server was installed without an environment of its own, its packages are here.
    purelib = Path(sysconfig.get_path("purelib"))
    hidden = (purelib,) if sys.prefix == sys.base_prefix else ()
    return Python(executable, _folders(executable, base), hidden, missing_names(executable))


def _ask(wanted: str, user: int | None) -> Python:
    become: Any = {} if user is None else {"user": user, "group": user, "extra_groups": ()}
    answer = subprocess.run(  # noqa: S603 - the operator's own setting
        [wanted, "-I", "-c", _ASK],
        env={"PATH": os.defpath},
        cwd="/",
        **become,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_ASK_SECONDS,
        check=True,
    )
    prefix, base, executable = orjson.loads(answer.stdout)
    folders = _folders(executable, Path(prefix), Path(base))
    return Python(executable, folders, (), missing_names(executable))


def missing_names(executable: str) -> tuple[str, ...]:
    folder = Path(executable).parent
    return tuple(name for name in ("python", "python3") if not (folder / name).exists())


def _folders(executable: str, *prefixes: Path) -> tuple[Path, ...]:
    """What must be visible: the prefixes, and the folder above a linked executable's `bin`."""
    real = Path(os.path.realpath(executable))
    folders: list[Path] = []
    for folder in (*prefixes, real.parent.parent):
        if not any(folder.is_relative_to(known) for known in (Path("/usr"), *folders)):
            folders.append(folder)
    return tuple(folders)


def file_name(job: Job) -> str:
    return "main.py" if job.language == "python" else "main.sh"


def start(job: Job, python: Python, file: str, folder: str) -> tuple[str, ...]:
    """Run the job's source, which is in `file`, in `folder`."""
    if job.language == "python":
        return (python.executable, "-I", "-u", "-c", _START, file, folder)
    shell = next((shell for shell in _SHELLS if os.access(shell, os.X_OK)), _SHELLS[-1])
    return (shell, file)


def limited(limits: Limits, others: int = 0) -> tuple[str, ...]:
    """The words that put a command under its limits and behind the server on the processor.

    `others` are processes that the kernel will count with the job's.
    """
    seconds = int(limits.seconds) + _EXTRA_CPU
    return (
        "/usr/bin/nice",
        f"--adjustment={NICE}",
        "/usr/bin/prlimit",
        f"--as={limits.memory}",
        f"--fsize={limits.file_size}",
        f"--nproc={limits.processes + others}",
        f"--cpu={seconds}:{seconds + 1}",
        "--nofile=256",
        "--core=0",
    )


def environment(path: str, home: str) -> Mapping[str, str]:
    return {
        "PATH": f"{path}:/usr/local/bin:/usr/bin:/bin:{home}/bin",
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "USER": "luxx",
    }
