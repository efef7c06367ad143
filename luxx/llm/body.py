"""A reply's bytes: events, or what a server that ignored `stream: true` answers with.

That is one JSON document, or a web page.
"""

from luxx.errors import Upstream
from luxx.sse import MAX_EVENT, Splitter

#: A reply may have this many bytes: far more than any model's longest answer with its framing.
MAX_BODY = 256_000_000

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_DOCUMENT = b"{[<"


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
