"""The scene of the attacks: a server's folder, a decoy that is the server, and its other users.

All of it belongs to the user id that jobs run as: only the sandbox stands between them, as it does
where the server does not run as root.
"""

import contextlib
import ctypes
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from sandbox.attacks import traces

import luxx

JOBS = "job-"
#: A server answers in this time also on a machine that is busy.
ANSWER_SECONDS = 2.0
#: The environment variable that holds the canary, here and in the decoy.
VARIABLE = "SERVER_CANARY"

_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_DECOY = Path(__file__).with_name("decoy.py")
_PR_SET_CHILD_SUBREAPER, _IPC_RMID = 36, 0
#: Harmless, or not to be touched even in a test.
_OTHER_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "watchdog")


class Scene:
    """What an attacker may know is in `facts`."""

    def __init__(self, root: Path, uid: int) -> None:
        self.root = root
        self.uid = uid
        self.canary = f"luxx-canary-{secrets.token_hex(16)}"
        self.peak = traces.Peak()
        self.facts = self._build()
        self._known = traces.children()
        self._jobs = 0

    def _build(self) -> dict[str, Any]:
        """Makes the files, and names them."""
        files = {
            "CODE": "code/luxx/app.py",
            "HOME_KEY": "home/.ssh/id_ed25519",
            "KEY": "data/secret.key",
            "SECRET": "data/workspaces/other/secret.txt",
        }
        for name in files.values():
            (self.root / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.root / name).write_text(f"# {self.canary}\n")
        self.data = self.root / "data"
        with contextlib.closing(sqlite3.connect(self.data / "luxx.db")) as database, database:
            database.execute("CREATE TABLE secret AS SELECT ? AS canary", [self.canary])
        for path in (self.root, *self.root.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.chown(path, self.uid, self.uid)
        return {name: str(self.root / path) for name, path in files.items()} | {
            "DATA": str(self.data),
            "DATABASE": str(self.data / "luxx.db"),
            "DEVICES": _devices(),
            "SERVER_HOME": str(Path.home()),
            "LISTEN_PORT": _quiet_port(),
            "MARK": f"luxx-mark-{secrets.token_hex(8)}",
            "SERVER": os.getpid(),
            "SITE": sysconfig.get_path("purelib"),
            "SOURCE": luxx.__file__,
            "USER_ID": self.uid,
            "VARIABLE": VARIABLE,
        }

    @contextlib.contextmanager
    def with_decoy(self) -> Iterator[None]:
        """While the decoy lives; then the scene is as it is to stay."""
        arguments = [str(self.uid), str(self.data), str(self.facts["LISTEN_PORT"])]
        with subprocess.Popen(
            [sys.executable, "-I", _DECOY, *arguments],
            env={VARIABLE: self.canary},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as decoy:
            assert decoy.stdout
            self.facts |= json.loads(decoy.stdout.readline())
            self._decoy = decoy
            self._known.add(psutil.Process(decoy.pid))
            self._files = traces.snapshot(self.root, without=JOBS)
            self._state = traces.settings_of(decoy.pid)
            try:
                yield
            finally:
                traces.remaining(self._known)
                decoy.kill()
                self._unshare()

    def _unshare(self) -> None:
        """What the decoy shared outlives it."""
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(self._decoy.pid, 0, 0), _IPC_RMID, None)
        libc.mq_unlink(self.facts["QUEUE"].encode())

    @contextlib.contextmanager
    def workspace(self) -> Iterator[Path]:
        """A new one; another user's is beside it."""
        self._jobs += 1
        workspace = self.data / "workspaces" / f"{JOBS}{self._jobs}"
        workspace.mkdir(mode=0o700)
        os.chown(workspace, self.uid, self.uid)
        try:
            yield workspace
        finally:
            remove(workspace)

    def watching(self) -> contextlib.AbstractContextManager[None]:
        """Look at the processes of a job while it runs."""
        self.peak = traces.Peak()
        return self.peak.watching(self._known)

    def damage(self) -> list[str]:
        """Whatever is not as it was."""
        found = traces.remaining(self._known)
        found += traces.differences(self._files, traces.snapshot(self.root, without=JOBS))
        found += traces.left_in_common(str(self.facts["MARK"]))
        if self._decoy.poll() is not None:
            return [*found, "the decoy is dead"]
        state = traces.settings_of(self._decoy.pid)
        found += [
            f"the decoy's {name} changed" for name in state if state[name] != self._state[name]
        ]
        return found + self._answers()

    def _answers(self) -> list[str]:
        """What the decoy says: it is well, and noticed nothing."""
        found = []
        for family, address in (
            (socket.AF_INET, ("127.0.0.1", self.facts["PORT"])),
            (socket.AF_UNIX, self.facts["SOCKET"]),
        ):
            try:
                with socket.socket(family) as asking:
                    asking.settimeout(ANSWER_SECONDS)
                    asking.connect(address)
                    answer = asking.recv(10_000).decode()
            except OSError as error:
                found.append(f"the decoy does not answer: {error}")
                continue
            if answer != f"{self.canary}[]":
                found.append(f"the decoy answers {answer.removeprefix(self.canary)}")
        return found


@contextlib.contextmanager
def built(uid: int) -> Iterator[Scene]:
    """A scene with everything in its place, and this process as a server with secrets."""
    libc = ctypes.CDLL(None)
    # Orphans become our children: none can hide.
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    root = Path(tempfile.mkdtemp(prefix="luxx-scene-"))
    try:
        scene = Scene(root, uid)
        os.environ[VARIABLE] = scene.canary
        with scene.with_decoy(), _inheritable(scene.facts["KEY"]):
            yield scene
    finally:
        os.environ.pop(VARIABLE, None)
        remove(root)
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


@contextlib.contextmanager
def _inheritable(path: str) -> Iterator[None]:
    """A descriptor that was left open for children by mistake."""
    descriptor = os.open(path, os.O_RDWR)
    os.set_inheritable(descriptor, True)
    try:
        yield
    finally:
        os.close(descriptor)


def remove(folder: Path) -> None:
    """However deep and however closed it is, which `shutil.rmtree` cannot."""
    if os.geteuid() != 0:
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", folder], check=False, stderr=subprocess.DEVNULL)


def _devices() -> list[str]:
    devices = [
        str(path)
        for path in Path("/dev").rglob("*")
        if not path.is_symlink()
        and (path.is_block_device() or path.is_char_device())
        and not path.name.startswith(_OTHER_DEVICES)
        and path.parent.name not in {"pts", "fd"}
    ]
    return sorted(devices)


def _quiet_port() -> int:
    """A free one that the system gives to nobody who asks for any: the decoy knocks at it."""
    lowest = int(_PORTS.read_text().split()[0])
    while True:
        port = lowest - 1 - secrets.randbelow(lowest // 2)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
