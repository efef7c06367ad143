"""A process that dies in mid-reply costs the rest of that reply and nothing else."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from secrets import SystemRandom
from typing import Any

import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, Viewer, client, launch
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

TEXT = "All of this is said slowly, word by word, so that there is a middle. " * 12
ROUNDS = 5
READY_SECONDS = 5.0


@dataclass
class Talk:
    """One conversation over many lives of the server, and who watches its newest reply."""

    token: str = ""
    conversation: str = ""
    viewers: list[Viewer] = field(default_factory=list)
    #: The messages that have ended, as they were when they had.
    ended: list[dict[str, Any]] = field(default_factory=list)

    async def open(self, here: Client, upstream: Upstream) -> None:
        self.token = here.token
        await here.provider(upstream.url)
        self.conversation = await here.conversation()

    async def cut(self, here: Client, luxx: Luxx, frames: int) -> None:
        """Two watch a reply; the server is killed when one has seen so much and a bit more."""
        message_id = await here.start(self.conversation)
        first, second = self.viewers = [Viewer(here, message_id), Viewer(here, message_id)]
        async with asyncio.TaskGroup() as group:
            group.create_task(first.watch())
            group.create_task(second.watch())
            await until(lambda: len(first.seen) > frames)
            await asyncio.sleep(SystemRandom().uniform(0, 0.4))
            luxx.kill()
        assert first.broken
        assert second.broken

    async def recovered(self, here: Client) -> None:
        before = [viewer.text for viewer in self.viewers]
        for viewer in self.viewers:
            await come_back(viewer, here)
        *earlier, asked, answer = await here.messages(self.conversation)
        assert earlier == self.ended
        assert (asked["status"], asked["content"]) == ("completed", "Hello")
        assert answer["status"] == "interrupted"
        assert TEXT.startswith(answer["content"])
        assert len(answer["content"]) >= max(map(len, before)) > 0
        late = Viewer(here, answer["id"])
        await late.watch()
        assert {viewer.text for viewer in (late, *self.viewers)} == {answer["content"]}
        self.ended += [asked, answer]


async def come_back(viewer: Viewer, here: Client) -> None:
    """What a viewer sees after the restart goes on from what it saw before: nothing twice."""
    before = viewer.text
    await viewer.watch(here)
    assert viewer.broken is None
    assert viewer.text.startswith(before)
    ids = [int(frame.id or 0) for frame in viewer.seen]
    assert ids == sorted(set(ids))
    assert [frame.event for frame in viewer.seen].count("error") == 1
    assert viewer.seen[-1].data == {"content": "The server stopped in mid-reply"}


def integrity(settings: Settings, folder: Path) -> str:
    """Of the database as the dead process left it: a copy, so that recovery is still to be done."""
    folder.mkdir()
    for file in settings.data_dir.glob("luxx.db*"):
        shutil.copy(file, folder)
    with closing(sqlite3.connect(folder / settings.sqlite_file.name)) as copy:
        return str(copy.execute("PRAGMA integrity_check").fetchone()[0])


@pytest.mark.timeout(180)  # six lives of a server, on a machine that may be busy
async def test_a_killed_server_keeps_all_that_was_shown_and_goes_on(
    settings: Settings, upstream: Upstream, tmp_path: Path
) -> None:
    talk = Talk()
    took: list[float] = []
    for number in range(ROUNDS + 1):
        async with launch(settings) as luxx, client(luxx.url, token=talk.token) as here:
            took.append(luxx.took)
            if number == 0:
                await talk.open(here, upstream)
            else:
                await talk.recovered(here)
            if number < ROUNDS:
                upstream.model.script.append(Reply(text=TEXT, pace=0.004))
                await talk.cut(here, luxx, number)
                if settings.is_sqlite:
                    assert integrity(settings, tmp_path / f"copy-{number}") == "ok"
                continue
            upstream.model.script.append(Reply(text=TEXT))
            body = {"conversation_id": talk.conversation, "content": "Go on"}
            sent = await here.call("POST", "/api/messages", **body)
            assert sent["assistant_message"]["content"] == TEXT
    # The best of them: other work on the machine is not what this is about.
    assert min(took) < READY_SECONDS
