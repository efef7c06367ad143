"""What is left of a talk: tables, plots and files; and many rooms as one table."""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import luxx
from luxx.client import Chat, Luxx, Room
from luxx.client.export import to_markdown
from luxx.client.types import Message, MessageRole, MessageStatus, ToolResultStep
from luxx.client.usage import Usage
from luxx.errors import BadInput, ConfigError

mpl.use("Agg")


@pytest.fixture(scope="module")
def chat(lx: Luxx) -> Chat:
    chat = lx.chat("Sums & <b>things</b>", system="Be brief.", model="luxx-demo")
    chat.send("What is 12 * (3 + 4)?", thinking=True)
    chat.send("count to 3")
    return chat


@pytest.fixture(scope="module")
def room(lx: Luxx) -> Room:
    cast = [{"name": "Ada", "role": "host"}, {"name": "Ben", "role": "critic"}]
    room = lx.room("It's a room", task="Say 'hello'", agents=cast, max_rounds=2)
    room.run(30)
    return room


def test_messages_steps_and_usage_as_frames(chat: Chat, room: Room) -> None:
    messages = chat.to_dataframe()
    assert list(messages["role"]) == ["USER", "ASSISTANT"] * 2
    assert list(messages["content"])[2] == "count to 3"
    steps = chat.to_dataframe("steps")
    assert {"THINKING", "TOOL_CALL", "TOOL_RESULT", "TEXT"} == set(steps["type"])
    assert list(steps[steps["type"] == "TOOL_CALL"]["name"]) == ["python_eval"]
    usage = room.to_dataframe("usage")
    assert list(usage["sender"]) == ["Ada", "Ben"] * 2
    assert usage["total"].sum() == room.usage.total_tokens
    with pytest.raises(BadInput, match="messages, steps, usage, not 'words'"):
        chat.to_dataframe("words")  # type: ignore[arg-type]


def test_usage_as_a_table_and_a_plot(chat: Chat, room: Room) -> None:
    usage = room.usage
    assert [row.label for row in usage.rows] == ["Ada", "Ben"]
    assert usage.prompt_tokens + usage.completion_tokens == usage.total_tokens
    assert repr(usage).splitlines()[-1].split()[-1] == str(usage.total_tokens)
    assert usage._repr_html_().count("<svg") == 2
    ax = usage.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ada", "Ben"]
    assert len(ax.patches) == 4
    assert chat.usage.plot(ax) is ax
    mpl.pyplot.close("all")
    assert "total" in repr(Usage(()))
    assert "<table>" in Usage(())._repr_html_()


def test_names_in_a_table_are_escaped(room: Room) -> None:
    messages = room.messages
    messages[1].sender_name = "<img src=x onerror=alert(1)>"
    assert "<img" not in Usage.of(messages)._repr_html_()


def test_markdown(chat: Chat, room: Room) -> None:
    text = chat.to_markdown()
    assert text.startswith("# Sums & <b>things</b>\n\n**User**\n\nWhat is 12")
    assert "> The question is" in text
    assert "Tool call `python_eval`:\n\n```\n" in text
    assert "Tool result:\n\n```\n" in text
    assert "## Round 2\n\n**Ada**" in room.to_markdown()


def test_a_fence_is_longer_than_what_it_holds() -> None:
    step = ToolResultStep(
        id="s", index=0, id_ref="c", name="t", content="```\nx\n```", success=False
    )
    message = Message(
        id="m", role=MessageRole.ASSISTANT, status=MessageStatus.CANCELLED, steps=[step]
    )
    text = to_markdown("T", [message])
    assert "**Assistant** (cancelled)" in text
    assert "Tool result (failed):\n\n````\n```\nx\n```\n````" in text


def test_files(chat: Chat, room: Room, tmp_path: Path) -> None:
    assert chat.export(tmp_path / "talk.md").read_text() == chat.to_markdown()
    document = json.loads(chat.export(tmp_path / "talk.json").read_text())
    assert (document["version"], document["id"]) == (1, chat.id)
    assert document["messages"][0]["content"] == "What is 12 * (3 + 4)?"
    with pytest.raises(BadInput, match=r"\.md, \.json or \.ipynb, not 'talk\.txt'"):
        chat.export(tmp_path / "talk.txt")
    assert not (tmp_path / "talk.txt").exists()
    for talk in (chat, room):
        notebook = json.loads(talk.export(tmp_path / "talk.ipynb").read_text())
        for cell in notebook["cells"]:
            compile(cell["source"], "cell", "exec")


def test_an_exported_notebook_has_the_talk_again(
    lx: Luxx, chat: Chat, room: Room, tmp_path: Path
) -> None:
    for talk in (chat, room):
        notebook = json.loads(talk.export(tmp_path / "talk.ipynb").read_text())
        names: dict[str, Any] = {}
        for cell in notebook["cells"]:
            exec(cell["source"], names)  # noqa: S102
        assert names["lx"].url == lx.url
        again = names.get("chat") or names["room"]
        assert isinstance(again, Chat | Room)
        assert [each.content for each in again.messages][:1] == [
            each.content for each in talk.messages
        ][:1]
        assert len(again.messages) == len(talk.messages)
        names["lx"].close()


def test_a_notebook_of_a_server_somewhere_connects_there_without_the_login(
    lx: Luxx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = lx.client._transport._token
    there = luxx.connect(lx.url, token=token)
    path = there.chat("Somewhere").export(tmp_path / "talk.ipynb")
    there.close()
    assert token not in path.read_text()
    monkeypatch.setenv("LUXX_TOKEN", token)
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text())["cells"]:
        exec(cell["source"], names)  # noqa: S102
    names["lx"].close()
    assert [chat.title for chat in lx.chats()][:2] == ["Somewhere", "Somewhere"]


@pytest.mark.parametrize("missing", ["pandas", "matplotlib"])
def test_what_is_missing_is_said_with_the_extra_that_brings_it(
    lx: Luxx, chat: Chat, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Without(missing), *sys.meta_path])
    uses: dict[str, list[Callable[[], object]]] = {
        "pandas": [chat.to_dataframe, lambda: lx.sweep(task="T", agents=["Ada"])],
        "matplotlib": [chat.usage.plot],
    }
    for use in uses[missing]:
        with pytest.raises(ConfigError, match=rf"{missing} .*pip install 'luxx\[experiments\]'"):
            use()


class _Without:
    """Stands before what finds modules, and finds that one is not there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, *_: object) -> None:
        if name == self._name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_a_sweep_is_a_table_whose_rows_open_their_rooms(lx: Luxx) -> None:
    table = lx.sweep(
        task=["Plan", "Do"],
        agents=["Ada", {"name": "Ben", "role": "critic"}],
        models=["a", "missing-model"],
        n=2,
        max_rounds=1,
    )
    assert len(table) == 8
    good = table[table["model"] == "a"]
    assert set(good["status"]) == {"COMPLETED"}
    assert set(good["messages"]) == {2}
    assert (good["completion_tokens"] > 0).all()
    bad = table[table["model"] == "missing-model"]
    assert set(bad["status"]) == {"ERROR"}
    assert bad["error"].notna().all()
    first = good["room"].iloc[0]
    assert isinstance(first, Room)
    assert first.messages[-1].content == good["last"].iloc[0]


@pytest.mark.parametrize(
    ("given", "field"), [({"n": 0}, "n"), ({"models": []}, "n"), ({"parallel": 0}, "parallel")]
)
def test_a_sweep_of_nothing_is_refused(lx: Luxx, given: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        lx.sweep(task="T", agents=["Ada"], **given)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_an_interrupted_sweep_stops_its_rooms(lx: Luxx, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {room.id for room in lx.rooms()}
    begun = threading.Event()
    monkeypatch.setattr("luxx.client.room.Room.tell", lambda *_: begun.set())

    def interrupted(*_: object, **__: object) -> None:
        if begun.wait(20):
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr("luxx.client.portal.concurrent.futures.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lx.sweep(task="T", agents=["Ada"], n=2, max_rounds=20, parallel=2)
    rooms = [room for room in lx.rooms() if room.id not in before]
    assert rooms
    assert {str(room.status) for room in rooms} == {"PAUSED"}
