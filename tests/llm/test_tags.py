"""Thinking between tags: found however the text is cut, and little is ever held for it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from luxx.llm.tags import ThinkTags

TEXT = st.lists(st.sampled_from(["<think>", "</think>", "<", "</th", " ", "\n", "a", "中"])).map(
    "".join
)
#: Blanks, and the longest tag but its last character.
MOST = 100 + len("</think")


def read(pieces: list[str]) -> tuple[str, str]:
    """The thinking and the text of these pieces; no more is held than the longest wait needs."""
    tags, found = ThinkTags(), {True: "", False: ""}
    for piece in pieces:
        for is_thinking, text in [(False, piece)] if tags.settled else tags.feed(piece):
            found[is_thinking] += text
        assert len(tags._held) <= MOST
    for is_thinking, text in tags.rest():
        found[is_thinking] += text
    return found[True], found[False]


@given(text=TEXT, cuts=st.sets(st.integers(1, 60)))
def test_it_is_the_same_however_the_text_is_cut(text: str, cuts: set[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    thinking, said = read([text[a:b] for a, b in pairwise(places)])
    whole = read([text]) if text else ("", "")
    # Line feeds after an opening tag are left out where they come along with it.
    assert (thinking.lstrip("\n"), said) == (whole[0].lstrip("\n"), whole[1])


def test_blanks_without_end_are_text() -> None:
    assert read([" " * 40] * 50 + ["<think>a</think>b"]) == ("", " " * 2_000 + "<think>a</think>b")
    assert read([" " * 40, "\n<think>a</think>b"]) == ("a", "b")


def test_blanks_without_end_after_thinking_are_dropped() -> None:
    assert read(["<think>a</think>", *[" \n" * 500] * 50, " b"]) == ("a", "b")


def test_blanks_without_end_are_thought() -> None:
    assert read(["<think>", *[" " * 1_000] * 50, "</think>b"]) == (" " * 50_000, "b")
