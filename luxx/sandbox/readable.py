"""What there is to read on an HTML page; and the process in which that is found out.

This file is run as a program by `luxx.sandbox.extract`, once for each worker. It stands alone: a
worker has no part of the server in it. Parsers of HTML are native code that can hang, and hold the
interpreter while they do, so the kernel ends a worker that takes too long.
"""

import html
import json
import os
import re
import resource
import signal
import struct
import sys
from contextlib import suppress
from typing import BinaryIO, Literal

#: Seconds that a worker has for a page, and that it waits for the next one.
PATIENCE = 5
IDLE = 60
#: Bytes of address space.
MEMORY = 1 << 30
#: Both ways a message is its length and then itself.
LENGTH = struct.Struct(">I")

_HIDDEN = {
    tag: re.compile(f"</{tag}", re.IGNORECASE)
    for tag in ("script", "style", "template", "svg", "title")
}
_OPENS_HIDDEN = re.compile(rf"({'|'.join(_HIDDEN)})[\s/>]", re.IGNORECASE)
_BLOCK = re.compile(
    r"/?(?:p|div|br|li|ul|ol|dl|dt|dd|tr|table|h[1-6]|section|article|header|footer|nav|main|aside"
    r"|pre|blockquote|figure|form|hr|option)[\s/>]",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[\s>]", re.IGNORECASE)
_MAX_TITLE = 300


def title(page: str) -> str | None:
    """What the page calls itself."""
    found = _TITLE.search(page)
    start = page.find(">", found.start()) if found else -1
    if start < 0:
        return None
    end = page.find("<", start)
    raw = page[start + 1 : end if end >= 0 else None][: 4 * _MAX_TITLE]
    return " ".join(_unescaped(raw).split())[:_MAX_TITLE] or None


def plain(page: str) -> str:
    """All text of a page without its tags, in time that grows with its length and no faster."""
    pieces: list[str] = []
    at = 0
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            pieces.append(page[at:])
            break
        pieces.append(page[at:start])
        at = _after(page, start, pieces)
    lines = (" ".join(line.split()) for line in _unescaped("".join(pieces)).splitlines())
    return "\n".join(line for line in lines if line)


def _after(page: str, start: int, pieces: list[str]) -> int:
    """Where the text goes on after the `<` at `start`; what has no end reaches to the page's."""
    if page.startswith("<!--", start):
        return _end(page, "-->", start + 4)
    following = page[start + 1 : start + 2]
    if not (following.isalpha() or following in {"/", "!", "?"}):
        pieces.append("<")
        return start + 1
    if hidden := _OPENS_HIDDEN.match(page, start + 1):
        closing = _HIDDEN[hidden[1].lower()].search(page, start)
        return _end(page, ">", closing.end()) if closing else len(page)
    if _BLOCK.match(page, start + 1):
        pieces.append("\n")
    return _end(page, ">", start)


def _end(page: str, mark: str, start: int) -> int:
    found = page.find(mark, start)
    return len(page) if found < 0 else found + len(mark)


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def readable(form: Literal["markdown", "text"], url: str, page: str) -> str:
    """The main text of a page; all its text where none of it is the main text."""
    import trafilatura  # noqa: PLC0415 - only a worker pays for it

    is_markdown = form == "markdown"
    try:
        found = trafilatura.extract(
            page,
            url=url,
            output_format="markdown" if is_markdown else "txt",
            include_formatting=is_markdown,
            include_links=is_markdown,
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a page does to it
        found = None
    return found or plain(page)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say that it is ready, then answer until the requests end."""
    readable(
        "markdown", "", "<html><body><p>What is imported late is imported now.</p></body></html>"
    )
    answers.write(LENGTH.pack(0))
    answers.flush()
    signal.alarm(IDLE)
    while head := requests.read(LENGTH.size):
        form, url, page = json.loads(requests.read(*LENGTH.unpack(head)))
        signal.alarm(PATIENCE + 1)
        answer = readable(form, url, page).encode("utf-8", "replace")
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        signal.alarm(IDLE)


def _confine() -> None:
    signal.alarm(IDLE)
    os.nice(5)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(OSError, ValueError):  # not every system has them all
            resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    _confine()
    serve(sys.stdin.buffer, sys.stdout.buffer)
