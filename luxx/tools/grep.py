"""Searching files line by line with a pattern that anybody may have written.

RE2 takes time linear in the text for every pattern and lets other threads run meanwhile, but that
can still be many microseconds a byte: the text is searched in blocks of whole lines, and the clock
is looked at between them.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import re2

from luxx.errors import BadInput
from luxx.sandbox.files import Entry
from luxx.sandbox.workspace import MAX_FILE

MAX_PATTERN = 1_000
MAX_GLOB = 200
MAX_MATCHES = 200
MAX_LINE = 500
DEADLINE = 10.0

_BLOCK = 32_768
_PROBE = 8_192
#: Makes ^ and $ match at every line.
_LINES = "(?m)"
_MEMORY = 8 << 20


@dataclass(frozen=True, slots=True)
class Match:
    line: int
    text: str


def is_binary(content: bytes) -> bool:
    return b"\0" in content[:_PROBE]


class Search:
    """One search through any number of files; it ends at the deadline or with enough matches."""

    def __init__(self, pattern: str, *, ignore_case: bool, glob: str, most: int) -> None:
        self._regex = _compile(pattern, ignore_case=ignore_case)
        self._glob = glob
        self._left = most
        self._end = time.monotonic() + DEADLINE
        self.is_complete = True

    def is_over(self) -> bool:
        """Whether to stop; a search that stops is not complete."""
        if self._left and time.monotonic() < self._end:
            return False
        self.is_complete = False
        return True

    def wants(self, entry: Entry) -> bool:
        if entry.kind != "file" or entry.size > MAX_FILE:
            return False
        names = (entry.path, entry.path.rpartition("/")[2])
        return any(fnmatchcase(name, self._glob) for name in names)

    def text(self, content: bytes) -> Iterator[Match]:
        """The lines that match; a binary has none."""
        line = 1
        for block in () if is_binary(content) else _blocks(content):
            if self.is_over():
                return
            counted = 0
            for begin, end in _lines(self._regex, block):
                if self.is_over():
                    return
                self._left -= 1
                line += block.count(b"\n", counted, begin)
                counted = begin
                yield Match(line, _shown(block[begin:end]))
            line += block.count(b"\n", counted) + 1


def _compile(pattern: str, *, ignore_case: bool) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.never_nl = True
    options.case_sensitive = not ignore_case
    # A compiled pattern holds up to 8 MB: none is kept for whoever may ask again.
    re2.purge()
    try:
        return re2.compile(f"{_LINES}{pattern}".encode(), options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace").replace(_LINES, "")
        raise _bad(f"expected a pattern in RE2 syntax: {reason}") from error
    except UnicodeEncodeError as error:
        raise _bad("expected text") from error


def _bad(reason: str) -> BadInput:
    return BadInput(f"pattern: {reason}", field="pattern")


def _blocks(content: bytes) -> Iterator[bytes]:
    """Whole lines without the last one's end; of a line longer than a block, its beginning."""
    start = 0
    while start < len(content):
        newline = content.rfind(b"\n", start, start + _BLOCK)
        if newline >= 0:
            yield content[start:newline]
        else:
            yield content[start : start + _BLOCK]
            newline = content.find(b"\n", start)
        start = newline + 1 if newline >= 0 else len(content)


def _lines(regex: Any, block: bytes) -> Iterator[tuple[int, int]]:
    """Where the lines that match begin and end."""
    position = 0
    while position <= len(block):
        match = regex.search(block, position)
        if match is None:
            return
        begin = block.rfind(b"\n", 0, match.start()) + 1
        end = block.find(b"\n", match.start())
        end = len(block) if end < 0 else end
        yield begin, end
        position = end + 1


def _shown(line: bytes) -> str:
    text = line.rstrip(b"\r").decode("utf-8", "replace")
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}…"
