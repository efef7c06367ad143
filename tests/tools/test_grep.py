import time

import pytest

from luxx.tools import grep
from luxx.tools.grep import Search

HOSTILE = [
    "(a+)+$",
    "(a|aa)+$",
    "(.*a){25}$",
    "(x+x+)+y",
    "((a|b)*a(a|b){14}){30}c",
    "(a?){99}b{99}",
]


def _search(pattern: str, content: bytes, most: int = 200) -> tuple[list[tuple[int, str]], Search]:
    search = Search(pattern, ignore_case=False, glob="*", most=most)
    return [(match.line, match.text) for match in search.text(content)], search


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_pattern_ends_at_the_deadline(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grep, "DEADLINE", 0.2)
    begin = time.perf_counter()
    _search(pattern, (b"ab" * 5_000 + b"\n") * 200)
    assert time.perf_counter() - begin < 5


def test_what_the_deadline_cuts_off_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grep, "DEADLINE", -1.0)
    found, search = _search("x", b"x\n")
    assert found == []
    assert not search.is_complete


def test_lines_are_counted_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grep, "_BLOCK", 8)
    content = b"hit\n\nmiss\nhit again, long\nhit\nend hit\n"
    found, search = _search("hit", content)
    assert [line for line, _ in found] == [1, 4, 5, 6]
    assert search.is_complete


@pytest.mark.parametrize("size", range(1, 40))
def test_short_lines_are_found_whatever_the_block(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grep, "_BLOCK", size + 8)
    content = "\n".join(["a", "", "b", "aa", "cab", "", "", "a"] * 5)
    expected = [(i, line) for i, line in enumerate(content.split("\n"), 1) if "a" in line]
    assert _search("a", content.encode())[0] == expected


def test_a_long_line_is_shown_and_searched_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grep, "_BLOCK", 1_000)
    found, _ = _search("x$|x", b"x" * 5_000 + b"y\nx\n")
    assert found == [(1, "x" * 500 + "…"), (2, "x")]
    assert _search("y", b"x" * 5_000 + b"y\nx\n")[0] == []
