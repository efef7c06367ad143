"""A seat in a room: who the system prompt says that the model is, and what it says there."""

import re
from dataclasses import dataclass

from luxx.llm.base import ModelRequest, Text, Turn
from luxx.llm.demo.phrases import Phrases, pick, shorten

LONGEST_TASK = 80

_NAMES = (
    re.compile(r"(?:\byour name is|\byou are called|你的名字是|你叫)\s*(.+)", re.IGNORECASE),
    re.compile(r"^(?:name\s*[::]|(?:名字|名称)[::])\s*(.+)", re.IGNORECASE | re.MULTILINE),
    re.compile(r"(?:\byou are|你是)\s*+(?!an?\b|the\b|one\b|一)(.+)", re.IGNORECASE),
)
_ROLE = re.compile(
    r"(?:\brole(?: here)?\s*(?:is|:)|(?:角色|职责)(?:是|为|[::]))\s*(.+)", re.IGNORECASE
)
_NAME_END = re.compile(r"[,.;:!?,。;:!?\n\"”」』()()]")
_ROLE_END = re.compile(r"[.;\n。;\"”」』]")
_SPEAKER = re.compile(r"^\**([^\n::*]{1,40}?)\**\s*[::]", re.MULTILINE)
_TASK = re.compile(r"^\s*(?:the )?(?:task|topic|任务|主题)\s*[::]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seat:
    name: str
    role: str


def find(system: str) -> Seat | None:
    """A seat needs both a name and a role: an ordinary system prompt makes none."""
    role = _first(_ROLE.search(system), _ROLE_END)
    if not role:
        return None
    for pattern in _NAMES:
        name = _first(pattern.search(system), _NAME_END)
        if name:
            return Seat(name, role)
    return None


def speak(seat: Seat, request: ModelRequest, say: Phrases) -> str:
    """A sentence or two about the task, other ones in every turn and for every name."""
    spoken = sum(turn.role == "assistant" for turn in request.turns)
    heard = "\n".join(text for turn in request.turns for text in _heard(turn))
    seed = (seat.name, spoken)
    other = _last_other(heard, seat.name)
    template = pick(say.followings if other else say.openings, *seed, "template")
    first_line = next((line for line in heard.splitlines() if line.strip()), "")
    return template.format(
        name=seat.name,
        role=seat.role,
        other=other,
        task=shorten(_TASK.sub("", first_line), LONGEST_TASK),
        point=say.points[(_offset(seat, say) + spoken) % len(say.points)],
    )


def _offset(seat: Seat, say: Phrases) -> int:
    """Where in the list of points this name begins; from there it goes on turn by turn."""
    return say.points.index(pick(say.points, seat.name, "point"))


def _first(match: re.Match[str] | None, end: re.Pattern[str]) -> str:
    if match is None:
        return ""
    return end.split(match[1].strip().lstrip('"“「『'), maxsplit=1)[0].strip()


def _heard(turn: Turn) -> list[str]:
    if turn.role == "assistant":
        return []
    return [part.text for part in turn.parts if isinstance(part, Text)]


def _last_other(heard: str, own: str) -> str:
    """Finished turns of the others come as "Name: text"; the first line is the task."""
    names = [match[1].strip() for match in _SPEAKER.finditer(heard) if match.start() > 0]
    others = [name for name in names if name and name != own]
    return others[-1] if others else ""
