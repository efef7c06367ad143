"""Putting a conversation into the one shape that every provider accepts.

User and assistant alternate, a user begins and ends; each tool call is answered directly after it,
results first, and nothing answers a call that was not made; no text is blank.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from luxx.llm.base import Part, Text, Thinking, ToolCall, ToolResult, Turn

#: Said for the user where a provider wants to hear the user and there is nothing to say.
GO_ON = "Continue."
CANCELLED = "cancelled"
EMPTY = "(empty)"


def tidy(turns: Sequence[Turn], *, keep_calls: bool) -> list[Turn]:
    """The same conversation, fit to be sent; without `keep_calls` tools are told of as text.

    Thinking that was shown is never sent: what a provider wants back is in a turn's state.
    """
    spoken: Iterable[Turn] = turns if keep_calls else _told(turns)
    tidier = _Tidier()
    for turn in spoken:
        tidier.add(turn)
    return tidier.finish()


def loop_start(turns: Sequence[Turn]) -> int:
    """Index of the first turn of the tool loop under way: all after the user's last words."""
    for index in range(len(turns) - 1, -1, -1):
        turn = turns[index]
        if turn.role == "user" and any(not isinstance(part, ToolResult) for part in turn.parts):
            return index + 1
    return 0


def text_of(turn: Turn) -> str:
    return "\n\n".join(part.text for part in turn.parts if isinstance(part, Text))


def calls_of(turn: Turn) -> list[ToolCall]:
    return [part for part in turn.parts if isinstance(part, ToolCall)]


def results_of(turn: Turn) -> list[ToolResult]:
    return [part for part in turn.parts if isinstance(part, ToolResult)]


def _told(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Calls and results as the user's account of them: nothing that a model would imitate."""
    arguments: dict[str, str] = {}
    for turn in turns:
        parts: list[Part] = []
        for part in turn.parts:
            if isinstance(part, ToolCall):
                arguments[part.id] = part.arguments
            elif isinstance(part, ToolResult):
                called = f"{part.name}({arguments.get(part.call_id, '')})"
                parts.append(Text(f"Result of {called}:\n{part.content or EMPTY}"))
            else:
                parts.append(part)
        yield Turn(turn.role, tuple(parts))


class _Tidier:
    """Takes the turns one by one and lets a user turn grow until the assistant speaks again."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._ids: set[str] = set()
        #: Calls that wait for their result: the id as it was, and the call as it is sent.
        self._open: list[tuple[str, ToolCall]] = []
        self._results: list[ToolResult] = []
        self._said: list[Part] = []

    def add(self, turn: Turn) -> None:
        parts = [part for part in turn.parts if _has_content(part)]
        if turn.role == "user":
            self._results += [part for part in parts if isinstance(part, ToolResult)]
            self._said += [part for part in parts if isinstance(part, Text)]
        elif parts:
            self._close_user()
            self._add_assistant(replace(turn, parts=tuple(parts)))

    def finish(self) -> list[Turn]:
        self._close_user()
        if not self._turns or self._turns[-1].role == "assistant":
            self._turns.append(Turn("user", (Text(GO_ON),)))
        if self._turns[0].role == "assistant":
            self._turns.insert(0, Turn("user", (Text(GO_ON),)))
        return self._turns

    def _close_user(self) -> None:
        answers = tuple(self._answer(was, call) for was, call in self._open)
        if answers or self._said:
            self._turns.append(Turn("user", (*answers, *self._said)))
        self._open, self._results, self._said = [], [], []

    def _answer(self, was: str, call: ToolCall) -> ToolResult:
        for result in self._results:
            if result.call_id == was:
                self._results.remove(result)
                return replace(result, call_id=call.id, content=result.content or EMPTY)
        return ToolResult(call.id, call.name, CANCELLED, success=False)

    def _add_assistant(self, turn: Turn) -> None:
        parts = tuple(self._opened(p) if isinstance(p, ToolCall) else p for p in turn.parts)
        turn = replace(turn, parts=parts)
        before = self._turns[-1] if self._turns else None
        if before is None or before.role == "user":
            self._turns.append(turn)
        elif turn.state is None:
            self._turns[-1] = Turn("assistant", before.parts + parts)
        else:  # what goes back unchanged cannot be merged into something else
            self._turns += [Turn("user", (Text(GO_ON),)), turn]

    def _opened(self, call: ToolCall) -> ToolCall:
        """Some servers count from call_0 in every reply: an id stands for one call only."""
        unique, count = call.id, 1
        while unique in self._ids:
            count += 1
            unique = f"{call.id}_{count}"
        self._ids.add(unique)
        sent = replace(call, id=unique)
        self._open.append((call.id, sent))
        return sent


def _has_content(part: Part) -> bool:
    if isinstance(part, Thinking):
        return False
    return not isinstance(part, Text) or bool(part.text.strip())
