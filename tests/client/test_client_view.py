"""What a terminal shows."""

import io
import sys

import pytest

from luxx.client import Luxx, Room
from luxx.client.face import Luxx as Face
from luxx.client.view import Quiet, Terminal, usual
from luxx.errors import Upstream


@pytest.fixture
def seen(lx: Luxx) -> Face:
    return Face(lx.client, lx.portal, Terminal())


def test_a_reply_is_printed_as_it_is_written(
    seen: Face, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = seen.chat().send("What is 2 + 2?")
    printed = capsys.readouterr().out
    assert "[python_eval]" in printed
    assert reply.text.splitlines()[-1] in printed
    with pytest.raises(Upstream):
        seen.chat(model="missing-model").send("Hello")
    assert "missing-model" in capsys.readouterr().out


def test_a_room_is_printed_by_speaker(seen: Face, capsys: pytest.CaptureFixture[str]) -> None:
    room = seen.room("R", task="T", agents=["Ada", "Ben"], max_rounds=1)
    room.run(30)
    printed = capsys.readouterr().out
    assert "\nAda: " in printed
    assert room.messages[-1].content in printed
    room._ipython_display_()
    assert capsys.readouterr().out == room.to_markdown() + "\n"


def test_a_failed_room_says_why(seen: Face, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Upstream):
        seen.room("R", task="T", agents=["Ada"], model="missing-model", max_rounds=1).run(30)
    assert "fail" in capsys.readouterr().out.lower()


def test_a_sweep_counts(seen: Face, capsys: pytest.CaptureFixture[str]) -> None:
    seen.sweep(task="T", agents=["Ada"], n=2, max_rounds=1)
    assert capsys.readouterr().out == "\r0 of 2\r1 of 2\r2 of 2\n"


def test_words_do_not_command_the_terminal(seen: Face, capsys: pytest.CaptureFixture[str]) -> None:
    seen.chat(tools=[]).send("\x1b[2J\x1b]0;title\x07 hello")
    assert "\x1b" not in capsys.readouterr().out


def test_nothing_is_shown_where_nobody_looks(
    lx: Luxx, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type(usual()) is Quiet
    room = Face(lx.client, lx.portal, Quiet()).room("R", task="T", agents=["Ada"])
    room._ipython_display_()
    assert isinstance(room, Room)
    assert capsys.readouterr().out == ""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Screen())
    assert type(usual()) is Terminal
    monkeypatch.setattr(sys, "stdout", None)
    assert type(usual()) is Quiet
