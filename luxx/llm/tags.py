"""Thinking that a model writes into its text, between `<think>` tags at the very start."""

from collections.abc import Iterator

_OPEN, _CLOSE = "<think>", "</think>"
#: Characters of blank after which a tag is waited for no longer.
_BLANK = 100

#: A piece of text and whether it is thinking.
Piece = tuple[bool, str]


class ThinkTags:
    """Incremental. Once `settled`, what follows is plain text and need not pass through here.

    What it holds is short, so that the work for a piece depends on that piece alone.
    """

    __slots__ = ("_held", "_inside", "_left", "settled")

    def __init__(self) -> None:
        self.settled = False
        self._held = ""
        self._inside = False
        self._left = False

    def feed(self, text: str) -> list[Piece]:
        """What is certain so far; the rest waits for the next piece."""
        self._held += text
        return [piece for piece in self._advance() if piece[1]]

    def rest(self) -> list[Piece]:
        """What still waits, at the end of the reply."""
        held, self._held = self._held, ""
        return [(self._inside, held)] if held else []

    def _advance(self) -> Iterator[Piece]:
        if not self._inside and not self._left:
            start = self._held.lstrip()
            if start.startswith(_OPEN):
                self._inside, self._held = True, start.removeprefix(_OPEN).lstrip("\n")
            elif not _OPEN.startswith(start) or len(self._held) > _BLANK:
                yield self._settle()
        if self._inside:
            yield self._inner()
        if self._left:
            self._held = self._held.lstrip()
            if self._held:
                yield self._settle()

    def _inner(self) -> Piece:
        """Thinking up to the closing tag, or up to what may become one."""
        thought, closed, after = self._held.partition(_CLOSE)
        if closed:
            self._inside, self._left, self._held = False, True, after
            return True, thought
        keep = next((n for n in range(len(_CLOSE) - 1, 0, -1) if thought.endswith(_CLOSE[:n])), 0)
        cut = len(thought) - keep
        self._held = thought[cut:]
        return True, thought[:cut]

    def _settle(self) -> Piece:
        held, self._held = self._held, ""
        self.settled = True
        return False, held
