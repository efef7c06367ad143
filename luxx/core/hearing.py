"""What a seat of a room is told: who it is, the task, and what was said so far.

It hears finished turns only, and of them the text: never another seat's thinking or tools, which a
provider would refuse or take for its own. What others said comes as "Name: text", what it said
itself as its own words; neighbours of one side are one turn, and the last word is never its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luxx.core import tokens
from luxx.db import plain
from luxx.llm.base import Text, Turn
from luxx.models import MessageStatus, Room, Seat

#: Turns read from the database at a time.
PAGE = 100

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Frame:
    """The sentences around names, roles and the task, in one language."""

    place: str
    role: str
    others: str
    alone: str
    rules: str
    again: str
    task: str


ENGLISH = Frame(
    place="You take part in a discussion.\nYour name is {name}.",
    role=" Your role is {role}.",
    others="\nThe others are:\n{roster}",
    alone="\nYou are alone here.",
    rules=(
        '\nWhat the others say reaches you as "Name: text". Speak for yourself alone: write nobody '
        "else's part, and do not begin with your name."
    ),
    again="It is your turn again: go on.",
    task="Task: {task}",
)
CHINESE = Frame(
    place="你正在参加一场讨论。\n你的名字是{name}。",
    role="你的角色是{role}。",
    others="\n其他参与者:\n{roster}",
    alone="\n这里只有你一个人。",
    rules=(
        "\n别人的话会以“名字: 内容”的形式传给你。只代表你自己发言:"
        "不要替别人说话,也不要以自己的名字开头。"
    ),
    again="又轮到你了:请继续。",
    task="任务: {task}",
)
_SAID = """
    SELECT seq, seat_id, sender_name, content FROM message
    WHERE room_id = ? AND seq < ? AND round_number > 0 AND status = ? AND content <> ''
    ORDER BY seq DESC LIMIT ?
"""
_NEWEST = 2**62


def system(room: Room, seat: Seat, roster: Sequence[Seat]) -> str:
    """The seat's own prompt, then who it is and who else is there."""
    frame = _frame(room)
    listed = "\n".join(
        f"- {_flat(each.name)}" + (f": {_flat(each.role)}" if each.role else "")
        for each in roster
        if each.id != seat.id
    )
    placed = "".join(
        (
            frame.place.format(name=_flat(seat.name)),
            frame.role.format(role=_flat(seat.role)) if seat.role else "",
            frame.others.format(roster=listed) if listed else frame.alone,
            frame.rules if listed else "",
        )
    )
    return f"{seat.system_prompt}\n\n{placed}" if seat.system_prompt else placed


async def turns(room: Room, seat: Seat, budget: int) -> list[Turn]:
    """The task, and as many of the newest finished turns as fit into about `budget` tokens."""
    frame = _frame(room)
    opening = frame.task.format(task=room.task)
    said = await _said(room, seat, budget - tokens.estimate(opening))
    heard = _merged([("user", opening), *said])
    if heard[-1].role == "assistant":
        heard.append(Turn("user", (Text(frame.again),)))
    return heard


async def _said(room: Room, seat: Seat, budget: int) -> list[tuple[str, str]]:
    """What was said, oldest first, as the seat hears it."""
    newest_first: list[tuple[str, str]] = []
    before = _NEWEST
    while True:
        _, rows = await plain(_SAID, room.id, before, MessageStatus.COMPLETED, PAGE)
        for row in rows:
            before = row["seq"]
            own = row["seat_id"] == seat.id
            text = row["content"] if own else f"{_flat(row['sender_name'])}: {row['content']}"
            budget -= tokens.estimate(text)
            if budget < 0:
                return newest_first[::-1]
            newest_first.append(("assistant" if own else "user", text))
        if len(rows) < PAGE:
            return newest_first[::-1]


def _merged(said: Sequence[tuple[str, str]]) -> list[Turn]:
    sides: list[tuple[str, list[str]]] = []
    for side, text in said:
        if sides and sides[-1][0] == side:
            sides[-1][1].append(text)
        else:
            sides.append((side, [text]))
    return [
        Turn("assistant" if side == "assistant" else "user", (Text("\n\n".join(texts)),))
        for side, texts in sides
    ]


def _frame(room: Room) -> Frame:
    return CHINESE if _CHINESE.search(room.task) else ENGLISH


def _flat(text: str | None) -> str:
    """On one line: a name must not be able to begin somebody else's part."""
    return " ".join((text or "").split())
