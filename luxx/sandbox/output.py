"""What a job prints: bounded while it comes, harmless when it is shown."""

import codecs
import re

#: Control sequences (with their parameters), strings for the terminal, and other escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_NEWLINES = re.compile(r"\r+\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Capture:
    """Keeps the first `most` bytes and counts the rest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = bytearray()
        self.size = 0

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self._kept += data[: self._most - len(self._kept)]

    @property
    def truncated(self) -> bool:
        return self.size > self._most

    def text(self) -> str:
        """A character that the limit cut is left out."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return clean(decoder.decode(self._kept, final=not self.truncated))


def clean(text: str) -> str:
    """Take out what a terminal would obey; lines end with a newline."""
    text = _NEWLINES.sub("\n", _ESCAPES.sub("", text))
    return _CONTROLS.sub("\ufffd", text)
