"""Splitting a reply's bytes into events, whichever way the server sends them.

`Splitter` cuts server-sent events out of socket reads; `Body` also recognises a server that ignored
`stream: true` and answers with one JSON document, or with a web page. Bytes stay bytes: a character
cut in two by the network is whole again in its event.
"""

from luxx.errors import Upstream

#: An event, or a whole document, may have this many bytes.
MAX_EVENT = 8_000_000
#: A reply may have this many bytes: far more than any model's longest answer with its framing.
MAX_BODY = 256_000_000

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_DOCUMENT = b"{[<"


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
            raise Upstream("The provider sent an event that is too long")


def _data(event: bytes) -> list[bytes]:
    """The data lines of one event, joined; none for a comment or an event without data."""
    lines = [
        line[6:] if line.startswith(b"data: ") else line[5:]
        for line in event.split(b"\n")
        if line.startswith(b"data:") or line == b"data"
    ]
    return [b"\n".join(lines)] if lines else []


class Body:
    """Decides by the first byte that is no blank what the server sends: events or a document."""

    __slots__ = ("_document", "_prefix", "_size", "_splitter")

    def __init__(self) -> None:
        self._prefix = b""
        self._size = 0
        self._splitter: Splitter | None = None
        self._document: bytearray | None = None

    @property
    def is_document(self) -> bool:
        return self._document is not None

    def feed(self, chunk: bytes) -> list[bytes]:
        """The events that this read completes; a document is collected for `document`."""
        self._size += len(chunk)
        if self._size > MAX_BODY:
            raise Upstream("The provider sent a reply that is too long")
        if self._splitter is not None:
            return self._splitter.feed(chunk)
        if self._document is None:
            return self._begin(chunk)
        self._document += chunk
        self._check()
        return []

    def rest(self) -> list[bytes]:
        """The events that the end of the body completes."""
        return self._splitter.rest() if self._splitter else []

    def document(self) -> bytes:
        """The collected document; empty if events were sent, or nothing."""
        return bytes(self._document or b"")

    def _begin(self, chunk: bytes) -> list[bytes]:
        start = (self._prefix + chunk).lstrip(_BLANK)
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._prefix = start
            return []
        start = start.removeprefix(_BOM).lstrip(_BLANK)
        if start and start[0] in _DOCUMENT:
            self._document = bytearray(start)
            self._check()
            return []
        self._splitter = Splitter()
        return self._splitter.feed(start)

    def _check(self) -> None:
        if len(self._document or b"") > MAX_EVENT:
            raise Upstream("The provider sent an answer that is too long")
