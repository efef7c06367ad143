"""Starting a job, watching it and ending it, with everything that it started.

Each job has a thread of its own, which does all that could block. It must be one thread from the
start to the end: the kernel ends a sandbox with the thread that started it.
"""

import asyncio
import logging
import os
import re
import selectors
import signal
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

from luxx.errors import Unavailable
from luxx.sandbox.base import Backend, Command, Completed, Job, Stopped
from luxx.sandbox.disk import Disk
from luxx.sandbox.output import Capture
from luxx.sandbox.priority import step_behind
from luxx.sandbox.tree import Tree, reap

logger = logging.getLogger("luxx.sandbox")

#: Seconds between two looks at the disk, which is asked what is free, and at the processes, for
#: which many files are read.
TICK, LONG_TICK = 0.01, 0.05
#: Seconds that a sandbox is given to be gone once its first process was killed.
_PATIENCE = 5.0
_CHUNK = 65_536
#: What the kernel ended, by the exit code that it leaves.
_ENDED_BY: dict[int, Stopped] = {128 + signal.SIGXCPU: "time", 128 + signal.SIGXFSZ: "disk"}
_THREADS = ThreadPoolExecutor(256, thread_name_prefix="luxx-job")


async def run(backend: Backend, job: Job) -> Completed:
    """Run the job to its end, or to a limit. Raises Unavailable where it cannot be started.

    When the caller is cancelled the job is killed, and the cancellation goes on once it is gone.
    """
    stop, tell = os.pipe()
    with ExitStack() as stack, ExitStack() as telling:
        stack.callback(os.close, stop)
        telling.callback(os.close, tell)
        running = asyncio.get_running_loop().run_in_executor(_THREADS, _run, backend, job, stop)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            telling.close()
            while not running.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            running.exception()
            raise


def _run(backend: Backend, job: Job, stop: int) -> Completed:
    try:
        return _supervise(backend, job, stop)
    except OSError as error:
        logger.warning("a job could not be run", exc_info=True)
        raise Unavailable("Code cannot be run right now") from error


def _supervise(backend: Backend, job: Job, stop: int) -> Completed:
    with backend.command(job) as command, ExitStack() as stack:
        _reopen(job.workspace)
        folders = (job.workspace, *([command.scratch] if command.scratch else []))
        disk = Disk(stack, job.limits, folders)
        began = time.monotonic()
        process = stack.enter_context(_start(command))
        stack.callback(process.kill)
        watch = _Watch(stack, process, command, job, disk)
        try:
            stopped = watch.follow(stop, began + job.limits.seconds)
        finally:
            watch.end()
        out, err = watch.out, watch.err
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        return Completed(
            stdout=out.text(),
            stderr=err.text(),
            exit_code=code,
            stopped=stopped or _ENDED_BY.get(code),
            truncated=out.truncated or err.truncated,
            duration=time.monotonic() - began,
        )


def _reopen(workspace: Path) -> None:
    """A job may close the folder to its own user, who would be locked out for ever."""
    mode = workspace.stat().st_mode
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        workspace.chmod(stat.S_IMODE(mode) | stat.S_IRWXU)


def _start(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - running what nobody vouches for is the purpose
        command.argv,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=command.environment,
        cwd=command.folder,
        pass_fds=command.descriptors,
        start_new_session=True,
        umask=0o022,
    )


class _Watch:
    """The eyes on one started job."""

    def __init__(
        self,
        stack: ExitStack,
        process: subprocess.Popen[bytes],
        command: Command,
        job: Job,
        disk: Disk,
    ) -> None:
        self.out = Capture(job.limits.output)
        self.err = Capture(job.limits.output)
        self._stack = stack
        self._process = process
        self._report = command.first_process
        #: A handle of the process with which all others end, once the backend has named it.
        self._first: int | None = None
        self._limits = job.limits
        self._disk = disk
        self._tree = Tree(process.pid)
        self._is_behind = step_behind(process.pid)
        self._look = time.monotonic() + LONG_TICK
        self._exited = os.pidfd_open(process.pid)
        stack.callback(os.close, self._exited)
        self._selector = stack.enter_context(selectors.DefaultSelector())
        self._selector.register(self._exited, selectors.EVENT_READ)
        for pipe, capture in ((process.stdout, self.out), (process.stderr, self.err)):
            assert pipe is not None  # noqa: S101 - it was asked for
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe.fileno(), selectors.EVENT_READ, capture)

    def follow(self, stop: int, deadline: float) -> Stopped | None:
        """Read what the job says until it ends by itself, is told to or has to."""
        self._selector.register(stop, selectors.EVENT_READ)
        if self._report is not None:
            self._selector.register(self._report, selectors.EVENT_READ)
        look = time.monotonic() + TICK
        while True:
            timeout = min(look, deadline) - time.monotonic()
            ready = {key.fd for key, _ in self._selector.select(max(0.0, timeout))}
            self._read()
            if self._report in ready:
                self._selector.unregister(self._report)
                self._meet_first(self._report)
            if self._exited in ready or stop in ready:
                return None
            if self.out.size + self.err.size > self._limits.flood:
                return "output"
            now = time.monotonic()
            if now >= deadline:
                return "time"
            if now >= look:
                if stopped := self._excess(now):
                    return stopped
                look = time.monotonic() + TICK

    def end(self) -> None:
        """Kill what is left, wait until it is gone, and read what it had said."""
        if self._report is not None:
            self._meet_first(self._report)
        if self._first is None:
            self._tree.kill()
        else:
            _kill(self._first, _PATIENCE)
            reap(self._first)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self._process.kill()
        self._process.wait()
        self._read()

    def _excess(self, now: float) -> Stopped | None:
        if self._disk.is_full(self._tree):
            return "disk"
        if now < self._look:
            return None
        self._look = now + LONG_TICK
        self._is_behind = self._is_behind or step_behind(self._process.pid)
        if self._tree.resident(self._limits.total_memory) > self._limits.total_memory:
            return "memory"
        has_mounts = self._report is not None
        if has_mounts and self._tree.scratch_entries() > self._limits.workspace_files:
            return "disk"
        return None

    def _read(self) -> None:
        """Read what has come; a job that writes faster than this reads does not hold it up."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Capture) and not _drain(key.fd, key.data):
                self._selector.unregister(key.fd)

    def _meet_first(self, report: int) -> None:
        """As early as can be: later its number could be another's."""
        with suppress(OSError):
            if found := re.search(rb'"child-pid": *(\d+)', os.read(report, 4_096)):
                self._first = os.pidfd_open(int(found[1]))
                self._stack.callback(os.close, self._first)


def _drain(pipe: int, capture: Capture) -> bool:
    """False at the pipe's end."""
    for _ in range(16):
        try:
            data = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return True
        if not data:
            return False
        capture.add(data)
    return True


def _kill(handle: int, seconds: float) -> None:
    """Kill, and wait until it is gone."""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        selector.select(seconds)
