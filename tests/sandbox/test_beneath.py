"""Opening beneath the jail's root: under a race with links, and by what the machine offers."""

import ctypes
import threading
from pathlib import Path

import pytest

from luxx.errors import ToolFailed
from luxx.sandbox import beneath
from luxx.sandbox.workspace import Workspace

TRIES = 20_000


@pytest.mark.parametrize("what", ["file", "folder"])
def test_no_race_with_a_link_leads_outside(what: str, workspace: Workspace, root: Path) -> None:
    """One thread swaps a file (or folder) for a link outwards; the other never reads the secret."""
    (root / "d").mkdir()
    (root / "d" / "secret").write_bytes(b"inside")
    (root / "file").write_bytes(b"inside")
    target = root.parent / "secret" if what == "file" else root.parent
    victim = root / ("file" if what == "file" else "d")
    path = "file" if what == "file" else "d/secret"
    done = threading.Event()

    def swap() -> None:
        link, aside = root / "link", root / "aside"
        link.symlink_to(target)
        while not done.is_set():
            victim.rename(aside)
            link.rename(victim)
            victim.rename(link)
            aside.rename(victim)

    thread = threading.Thread(target=swap)
    thread.start()
    seen: dict[bytes, int] = {}
    try:
        for _ in range(TRIES):
            try:
                content, _size = workspace.read(path, 0, 99)
            except ToolFailed:
                content = b"refused"
            seen[content] = seen.get(content, 0) + 1
    finally:
        done.set()
        thread.join(10)
    assert set(seen) <= {b"inside", b"refused"}
    assert seen.get(b"refused"), "the swap never met a read: the test proves nothing"


def test_a_machine_without_openat2_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert beneath.best.__wrapped__() is beneath.openat2
    monkeypatch.setattr(beneath, "_SYS_OPENAT2", 1_000_000)
    assert beneath.best.__wrapped__() is beneath.walk
    monkeypatch.setattr("sys.platform", "darwin")
    assert beneath.best.__wrapped__() is beneath.walk


def test_a_rename_that_goes_on_forever_does_not_hold_the_opening_up(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    calls = []

    def busy(*args: object) -> int:
        calls.append(args)
        ctypes.set_errno(11)
        return -1

    monkeypatch.setattr(beneath, "_syscall", lambda: busy)
    with pytest.raises(ToolFailed, match="not in the workspace"):
        Workspace(root, opener=beneath.openat2).read("a.txt", 0, 9)
    assert len(calls) == 32
