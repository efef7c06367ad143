"""People who talk through any server, and followers who hop from one to the next."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from cluster.places import Cluster
from frames import Frame, frames

from luxx.llm.demo import ScriptedModel
from luxx.llm.demo.reply import Received

NAMES = ("Ada", "Bob", "Cy")
ROUNDS = 2
#: Seconds that one call may take before it is made again elsewhere, and that anything may take.
CALL, ENOUGH = 12.0, 240.0
_ENDS = {"done", "error", "room_completed", "room_paused"}


class CountingModel(ScriptedModel):
    """Counts how often it was asked each question."""

    def __init__(self, *, pace: float) -> None:
        super().__init__(pace=pace)
        self.asked: Counter[str] = Counter()

    def _keep(self, received: Received) -> None:
        super()._keep(received)
        if received.method == "POST":
            last = orjson.loads(received.body)["messages"][-1]
            if last["role"] == "user" and str(last["content"]).startswith("Question"):
                self.asked[str(last["content"])] += 1


class Followed:
    """One who follows a run to its end, through whatever happens."""

    def __init__(self, people: "People", path: str, *, deltas: bool) -> None:
        self.deltas = deltas
        self.frames: list[Frame] = []
        self._people = people
        self._path = path + ("?delta=true" if deltas else "")

    async def follow(self) -> None:
        deadline = time.monotonic() + ENOUGH
        while not (self.frames and self.frames[-1].event in _ENDS):
            assert time.monotonic() < deadline, f"{self._path} does not come to its end"
            text = ""
            try:
                async with asyncio.timeout(random.uniform(0.5, 6.0)):
                    async for piece in self._stream():
                        text += piece
            except (httpx.HTTPError, TimeoutError):
                self._people.hops += 1
            self.frames += [frame for frame in frames(_whole(text)) if frame.id]
            await asyncio.sleep(random.uniform(0, 0.2))

    async def _stream(self) -> Any:
        headers = {"Last-Event-ID": str(self.frames[-1].id)} if self.frames else {}
        url = self._people.cluster.url() + self._path
        async with self._people.http.stream("GET", url, headers=headers) as answer:
            if answer.status_code != httpx.codes.OK:
                await asyncio.sleep(0.2)
                return
            async for piece in answer.aiter_text():
                yield piece

    @property
    def ids(self) -> list[int]:
        return [int(str(frame.id)) for frame in self.frames]


def _whole(text: str) -> str:
    """Up to the last event that came whole."""
    return text[: text.rfind("\n\n") + 2]


@dataclass
class Talk:
    """What was said, what came of it, and who followed."""

    content: str
    conversation: str = ""
    reply: str = ""
    followers: list[Followed] = field(default_factory=list)


@dataclass
class Discussion:
    room: str = ""
    followers: list[Followed] = field(default_factory=list)


class People:
    def __init__(self, cluster: Cluster, token: str) -> None:
        self.cluster = cluster
        self.talks: list[Talk] = []
        self.discussions: list[Discussion] = []
        self.hops = 0
        self.repeated = 0
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(headers=headers, timeout=CALL, limits=limits, trust_env=False)

    async def talk(self, number: int) -> None:
        talk = Talk(f"Question {number}: count to {30 + number % 40}")
        self.talks.append(talk)
        talk.conversation = (await self._call(_CREATE))["createConversation"]["id"]
        variables = {"id": talk.conversation, "content": talk.content, "key": f"k{number}"}
        sent = await self._call(_SEND, **variables)
        talk.reply = sent["sendMessage"]["assistantMessage"]["id"]
        talk.followers = await self._follow(f"/api/messages/{talk.reply}/stream")

    async def discuss(self, number: int) -> None:
        seats = [{"name": name, "role": "guest"} for name in NAMES]
        room = {"title": "R", "task": f"Room {number}", "maxRounds": ROUNDS, "agents": seats}
        discussion = Discussion((await self._call(_ROOM, input=room))["createRoom"]["id"])
        self.discussions.append(discussion)
        await self._call(_START, id=discussion.room, key=f"r{number}")
        discussion.followers = await self._follow(f"/api/chat-rooms/{discussion.room}/stream")

    async def _follow(self, path: str) -> list[Followed]:
        forms = [random.random() < 0.5 for _ in range(random.randint(0, 1))]
        followers = [Followed(self, path, deltas=each) for each in (True, False, *forms)]
        await asyncio.gather(*(follower.follow() for follower in followers))
        return followers

    async def _call(self, query: str, **variables: Any) -> Any:
        """Through one server after the other, until one of them answers."""
        deadline = time.monotonic() + ENOUGH
        while time.monotonic() < deadline:
            try:
                url = f"{self.cluster.url()}/graphql"
                body = {"query": query, "variables": variables}
                answer = (await self.http.post(url, json=body)).json()
            except (httpx.HTTPError, ValueError):
                answer = {"errors": [{"extensions": {"code": "UNAVAILABLE"}}]}
            if not answer.get("errors"):
                return answer["data"]
            assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE", answer
            self.repeated += 1
            await asyncio.sleep(random.uniform(0.1, 0.5))
        raise AssertionError("nobody answers")

    async def get(self, path: str) -> Any:
        answer = await self.http.get(self.cluster.url() + path)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()["data"]


_CREATE = 'mutation { createConversation(input: {title: "T"}) { id } }'
_SEND = """
mutation ($id: ID!, $content: String!, $key: String) {
  sendMessage(input: {conversationId: $id, content: $content}, idempotencyKey: $key) {
    assistantMessage { id }
  }
}
"""
_ROOM = "mutation ($input: CreateRoomInput!) { createRoom(input: $input) { id } }"
_START = """
mutation ($id: ID!, $key: String) { startRoom(id: $id, idempotencyKey: $key) { status } }
"""
