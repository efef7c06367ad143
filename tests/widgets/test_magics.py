"""The magics, in a shell as a kernel has one."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import luxx
from luxx.client import Luxx, Reply, Room
from luxx.client.embedded import close_all
from luxx.jupyter import load_ipython_extension


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    made = InteractiveShell()
    load_ipython_extension(made)
    lx = luxx.connect(demo=True, data_dir=tmp_path_factory.mktemp("magics") / "data")
    made.user_ns["lx"] = lx
    yield made
    lx.close()
    close_all()


def complete(shell: InteractiveShell, line: str) -> list[str]:
    event = SimpleNamespace(
        line=line, symbol=line.rsplit(" ", maxsplit=1)[-1], command=line.split(maxsplit=1)[0]
    )
    magics = shell.magics_manager.registry["LuxxMagics"]
    found: list[str] = magics.complete(shell, event)
    return found


def test_a_cell_is_sent_and_its_conversation_goes_on(shell: InteractiveShell) -> None:
    shell.run_cell_magic(
        "chat", "-c one -o first --thinking -s 'Be brief.' -t none", "count to 3\n"
    )
    shell.run_cell_magic("chat", "-c one -o second", "count to 4")
    first, second = shell.user_ns["first"], shell.user_ns["second"]
    assert isinstance(first, Reply)
    assert first.text.endswith("1 2 3")
    assert first.thinking
    assert second.text.endswith("3 4")
    lx: Luxx = shell.user_ns["lx"]
    chat = lx.chats()[0]
    assert chat.conversation.system_prompt == "Be brief."
    assert len(chat.messages) == 4
    assert complete(shell, "%%chat -c ") == ["one"]
    shell.run_line_magic("luxx", "new -c one")
    assert complete(shell, "%%chat -c ") == []


def test_values_are_filled_in_where_that_is_asked_for(shell: InteractiveShell) -> None:
    shell.user_ns["most"] = 5
    shell.run_cell_magic("chat", "-o reply --fill -t none", "count to {most}")
    assert shell.user_ns["reply"].text.endswith("4 5")
    shell.run_cell_magic("chat", "-o reply -t none", "{most} {braces}")
    assert "{most}" in shell.user_ns["reply"].text
    with pytest.raises(UsageError, match="--fill"):
        shell.run_cell_magic("chat", "--fill", "{nothing}")


def test_a_room_is_run(shell: InteractiveShell) -> None:
    lx: Luxx = shell.user_ns["lx"]
    lx.agent("Ada", role="the host")
    shell.run_cell_magic("room", "-n 1 -a Ada,Ben -t 'A title' -o room", "Plan")
    room = shell.user_ns["room"]
    assert isinstance(room, Room)
    assert (room.title, room.info.agents[0].role) == ("A title", "the host")
    assert len(room.messages) == 3
    shell.run_cell_magic("room", "-n 1", "With all of my agents")
    assert [seat.name for seat in lx.rooms()[0].info.agents] == ["Ada"]


@pytest.mark.parametrize(
    ("magic", "line", "message"),
    [
        ("chat", "--nothing", "unrecognized arguments: --nothing"),
        ("chat", "-m 'open", "no closing quotation"),
        ("chat", "-p Nobody -c p", "There is no provider 'Nobody'"),
        ("chat", "-m missing-model -c m", "missing-model"),
        ("room", "-n many", "invalid int value: 'many'"),
        ("room", "-n 0 -a Ada", "max_rounds"),
    ],
)
def test_errors_are_one_readable_line(
    shell: InteractiveShell, magic: str, line: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        shell.run_cell_magic(magic, line, "Hello")
    assert "\n" not in str(caught.value)


def test_help_and_completion(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    magics = shell.magics_manager.registry["LuxxMagics"]
    assert "--fill" in (magics.chat.__doc__ or "")
    with pytest.raises(UsageError, match="see the help above"):
        shell.run_cell_magic("chat", "--help", "x")
    assert "--fill" in capsys.readouterr().out
    assert "--fill" in complete(shell, "%%chat ")
    assert "status" in complete(shell, "%luxx ")
    assert "-n" in complete(shell, "%%room -")
    assert complete(shell, "%other ") == []


def test_status_and_connecting(
    shell: InteractiveShell,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shell.run_line_magic("luxx", "status")
    lx: Luxx = shell.user_ns["lx"]
    assert f"{lx.url} as demo; conversations: " in capsys.readouterr().out
    with pytest.raises(UsageError, match="token is required"):
        shell.run_line_magic("luxx", f"connect {lx.url}")
    fresh = InteractiveShell()
    load_ipython_extension(fresh)
    fresh.run_line_magic("luxx", "status")
    assert "Not connected: %luxx connect" in capsys.readouterr().out
    close_all()
    monkeypatch.chdir(tmp_path)
    fresh.run_line_magic("luxx", "connect --demo")
    connected = fresh.user_ns.pop("lx")
    fresh.run_cell_magic("chat", "-o reply -t none", "count to 3")
    assert fresh.user_ns["reply"].text.endswith("2 3")
    connected.close()
