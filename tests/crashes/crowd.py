"""Somebody busy: conversations that are written to without a pause, and a room that talks.

What was acknowledged is noted, and what was seen; after a crash both must be there.
"""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx
from frames import Frame, frames
from server.running import Client
from server.watching_rooms import make_room

TALKS = 6
_numbers = itertools.count()


@dataclass
class Talk:
    """One conversation, over many lives of the server."""

    id: str
    #: Of what was acknowledged: the user's words, by the id of their message.
    said: dict[str, str] = field(default_factory=dict)
    #: What was sent and not acknowledged, with its key: it may have arrived or not.
    pending: tuple[str, str] | None = None
    #: Replies that were seen to end, as they were seen.
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Of the reply that is watched: what was seen until now.
    text: str = ""
    watched: str = ""


class Crowd:
    def __init__(self) -> None:
        self.token = ""
        self.talks: list[Talk] = []
        self.room = ""

    async def begin(self, here: Client, model: str) -> None:
        self.token = here.token
        await here.provider(model)
        self.talks = [Talk(await here.conversation()) for _ in range(TALKS)]
        self.room = await make_room(here, *"ABCDEFGHIJKLMNOPQRST", max_rounds=100)

    async def work(self, here: Client) -> None:
        """For as long as the server lives."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._room(here))
            for talk in self.talks:
                group.create_task(self._talk(here, talk))

    async def _room(self, here: Client) -> None:
        """It goes on by itself after a crash: it is started once."""
        with contextlib.suppress(httpx.HTTPError):
            await here.http.post("/graphql", json={"query": _START, "variables": {"id": self.room}})

    async def _talk(self, here: Client, talk: Talk) -> None:
        with contextlib.suppress(httpx.HTTPError):
            while True:
                await self._send(here, talk)
                await self._watch(here, talk)

    async def _send(self, here: Client, talk: Talk) -> None:
        """What was not acknowledged is sent again with the same key: it is stored once."""
        content, key = talk.pending or self._question()
        talk.pending = content, key
        variables = {"conversation": talk.id, "content": content, "key": key}
        answer = await here.http.post("/graphql", json={"query": _SEND, "variables": variables})
        sent = answer.json()
        if sent.get("errors"):  # the last reply is still being ended
            assert sent["errors"][0]["extensions"]["code"] in {"CONFLICT", "UNAVAILABLE"}, sent
            await asyncio.sleep(0.05)
            return
        exchange = sent["data"]["sendMessage"]
        talk.said[exchange["userMessage"]["id"]] = content
        talk.pending = None
        talk.watched, talk.text = exchange["assistantMessage"]["id"], ""

    @staticmethod
    def _question() -> tuple[str, str]:
        number = next(_numbers)
        return f"Question {number}: count to {20 + number % 50}", f"key-{number}"

    async def _watch(self, here: Client, talk: Talk) -> None:
        if not talk.watched:
            return
        text = ""
        path = f"/api/messages/{talk.watched}/stream?delta=true"
        try:
            async with here.http.stream("GET", path) as response:
                async for piece in response.aiter_text():
                    text += piece
        finally:
            self._note(talk, frames(text))

    @staticmethod
    def _note(talk: Talk, found: list[Frame]) -> None:
        talk.text = "".join(frame.data.get("delta", "") for frame in found)
        if found and found[-1].event in {"done", "error"}:
            talk.seen[talk.watched] = (found[-1].event, talk.text)
            talk.watched, talk.text = "", ""

    async def check(self, here: Client) -> None:
        """Everything that was acknowledged or seen is there, once, and nothing is half done."""
        for talk in self.talks:
            path = f"/api/messages?conversation_id={talk.id}&limit=1000"
            self._check(talk, (await here.call("GET", path))["messages"])

    @staticmethod
    def _check(talk: Talk, messages: list[dict[str, Any]]) -> None:
        asked = {each["id"]: each["content"] for each in messages if each["role"] == "user"}
        assert len(set(asked.values())) == len(asked), "something was stored twice"
        unknown = set(asked.items()) - set(talk.said.items())
        pending = talk.pending[0] if talk.pending else None
        assert {content for _, content in unknown} <= {pending}
        assert set(talk.said.items()) <= set(asked.items()), "something acknowledged was lost"
        answers = {each["id"]: each for each in messages if each["role"] == "assistant"}
        assert {each["status"] for each in answers.values()} <= {"completed", "interrupted"}
        for id_, (event, text) in talk.seen.items():
            assert answers[id_]["content"] == text, "not what was seen"
            assert (event == "done") == (answers[id_]["status"] == "completed")
        if talk.watched:
            assert answers[talk.watched]["content"].startswith(talk.text), "what was seen was lost"
            talk.watched, talk.text = "", ""


_START = "mutation ($id: ID!) { startRoom(id: $id) { status } }"
_SEND = """
mutation ($conversation: ID!, $content: String!, $key: String) {
  sendMessage(input: {conversationId: $conversation, content: $content}, idempotencyKey: $key) {
    userMessage { id } assistantMessage { id }
  }
}
"""
