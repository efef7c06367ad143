"""The path jail, held by both ways to open a file."""

import errno
import os
import socket
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sandbox.jail import OUTSIDE, SECRET, reason_of

from luxx.errors import BadInput, ToolFailed
from luxx.sandbox import beneath
from luxx.sandbox.files import Walk
from luxx.sandbox.usage import MAX_DEPTH
from luxx.sandbox.workspace import MAX_FILE, MAX_PATH, Workspace


@pytest.mark.parametrize(
    "path", ["a.txt", "./a.txt", "/workspace/a.txt", "a/../a.txt", "a//../a.txt/"]
)
def test_a_path_inside_is_read_however_it_is_written(path: str, workspace: Workspace) -> None:
    assert workspace.read(path, 0, 100) == (b"hello", 5)
    assert workspace.read(path, 1, 2) == (b"el", 5)


@pytest.mark.parametrize("path", OUTSIDE)
def test_outside_is_answered_exactly_like_missing(path: str, workspace: Workspace) -> None:
    missing = reason_of(lambda: workspace.read("nothing", 0, 9), "nothing")
    assert reason_of(lambda: workspace.read(path, 0, 9), path) == missing
    assert reason_of(lambda: list(workspace.walk(path, Walk(9, 9))), path) == missing
    assert workspace.stat(path) is None


@pytest.mark.parametrize(
    "path", ["../new", "out/new", "/etc/new", "out/x/new", "a.txt/new", "loop/x"]
)
def test_nothing_is_written_outside(path: str, workspace: Workspace, root: Path) -> None:
    for write in (workspace.write, workspace.append):
        assert reason_of(lambda w=write: w(path, b"x"), path) == "path: ? is not in the workspace"  # type: ignore[misc]
    assert sorted(p.name for p in root.parent.iterdir()) == ["jail", "secret"]


def test_writing_to_a_link_replaces_the_link_and_appending_refuses_it(
    workspace: Workspace, root: Path
) -> None:
    assert "not in the workspace" in reason_of(
        lambda: workspace.append("absolute", b"x"), "absolute"
    )
    assert workspace.write("absolute", b"mine") is False
    assert not (root / "absolute").is_symlink()
    assert (root.parent / "secret").read_bytes() == SECRET


def test_a_link_that_stays_inside_works_where_the_kernel_can_tell(root: Path) -> None:
    assert Workspace(root, opener=beneath.openat2).read("inside", 0, 9) == (b"hello", 5)
    with pytest.raises(ToolFailed, match="not in the workspace"):
        Workspace(root, opener=beneath.walk).read("inside", 0, 9)


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "x" * (MAX_PATH + 1)])
def test_a_path_that_is_no_path_is_bad_input(path: str, workspace: Workspace) -> None:
    for call in (
        workspace.stat,
        lambda p: workspace.read(p, 0, 1),
        lambda p: workspace.write(p, b""),
    ):
        with pytest.raises(BadInput, match="path: expected") as caught:
            call(path)
        assert caught.value.field == "path"


@pytest.mark.timeout(10)
def test_what_is_no_regular_file_is_refused_without_waiting(
    workspace: Workspace, root: Path
) -> None:
    os.mkfifo(root / "pipe")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(os.path.relpath(root / "socket"))
        for name in ("pipe", "socket"):
            for call in (
                lambda n=name: workspace.read(n, 0, 9),
                lambda n=name: workspace.append(n, b"x"),
                lambda n=name: workspace.write(n, b"x"),
            ):
                assert reason_of(call, name) == "path: ? is not a regular file"
            found = workspace.stat(name)
            assert found is not None
            assert found.kind == "other"
    for folder in ("a", "."):
        assert reason_of(lambda f=folder: workspace.read(f, 0, 9), folder) == "path: ? is a folder"  # type: ignore[misc]
        assert reason_of(lambda f=folder: workspace.write(f, b""), folder) == "path: ? is a folder"  # type: ignore[misc]
        assert reason_of(lambda f=folder: workspace.append(f, b""), folder) == "path: ? is a folder"  # type: ignore[misc]


def test_a_device_is_refused(workspace: Workspace, root: Path) -> None:
    try:
        os.mknod(root / "zero", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    assert "not a regular file" in reason_of(lambda: workspace.read("zero", 0, 9), "zero")


def test_a_hard_link_is_neither_read_nor_appended_to_but_may_be_replaced(
    workspace: Workspace, root: Path
) -> None:
    os.link(root.parent / "secret", root / "hard")
    assert "hard links" in reason_of(lambda: workspace.read("hard", 0, 9), "hard")
    assert "hard links" in reason_of(lambda: workspace.append("hard", b"x"), "hard")
    found = [f for f in workspace.walk(".", Walk(99, 0)) if f.name == "hard"]
    assert found
    assert workspace.write("hard", b"mine") is False
    assert (root.parent / "secret").read_bytes() == SECRET


def test_writing_makes_the_file_and_its_folders_for_its_owner_alone(
    opener: beneath.Opener, tmp_path: Path
) -> None:
    root = tmp_path / "data" / "new"
    workspace = Workspace(root, opener=opener)
    assert workspace.write("x/y/z.txt", b"1") is True
    assert workspace.write("x/y/z.txt", b"2") is False
    assert workspace.append("x/y/z.txt", b"3") == (2, False)
    assert workspace.append("x/w/new.txt", b"3") == (1, True)
    assert (root / "x/y/z.txt").read_bytes() == b"23"
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (root, root / "x", root / "x/y/z.txt")]
    assert modes == [0o700, 0o700, 0o600]
    assert [p.name for p in (root / "x/y").iterdir()] == ["z.txt"]


def test_replacing_a_file_keeps_its_mode(workspace: Workspace, root: Path) -> None:
    (root / "a.txt").chmod(0o755)
    workspace.write("a.txt", b"new")
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o755


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, content: object) -> int:
        raise OSError(28, "No space left on device")

    before = sorted(root.iterdir())
    monkeypatch.setattr(os, "write", full)
    assert "no space left" in reason_of(lambda: workspace.write("a.txt", b"new"), "a.txt")
    assert sorted(root.iterdir()) == before
    assert (root / "a.txt").read_bytes() == b"hello"


def test_an_error_nobody_thought_of_is_said_without_detail(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", broken)
    assert reason_of(lambda: workspace.read("a.txt", 0, 9), "a.txt") == "path: ? cannot be used"
    monkeypatch.undo()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", broken)
        reason = reason_of(lambda: workspace.stat("a.txt"), "a.txt")
    assert reason == "path: ? cannot be used"


def test_a_file_does_not_grow_beyond_its_cap(workspace: Workspace, root: Path) -> None:
    with (root / "big").open("wb") as file:
        file.truncate(MAX_FILE)
    assert "the most is" in reason_of(lambda: workspace.append("big", b"x"), "big")
    assert "the most is" in reason_of(lambda: workspace.write("new", bytes(MAX_FILE + 1)), "new")
    assert workspace.stat("new") is None
    content, size = workspace.read("big", 0, 1 << 40)
    assert (len(content), size) == (MAX_FILE, MAX_FILE)


def test_a_path_that_is_too_deep_is_not_there(workspace: Workspace) -> None:
    assert workspace.write("/".join("d" * MAX_DEPTH), b"") is True
    path = "/".join("d" * (MAX_DEPTH + 1))
    assert "not in the workspace" in reason_of(lambda: workspace.write(path, b""), path)


def test_two_that_make_the_same_folder_at_once_both_succeed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir

    def twice(name: str, mode: int = 0o700, *, dir_fd: int | None = None) -> None:
        real(name, mode, dir_fd=dir_fd)
        real(name, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", twice)
    assert workspace.write("p/q.txt", b"") is True


def test_no_descriptor_is_left_open(workspace: Workspace) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in [*OUTSIDE, "a.txt", "a"]:
        with suppress(ToolFailed):
            workspace.read(path, 0, 9)
        with suppress(ToolFailed):
            workspace.append(path, b"")
        with suppress(ToolFailed):
            next(workspace.walk(path, Walk(9, 9)))
        workspace.stat(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_folder_that_a_job_has_closed_is_opened_again(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def as_anybody(path: str | Path, flags: int, mode: int = 0o777, **where: Any) -> int:
        if path == root and not stat.S_IMODE(root.stat().st_mode):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, flags, mode, **where)

    monkeypatch.setattr(os, "open", as_anybody)  # root may open what is closed to others
    root.chmod(0)
    assert workspace.read("a.txt", 0, 9) == (b"hello", 5)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
