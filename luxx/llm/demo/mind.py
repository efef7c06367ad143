"""The rules by which the scripted model answers: a pure function of the request, and no AI.

It calls the offered tools that a question suggests, one step after the other, tells what they
found, speaks for a seat in a room, counts, and otherwise reflects what it was told.
"""

import re
from collections.abc import Sequence

from luxx.llm.base import ModelRequest, Text, ToolCall, ToolResult, Turn
from luxx.llm.demo import findings, plan, seat
from luxx.llm.demo.phrases import Phrases, language, pick, shorten
from luxx.llm.demo.reply import Reply

LONGEST_QUOTE = 160
HIGHEST_COUNT = 500

_COUNT = re.compile(r"\bcount (?:up )?to (\d{1,6})|数到\s*(\d{1,6})", re.IGNORECASE)
_WHO = re.compile(
    r"\b(?:who|what) are you\b|\bare you (?:an? )?(?:ai|real|human)\b|\bhelp\b"
    r"|你是谁|你是什么|帮助",
    re.IGNORECASE,
)


def answer(request: ModelRequest) -> Reply:
    start = _question_at(request)
    question = _text(request.turns[start])
    say = language(question or request.system)
    calls = _calls(request.turns[start:])
    done = {call.name for call in calls.values()}
    offered = {tool.name for tool in request.tools}
    todo = [step for step in plan.steps(question, offered, say) if step.tool not in done]
    told = [findings.tell(result, calls.get(result.call_id), say) for result in _results(request)]
    if todo:
        thought = say.thinking_of_tool.format(
            quote=shorten(question, LONGEST_QUOTE), tool=todo[0].tool
        )
        told.append(say.announcements[todo[0].tool])
    elif told:
        thought = say.thinking_of_results
        told.append(say.closing)
    else:
        thought, spoken = _spoken(request, question, say)
        told.append(spoken)
    return Reply(
        text="\n\n".join(told),
        thinking=thought if request.thinking else "",
        tool_calls=todo[0].calls if todo else (),
    )


def _question_at(request: ModelRequest) -> int:
    """Where the newest turn with words of the user is: what follows it is its tool loop."""
    places = [at for at, turn in enumerate(request.turns) if turn.role == "user" and _text(turn)]
    return places[-1] if places else 0


def _text(turn: Turn) -> str:
    return "\n".join(part.text for part in turn.parts if isinstance(part, Text))


def _calls(turns: Sequence[Turn]) -> dict[str, ToolCall]:
    parts = (part for turn in turns for part in turn.parts)
    return {part.id: part for part in parts if isinstance(part, ToolCall)}


def _results(request: ModelRequest) -> list[ToolResult]:
    """Results that came with a new question were told before."""
    last = request.turns[-1]
    return [] if _text(last) else [part for part in last.parts if isinstance(part, ToolResult)]


def _spoken(request: ModelRequest, question: str, say: Phrases) -> tuple[str, str]:
    """What to think and what to say when there is no tool to call and none has answered."""
    place = seat.find(request.system)
    if place:
        thought = say.seat_thought.format(name=place.name, role=place.role)
        return thought, seat.speak(place, request, say)
    quote = shorten(question, LONGEST_QUOTE)
    thought = say.pause.join(say.thoughts).format(quote=quote)
    counted = _COUNT.search(question)
    if counted:
        numbers = range(1, min(int(counted[1] or counted[2]), HIGHEST_COUNT) + 1)
        return thought, f"{say.counted}\n\n{' '.join(map(str, numbers))}"
    first = all(turn.role == "user" for turn in request.turns)
    paragraphs = [say.introduction if first else say.short_introduction]
    paragraphs.append(say.who if _WHO.search(question) else _reflection(question, quote, say))
    return thought, "\n\n".join((*paragraphs, _offers(request, say)))


def _reflection(question: str, quote: str, say: Phrases) -> str:
    words = say.words.findall(question)
    template = pick(say.reflections, question)
    return template.format(count=len(words), quote=quote, longest=max(words, key=len, default="…"))


def _offers(request: ModelRequest, say: Phrases) -> str:
    examples = [say.examples[tool.name] for tool in request.tools if tool.name in say.examples]
    if not examples:
        return say.nothing_offered
    return say.offers.format(examples=say.separator.join(examples))
