"""Jobs in namespaces of their own, made by bubblewrap: the strongest walls here.

A job sees `/usr`, its Python, an empty `/tmp` and its workspace as `/workspace`; no other process,
no network. Started by root, a user namespace would belong to root, and root of the host could be
reached from it. So root first makes a mount namespace in which the job's folders are under paths
that anybody may go through, becomes another user, and only then enters the sandbox.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from luxx.sandbox import descriptors, programs
from luxx.sandbox.base import Command, Job
from luxx.sandbox.programs import Python

WORKSPACE = "/workspace"
#: The user that a job believes to be.
_USER = "1000"
#: An empty folder of the job's own; the name is usual.
_HOME = "/tmp"  # noqa: S108
_SCRATCH = str(64 << 20)
#: Where root puts what the other user is to find; hides what is there, for this job only.
_STAGE = "/tmp"  # noqa: S108 - a mount of its own


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """`program` and, where the wheel brought it, the folder of its `libraries`."""

    program: Path
    version: str
    python: Python
    #: The user to become where the server runs as root; None where it does not.
    user: int | None
    #: The program of seccomp; None where its library is missing.
    calls: bytes | None = field(repr=False)

    safe: bool = True

    @property
    def name(self) -> str:
        return f"{self.version} {'+ seccomp' if self.calls else 'without seccomp'}"

    @contextmanager
    def command(self, job: Job) -> Iterator[Command]:
        with ExitStack() as stack:
            report, reported = descriptors.pipe(stack)
            source = descriptors.data(stack, job.source.encode("utf-8", "surrogateescape"))
            passed = [reported, source]
            inner = [*_namespaces(), *_view()]
            inner += ["--perms", "0444", "--ro-bind-data", str(source)]
            inner += [f"/{programs.file_name(job)}"]
            if self.calls:
                calls = descriptors.data(stack, self.calls)
                passed.append(calls)
                inner += ["--seccomp", str(calls)]
            tell = ["--info-fd", str(reported)]
            argv = self._enter(job, inner, tell) + self._payload(job)
            yield Command(
                argv=tuple(argv),
                environment=programs.environment(self.python.path, _HOME),
                descriptors=tuple(passed),
                first_process=report,
            )

    def _payload(self, job: Job) -> list[str]:
        file = f"/{programs.file_name(job)}"
        words = programs.start(job, self.python, file, WORKSPACE)
        return [*programs.limited(job.limits), *words]

    def _enter(self, job: Job, inner: list[str], tell: list[str]) -> list[str]:
        binds = [(job.workspace, WORKSPACE, "--bind")]
        binds += [(folder, str(folder), "--ro-bind") for folder in self.python.folders]
        if self.user is None:
            return [str(self.program), *tell, *inner, *self._folders(binds), "--"]
        staged: list[str] = []
        seen: list[tuple[Path, str, str]] = []
        for number, (source, target, how) in enumerate(binds):
            stage = f"{_STAGE}/{number}"
            staged += [how, str(source), stage]
            seen.append((Path(stage), target, how))
        program = self.program
        staged += ["--perms", "0755", "--dir", f"{_STAGE}/program"]
        for folder in _libraries(self.program):
            staged += ["--ro-bind", str(folder), f"{_STAGE}/program/{folder.name}"]
            program = Path(_STAGE, "program", *self.program.parts[-3:])
        return [
            *(str(self.program), "--die-with-parent", "--unshare-pid", *tell),
            *("--dev-bind", "/", "/", "--tmpfs", _STAGE, *staged, "--"),
            *("/usr/bin/setpriv", f"--reuid={self.user}", f"--regid={self.user}"),
            *("--clear-groups", "--no-new-privs", "--"),
            *(str(program), *inner, *self._folders(seen), "--"),
        ]

    def _folders(self, binds: list[tuple[Path, str, str]]) -> list[str]:
        words: list[str] = []
        for source, target, how in binds:
            words += [how, str(source), target]
        for name in self.python.missing_names:
            words += ["--symlink", self.python.executable, f"{_HOME}/bin/{name}"]
        for hidden in self.python.hidden:
            words += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
        return [*words, "--chdir", WORKSPACE, "--remount-ro", "/"]


def _namespaces() -> list[str]:
    kinds = ("user", "pid", "net", "ipc", "uts", "cgroup-try")
    return [
        *(f"--unshare-{kind}" for kind in kinds),
        *("--disable-userns", "--die-with-parent"),
        *("--uid", _USER, "--gid", _USER, "--hostname", "luxx"),
    ]


def _view() -> list[str]:
    """The system's part of what a job sees."""
    words: list[str] = []
    for folder in map(Path, programs.SYSTEM):
        if folder.is_symlink():
            words += ["--symlink", f"usr/{folder.name}", str(folder)]
        elif folder.is_dir():
            words += ["--ro-bind", str(folder), str(folder)]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for scratch in (_HOME, "/dev/shm"):  # noqa: S108 - inside
        words += ["--perms", "1777", "--size", _SCRATCH, "--tmpfs", scratch]
    words += ["--dir", "/etc"]
    for path in programs.ETC:
        words += ["--ro-bind-try", path, path]
    return words


def _libraries(program: Path) -> tuple[Path, ...]:
    """A wheel's program is two folders below the first of these, and needs the second."""
    package = program.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    return (package, libraries) if libraries.is_dir() else ()
