import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luxx.errors import BadInput, ToolFailed
from luxx.sandbox.workspace import MAX_FILE, Workspace
from luxx.tools import file as module

Run = Callable[..., Awaitable[Any]]


async def test_what_was_written_is_read_back(run: Run, root: Path) -> None:
    written = await run("file_write", path="notes/你好.md", content="héllo\n")
    assert written == {"path": "notes/你好.md", "size": 7, "created": True}
    added = await run("file_write", path="/workspace/notes/你好.md", content="more", mode="append")
    assert added == {"path": "/workspace/notes/你好.md", "size": 11, "created": False}
    assert await run("file_read", path="notes/你好.md") == {
        "path": "notes/你好.md",
        "content": "héllo\nmore",
        "size": 11,
        "truncated": False,
    }
    assert (root / "notes" / "你好.md").read_text() == "héllo\nmore"


async def test_a_long_file_is_read_piece_by_piece(run: Run, root: Path) -> None:
    (root / "long").write_text("x" * 70_000)
    first = await run("file_read", path="long")
    assert (len(first["content"]), first["size"], first["truncated"]) == (65_536, 70_000, True)
    rest = await run("file_read", path="long", offset=65_536, limit=10_000)
    assert (len(rest["content"]), rest["truncated"]) == (70_000 - 65_536, False)
    beyond = await run("file_read", path="long", offset=1_000_000)
    assert (beyond["content"], beyond["truncated"]) == ("", False)


@given(
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    limit=st.integers(1, 9),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_join_up_to_the_whole_text(text: str, limit: int, tmp_path: Path) -> None:
    """However the limit cuts through characters: nothing is lost, doubled or mangled."""
    workspace = Workspace(tmp_path)
    workspace.write("f", text.encode())
    pieces = [
        module._read(workspace, "f", offset, limit)["content"]
        for offset in range(0, len(text.encode()), limit)
    ]
    assert "".join(pieces) == text


async def test_a_binary_file_is_said_to_be_one(run: Run, root: Path) -> None:
    (root / "picture").write_bytes(b"\x89PNG\0\0")
    with pytest.raises(ToolFailed, match="'picture' is a binary file of 6 bytes") as caught:
        await run("file_read", path="picture")
    assert caught.value.field == "path"


async def test_text_that_is_not_utf8_is_read_with_replacements(run: Run, root: Path) -> None:
    (root / "latin").write_bytes(b"caf\xe9 \x80\x80\x80\x80\x80 end")
    assert (await run("file_read", path="latin"))["content"] == "caf\ufffd " + "\ufffd" * 5 + " end"


async def test_half_a_surrogate_pair_is_not_written(run: Run) -> None:
    with pytest.raises(ToolFailed) as caught:
        await run("file_write", path="x", content="\ud800")
    assert caught.value.field == "content"


async def test_a_folder_is_listed_by_name(run: Run, root: Path) -> None:
    (root / "b").mkdir()
    (root / "b" / "c.txt").write_text("123")
    (root / "a.txt").write_text("1")
    flat = await run("file_list")
    assert [(e["path"], e["type"]) for e in flat["entries"]] == [
        ("a.txt", "file"),
        ("b", "directory"),
    ]
    assert flat["truncated"] is False
    deep = await run("file_list", path="/workspace", recursive=True)
    assert [(e["path"], e["size"]) for e in deep["entries"] if e["type"] == "file"] == [
        ("a.txt", 1),
        ("b/c.txt", 3),
    ]
    with pytest.raises(ToolFailed, match="is not a folder"):
        await run("file_list", path="a.txt")


async def test_a_list_has_at_most_a_thousand_entries(run: Run, root: Path) -> None:
    for number in range(1_001):
        (root / f"{number:04}").touch()
    listed = await run("file_list")
    assert (len(listed["entries"]), listed["truncated"]) == (1_000, True)
    (root / "0000").unlink()
    listed = await run("file_list")
    assert (len(listed["entries"]), listed["truncated"]) == (1_000, False)


async def test_what_exists_is_told_from_what_does_not(run: Run, root: Path) -> None:
    (root / "a.txt").write_text("1")
    there = {"path": "a.txt", "exists": True, "type": "file", "size": 1}
    assert await run("file_exists", path="a.txt") == there
    assert (await run("file_exists", path="."))["type"] == "directory"
    for path in ("b.txt", "../own/a.txt", "/etc/passwd"):
        nothing = {"path": path, "exists": False, "type": None, "size": None}
        assert await run("file_exists", path=path) == nothing


@pytest.fixture
def tree(root: Path) -> None:
    (root / "src").mkdir()
    (root / "src" / "main.py").write_text("import os\n\ndef main():\n    return 1\n")
    (root / "notes.txt").write_text("Import this\nnothing\r\nimport that")
    (root / "binary").write_bytes(b"import\0")
    (root / "link.py").symlink_to("src/main.py")


def _places(found: Any) -> list[tuple[str, int, str]]:
    return [(m["path"], m["line"], m["text"]) for m in found["matches"]]


@pytest.mark.usefixtures("tree")
async def test_a_search_finds_lines_in_text_files(run: Run) -> None:
    found = await run("file_grep", pattern="^import")
    assert _places(found) == [("notes.txt", 3, "import that"), ("src/main.py", 1, "import os")]
    assert (found["pattern"], found["truncated"]) == ("^import", False)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ({"pattern": "import", "ignore_case": True, "path": "notes.txt"}, [1, 3]),
        ({"pattern": "^import|1$", "path": "src"}, [1, 4]),
        ({"pattern": "import", "glob": "*.py"}, [1]),
        ({"pattern": "import", "glob": "src/*"}, [1]),
        ({"pattern": "import", "glob": "*.js"}, []),
        ({"pattern": "^$", "path": "src/main.py"}, [2]),
        ({"pattern": "x*", "path": "src/main.py"}, [1, 2, 3, 4]),
        ({"pattern": r"os\s+def", "path": "src/main.py"}, []),
        ({"pattern": "import", "path": "binary"}, []),
        ({"pattern": "nothing", "path": "notes.txt"}, [2]),
    ],
)
@pytest.mark.usefixtures("tree")
async def test_a_search_can_be_narrowed(
    arguments: dict[str, Any], lines: list[int], run: Run
) -> None:
    found = await run("file_grep", **arguments)
    assert [match["line"] for match in found["matches"]] == lines
    assert all("\r" not in match["text"] for match in found["matches"])


async def test_a_search_stops_at_its_most_matches_and_says_so(run: Run, root: Path) -> None:
    (root / "a").write_text("x\n" * 3)
    (root / "b").write_text("x\n")
    found = await run("file_grep", pattern="x", max_matches=2)
    assert (len(found["matches"]), found["truncated"]) == (2, True)
    found = await run("file_grep", pattern="x", max_matches=3)
    assert (len(found["matches"]), found["truncated"]) == (3, True)
    found = await run("file_grep", pattern="x", max_matches=4)
    assert (len(found["matches"]), found["truncated"]) == (4, False)


async def test_a_file_over_the_cap_is_left_out(run: Run, root: Path) -> None:
    with (root / "big").open("wb") as file:
        file.write(b"x\n" * 10)
        file.truncate(MAX_FILE + 1)
    assert (await run("file_grep", pattern="x"))["matches"] == []


async def test_a_file_that_vanished_or_has_two_names_is_left_out(run: Run, root: Path) -> None:
    (root / "a").write_text("x")
    os.link(root / "a", root / "b")
    assert (await run("file_grep", pattern="x"))["matches"] == []


@pytest.mark.parametrize(
    "pattern", ["(", r"(a)\1", "(?=x)", "(?<!x)y", "a{1,100000}", "[z-a]", "\ud800"]
)
@pytest.mark.usefixtures("tree")
async def test_a_pattern_that_re2_does_not_know_is_explained(pattern: str, run: Run) -> None:
    with pytest.raises(BadInput) as caught:
        await run("file_grep", pattern=pattern)
    assert caught.value.field == "pattern"
    assert caught.value.message.startswith("pattern: expected")
    assert "(?m)" not in caught.value.message
