"""The path jail, held by both ways to open a file."""

import ctypes
import os
import socket
import stat
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from luxx.errors import BadInput, ToolFailed
from luxx.sandbox import beneath
from luxx.sandbox.files import Walk, read_regular
from luxx.sandbox.workspace import MAX_DEPTH, MAX_FILE, MAX_PATH, Workspace

SECRET = b"a secret outside"
OUTSIDE = ["../secret", "a/../../secret", "/etc/passwd", "/", "..", "/workspace/../secret", "//etc"]
OUTSIDE += [
    "/workspaces/x",
    "a/b/../../../secret",
    "out/secret",
    "out",
    "chain",
    "absolute",
    "loop",
]
OUTSIDE += ["self/secret", "x" * 300, "/proc/self/root/etc/passwd", "a.txt/..x", "a.txt/b"]


@pytest.fixture(params=[beneath.openat2, beneath.walk], ids=["openat2", "walk"])
def opener(request: pytest.FixtureRequest) -> beneath.Opener:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "jail"
    root.mkdir()
    (tmp_path / "secret").write_bytes(SECRET)
    (root / "a.txt").write_bytes(b"hello")
    (root / "a").mkdir()
    (root / "a" / "b.txt").write_bytes(b"inner")
    (root / "out").symlink_to(tmp_path)
    (root / "chain").symlink_to("out/secret")
    (root / "absolute").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to("loop")
    (root / "self").symlink_to("/proc/self/root" + str(tmp_path))
    (root / "inside").symlink_to("a.txt")
    return root


@pytest.fixture
def workspace(root: Path, opener: beneath.Opener) -> Workspace:
    return Workspace(root, opener=opener)


def _reason(call: Callable[[], object], path: str) -> str:
    with pytest.raises(ToolFailed) as caught:
        call()
    assert caught.value.field == "path"
    return caught.value.message.replace(repr(path if len(path) <= 200 else path[:200] + "…"), "?")


@pytest.mark.parametrize(
    "path", ["a.txt", "./a.txt", "/workspace/a.txt", "a/../a.txt", "a//../a.txt/"]
)
def test_a_path_inside_is_read_however_it_is_written(path: str, workspace: Workspace) -> None:
    assert workspace.read(path, 0, 100) == (b"hello", 5)
    assert workspace.read(path, 1, 2) == (b"el", 5)


@pytest.mark.parametrize("path", OUTSIDE)
def test_outside_is_answered_exactly_like_missing(path: str, workspace: Workspace) -> None:
    missing = _reason(lambda: workspace.read("nothing", 0, 9), "nothing")
    assert _reason(lambda: workspace.read(path, 0, 9), path) == missing
    assert _reason(lambda: list(workspace.walk(path, Walk(9, 9))), path) == missing
    assert workspace.stat(path) is None


@pytest.mark.parametrize(
    "path", ["../new", "out/new", "/etc/new", "out/x/new", "a.txt/new", "loop/x"]
)
def test_nothing_is_written_outside(path: str, workspace: Workspace, root: Path) -> None:
    for write in (workspace.write, workspace.append):
        assert _reason(lambda w=write: w(path, b"x"), path) == "path: ? is not in the workspace"  # type: ignore[misc]
    assert sorted(p.name for p in root.parent.iterdir()) == ["jail", "secret"]


def test_writing_to_a_link_replaces_the_link_and_appending_refuses_it(
    workspace: Workspace, root: Path
) -> None:
    assert "not in the workspace" in _reason(lambda: workspace.append("absolute", b"x"), "absolute")
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
                assert _reason(call, name) == "path: ? is not a regular file"
            found = workspace.stat(name)
            assert found is not None
            assert found.kind == "other"
    for folder in ("a", "."):
        assert _reason(lambda f=folder: workspace.read(f, 0, 9), folder) == "path: ? is a folder"  # type: ignore[misc]
        assert _reason(lambda f=folder: workspace.write(f, b""), folder) == "path: ? is a folder"  # type: ignore[misc]
        assert _reason(lambda f=folder: workspace.append(f, b""), folder) == "path: ? is a folder"  # type: ignore[misc]


def test_a_device_is_refused(workspace: Workspace, root: Path) -> None:
    try:
        os.mknod(root / "zero", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    assert "not a regular file" in _reason(lambda: workspace.read("zero", 0, 9), "zero")


def test_a_hard_link_is_neither_read_nor_appended_to_but_may_be_replaced(
    workspace: Workspace, root: Path
) -> None:
    os.link(root.parent / "secret", root / "hard")
    assert "hard links" in _reason(lambda: workspace.read("hard", 0, 9), "hard")
    assert "hard links" in _reason(lambda: workspace.append("hard", b"x"), "hard")
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
    assert "no space left" in _reason(lambda: workspace.write("a.txt", b"new"), "a.txt")
    assert sorted(root.iterdir()) == before
    assert (root / "a.txt").read_bytes() == b"hello"


def test_an_error_nobody_thought_of_is_said_without_detail(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", broken)
    assert _reason(lambda: workspace.read("a.txt", 0, 9), "a.txt") == "path: ? cannot be used"
    monkeypatch.undo()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", broken)
        reason = _reason(lambda: workspace.stat("a.txt"), "a.txt")
    assert reason == "path: ? cannot be used"


def test_a_file_does_not_grow_beyond_its_cap(workspace: Workspace, root: Path) -> None:
    with (root / "big").open("wb") as file:
        file.truncate(MAX_FILE)
    assert "the most is" in _reason(lambda: workspace.append("big", b"x"), "big")
    assert "the most is" in _reason(lambda: workspace.write("new", bytes(MAX_FILE + 1)), "new")
    assert workspace.stat("new") is None
    content, size = workspace.read("big", 0, 1 << 40)
    assert (len(content), size) == (MAX_FILE, MAX_FILE)


def test_a_path_that_is_too_deep_is_not_there(workspace: Workspace) -> None:
    assert workspace.write("/".join("d" * MAX_DEPTH), b"") is True
    path = "/".join("d" * (MAX_DEPTH + 1))
    assert "not in the workspace" in _reason(lambda: workspace.write(path, b""), path)


def test_a_walk_names_links_and_does_not_follow_them(workspace: Workspace) -> None:
    walk = Walk(99, 9)
    found = {f.entry.path: f.entry.kind for f in workspace.walk(".", walk)}
    assert found["out"] == found["loop"] == found["inside"] == "link"
    assert found["a"] == "directory"
    assert found["a/b.txt"] == "file"
    assert not any(path.startswith("out/") for path in found)
    assert walk.is_complete
    assert [f.entry.path for f in workspace.walk("a", Walk(9, 9))] == ["a/b.txt"]


def test_a_walk_is_bounded_in_entries_and_depth(workspace: Workspace, root: Path) -> None:
    (root / "a/c/d").mkdir(parents=True)
    few = Walk(3, 9)
    assert len(list(workspace.walk(".", few))) == 3
    assert not few.is_complete
    shallow = Walk(99, 1)
    paths = [f.entry.path for f in workspace.walk(".", shallow)]
    assert "a/c" in paths
    assert "a/c/d" not in paths
    assert not shallow.is_complete
    flat = Walk(99, 0)
    assert "a/c" not in [f.entry.path for f in workspace.walk(".", flat)]
    assert flat.is_complete


def test_a_name_that_is_no_text_is_listed_as_such(workspace: Workspace, root: Path) -> None:
    (root / os.fsdecode(b"bad\xff")).touch()
    assert "bad\ufffd" in [f.entry.path for f in workspace.walk(".", Walk(99, 0))]


def test_what_vanishes_during_a_walk_is_left_out(workspace: Workspace, root: Path) -> None:
    (root / "z").mkdir()
    (root / "z.txt").touch()
    with closing(workspace.walk(".", Walk(99, 9))) as steps:
        first = next(steps)
        (root / "z").rmdir()
        (root / "z.txt").unlink()
        (root / "a.txt").unlink()
        assert first.name == "a"
        assert read_regular(first, 9) is None
        names = {f.name for f in steps}
    assert "z" not in names
    assert "a.txt" not in names


def test_a_folder_that_becomes_a_link_during_a_walk_is_not_entered(
    workspace: Workspace, root: Path
) -> None:
    with closing(workspace.walk(".", Walk(99, 9))) as steps:
        assert next(steps).name == "a"
        (root / "a" / "b.txt").unlink()
        (root / "a").rmdir()
        (root / "a").symlink_to(root.parent)
        assert not any(f.entry.path.startswith("a/") for f in steps)


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
