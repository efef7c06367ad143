"""Walking through the jail: bounded, complete or said not to be, and never through a link."""

import os
from contextlib import closing
from pathlib import Path

from luxx.sandbox.files import Walk, read_regular
from luxx.sandbox.workspace import Workspace


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
