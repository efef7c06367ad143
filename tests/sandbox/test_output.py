"""Output is bounded, and obeyed by no terminal."""

import pytest

from luxx.sandbox.output import Capture, clean


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\rc\r\r\n", "a\nb\nc\n"),
        ("\x1b[1;31mred\x1b[0m\x1b[2J", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\y", "xy"),
        ("\x1bP+q\x1b\\z\x1b(Bq\x1bcw", "zqw"),
        ("\x1b]never ends\nbut", "\nbut"),
        ("\x1b", ""),
        ("a\x00\x08\x7f\x85b", "a\ufffd\ufffd\ufffd\ufffdb"),
        ("日本 ü 🙂", "日本 ü 🙂"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(said: str, shown: str) -> None:
    assert clean(said) == shown


def test_cleaning_takes_time_in_proportion() -> None:
    assert clean("\x1b]" * 200_000) == ""
    assert clean("\x1b[" + "1;" * 200_000) == "1;" * 200_000


def test_a_character_that_the_limit_cuts_is_left_out() -> None:
    capture = Capture(5)
    capture.add("aüü".encode())
    assert (capture.text(), capture.truncated) == ("aüü", False)
    capture.add(b"x")
    assert (capture.text(), capture.truncated, capture.size) == ("aüü", True, 6)
    cut = Capture(4)
    cut.add("aüü".encode())
    assert (cut.text(), cut.truncated) == ("aü", True)


def test_what_is_no_utf_8_is_replaced() -> None:
    capture = Capture(9)
    capture.add(b"a\xff\xc3")
    assert capture.text() == "a\ufffd\ufffd"
