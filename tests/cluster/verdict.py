"""What must hold when all is over; gives what does not."""

from collections import defaultdict
from typing import Any

from cluster.talkers import NAMES, ROUNDS, CountingModel, Discussion, Followed, People, Talk


class Verdict:
    def __init__(self, people: People, model: CountingModel) -> None:
        self._people = people
        self._model = model
        self.wrong: list[str] = []
        self.statuses: dict[str, int] = defaultdict(int)

    async def judge(self) -> list[str]:
        for talk in self._people.talks:
            await self._talk(talk)
        for discussion in self._people.discussions:
            await self._discussion(discussion)
        return self.wrong

    def _check(self, holds: object, what: str) -> None:
        if not holds:
            self.wrong.append(what)

    async def _talk(self, talk: Talk) -> None:
        listed = await self._people.get(f"/api/messages?conversation_id={talk.conversation}")
        messages = listed["messages"]
        where = f"{talk.content} ({talk.reply})"
        roles = [each["role"] for each in messages]
        self._check(roles == ["user", "assistant"], f"{where}: messages are {roles}")
        asked, answer = messages
        self._check(asked["content"] == talk.content, f"{where}: other words are stored")
        self._check(self._model.asked[talk.content] <= 1, f"{where}: asked more than once")
        self.statuses[answer["status"]] += 1
        self._check(answer["status"] in {"completed", "interrupted"}, f"{where}: {answer}")
        for follower in talk.followers:
            self._increasing(follower, where)
            seen = _reply_text(follower)
            self._check(
                seen == answer["content"],
                f"{where}: stored {answer['content']!r}, seen {seen!r} ({follower.deltas})",
            )
        self._same([_deltas(each) for each in talk.followers if each.deltas], where)
        self._same([each.ids[-1] for each in talk.followers], where)

    async def _discussion(self, discussion: Discussion) -> None:
        room = await self._people.get(f"/api/chat-rooms/{discussion.room}")
        where = discussion.room
        self._check(room["status"] == "completed", f"{where}: {room['status']}")
        listed = await self._people.get(f"/api/chat-rooms/{discussion.room}/messages")
        said = [each for each in listed["messages"] if each["round_number"]]
        finished = [
            (each["sender_name"], each["round_number"])
            for each in said
            if each["status"] == "completed"
        ]
        due = [(name, number) for number in range(1, ROUNDS + 1) for name in NAMES]
        self._check(finished == due, f"{where}: spoken {finished}")
        cut = {each["status"] for each in said if each["status"] != "completed"}
        self._check(cut <= {"interrupted"}, f"{where}: {cut}")
        stored = {each["id"]: each["content"] for each in said}
        for follower in discussion.followers:
            self._increasing(follower, where)
            seen = _room_texts(follower)
            for id_ in stored.keys() | seen.keys():
                self._check(
                    stored.get(id_) == seen.get(id_),
                    f"{where} {id_}: stored {stored.get(id_)!r}, seen {seen.get(id_)!r}"
                    f" ({follower.deltas})",
                )
        self._same([_marks(each) for each in discussion.followers], where)
        self._same([_deltas(each) for each in discussion.followers if each.deltas], where)

    def _increasing(self, follower: Followed, where: str) -> None:
        ids = follower.ids
        self._check(ids == sorted(set(ids)), f"{where}: ids come again, or out of order")

    def _same(self, seen: list[Any], where: str) -> None:
        self._check(all(each == seen[0] for each in seen), f"{where}: followers saw not the same")


def _reply_text(follower: Followed) -> str:
    texts: dict[str, str] = {}
    for frame in follower.frames:
        if frame.event != "process_step":
            continue
        step = frame.data["step"]
        if step["type"] == "text":
            before = texts.get(step["id"], "") if follower.deltas else ""
            texts[step["id"]] = (
                before + (frame.data if follower.deltas else step)[_TEXT[follower.deltas]]
            )
    return "".join(texts.values())


_TEXT = {True: "delta", False: "content"}


def _room_texts(follower: Followed) -> dict[str, str]:
    texts: dict[str, str] = {}
    for frame in follower.frames:
        if frame.event == "message_start":
            texts[frame.data["id"]] = ""
        elif frame.event == "message_chunk":
            texts[frame.data["id"]] += frame.data["content"]
    return texts


def _deltas(follower: Followed) -> list[tuple[str, str | None, str]]:
    return [(frame.event, frame.id, str(frame.data)) for frame in follower.frames]


def _marks(follower: Followed) -> list[tuple[str, str | None]]:
    """What is the same in both forms: all but how text was cut into pieces."""
    return [(each.event, each.id) for each in follower.frames if each.event != "message_chunk"]
