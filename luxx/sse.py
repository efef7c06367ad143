"""Splitting a byte stream into server-sent events, whichever way the server writes them.

Bytes stay bytes: a character cut in two by the network is whole again in its event. What ends a
line is what the HTML standard says (section 9.2): LF, CR or both, and nothing else.
"""

from luxx.errors import Upstream

#: An event may have this many bytes.
MAX_EVENT = 8_000_000


class Splitter:
    """Incremental: each read is scanned once, only an event that is not yet complete is kept."""

    __slots__ = ("_after_cr", "_held")

    def __init__(self) -> None:
        self._held = bytearray()
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The `data` of every event that this read completes."""
        if self._after_cr or b"\r" in chunk:
            chunk = self._unified(chunk)
        held = self._held
        if held:
            searched = len(held) - 1
            held += chunk
            end = held.find(b"\n\n", searched)
            if end < 0:
                self._check()
                return []
            chunk = bytes(held)
            held.clear()
        return self._split(chunk)

    def rest(self) -> list[bytes]:
        """What stands after the last blank line: some servers leave the last one out."""
        event = bytes(self._held)
        self._held.clear()
        return _data(event)

    def _split(self, chunk: bytes) -> list[bytes]:
        *events, tail = chunk.split(b"\n\n")
        if tail:
            self._held += tail
            self._check()
        found: list[bytes] = []
        for event in events:
            if event.startswith(b"data: ") and b"\n" not in event:
                found.append(event[6:])
            else:
                found += _data(event)
        return found

    def _unified(self, chunk: bytes) -> bytes:
        """Every line end as a line feed; the second half of one that was cut in two is dropped."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _check(self) -> None:
        if len(self._held) > MAX_EVENT:
            raise Upstream("The server sent an event that is too long")


def _data(event: bytes) -> list[bytes]:
    """The data lines of one event, joined; none for a comment or an event without data."""
    lines = [
        line[6:] if line.startswith(b"data: ") else line[5:]
        for line in event.split(b"\n")
        if line.startswith(b"data:") or line == b"data"
    ]
    return [b"\n".join(lines)] if lines else []
