"""What a workspace holds: measured without being led astray, bounded, and owned by one user."""

import errno
import os
from pathlib import Path

import pytest
from sandbox.jail import reason_of

from luxx.sandbox.usage import MAX_DEPTH, measure
from luxx.sandbox.workspace import MAX_ENTRIES, Workspace

OWNER = 64_242
QUOTA = 1 << 20
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def _used(root: Path, most: int = MAX_ENTRIES) -> tuple[int, int, bool]:
    folder = os.open(root, os.O_RDONLY)
    try:
        usage = measure(folder, most)
    finally:
        os.close(folder)
    return usage.size, usage.entries, usage.unfinished


def test_what_lies_in_folders_counts_and_what_links_point_to_does_not(tmp_path: Path) -> None:
    root = tmp_path / "own"
    (root / "a" / "b").mkdir(parents=True)
    (tmp_path / "large").write_bytes(bytes(1 << 20))
    (root / "link").symlink_to(tmp_path / "large")
    (root / "loop").symlink_to(root)
    (root / "a" / "b" / "file").write_bytes(bytes(100_000))
    size, entries, unfinished = _used(root)
    assert 100_000 <= size < 200_000
    assert (entries, unfinished) == (5, False)


def test_a_hole_in_a_file_takes_no_room(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert _used(tmp_path)[0] < 100_000


def test_counting_ends_at_the_most(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    assert _used(tmp_path, 20)[1:] == (20, False)
    assert _used(tmp_path, 19)[1:] == (19, True)


def test_what_is_too_deep_to_be_seen_is_not_taken_for_nothing(tmp_path: Path) -> None:
    inner = tmp_path
    for _ in range(MAX_DEPTH):
        inner /= "d"
        inner.mkdir()
    assert _used(tmp_path)[2] is True
    inner.rmdir()
    assert _used(tmp_path)[2] is False


def test_what_goes_while_it_is_counted_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    real = os.open
    gone = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR)
    failures = [OSError(number, "") for number in (*gone, errno.EACCES)]

    def fail(path: object, flags: int, **options: int) -> int:
        if path == "a":
            raise failures.pop(0)
        return real(path, flags, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", fail)
    for _ in gone:
        assert _used(tmp_path)[1:] == (1, False)
    assert _used(tmp_path)[1:] == (1, True)


def test_a_full_workspace_takes_nothing_more_until_there_is_room(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "own", quota=QUOTA)
    workspace.write("first", bytes(QUOTA - 100_000))
    for write in (workspace.write, workspace.append):
        reason = reason_of(lambda w=write: w("second", bytes(200_000)), "second")  # type: ignore[misc]
        assert reason.startswith("path: ? cannot be stored: the workspace is full: ")
        assert reason.endswith(f" of {QUOTA} bytes are used")
    assert workspace.stat("second") is None
    workspace.write("first", bytes(QUOTA - 200_000))
    workspace.write("second", bytes(1_000))
    (tmp_path / "own" / "first").unlink()
    workspace.append("second", bytes(200_000))


def test_too_many_files_are_full_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luxx.sandbox.workspace.MAX_ENTRIES", 3)
    workspace = Workspace(tmp_path / "own", quota=QUOTA)
    for name in "abc":
        workspace.write(name, b"")
    workspace.write("a", b"again")
    (tmp_path / "own" / "d").touch()
    assert "full: 3 files" in reason_of(lambda: workspace.write("e", b""), "e")


def test_a_folder_that_cannot_be_made_is_said_without_its_address(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    workspace = Workspace(tmp_path / "file" / "own")
    assert reason_of(workspace.ready, ".") == "path: ? is not in the workspace"


def test_a_workspace_is_ready_once_it_was_asked_for(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "a" / "own").ready().is_dir()


@as_root
def test_what_root_makes_belongs_to_whom_the_folder_belongs_to(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "own", owner=OWNER)
    workspace.write("a/b/new", b"1")
    workspace.append("a/added", b"1")
    made = [tmp_path / "own", *(tmp_path / "own").rglob("*")]
    assert len(made) == 5
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(OWNER, OWNER)}


@as_root
def test_a_folder_that_was_there_keeps_its_owner_and_so_do_its_files(tmp_path: Path) -> None:
    root = tmp_path / "own"
    root.mkdir()
    os.chown(root, 1234, 1235)
    (root / "old").write_text("1")
    workspace = Workspace(root, owner=OWNER)
    workspace.append("old", b"2")
    workspace.write("new", b"1")
    owners = {path.name: path.stat().st_uid for path in [root, *root.iterdir()]}
    assert owners == {"own": 1234, "old": 0, "new": 1234}
