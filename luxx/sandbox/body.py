"""The body of an answer: unpacked under a bound, and read as text in its character set."""

import asyncio
import codecs
import re
import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from luxx.errors import ToolFailed

#: What a server is told that it may send.
CODINGS = "gzip, deflate"

_DEFLATED = 8
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w:.-]+)""", re.IGNORECASE)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w:.-]+)""", re.IGNORECASE)
_HEAD = 1_024
_SLICE = 65_536
#: The character sets that browsers know, by Python's codecs: some of its others are no character
#: sets, and some can be made to take minutes. As in a browser the narrow ones stand for the wide.
_CHARSETS = {
    "utf8": "utf-8",
    "utf16": "utf-16-le",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "ascii": "cp1252",
    "usascii": "cp1252",
    "latin1": "cp1252",
    "iso88591": "cp1252",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "macintosh": "mac-roman",
    "ibm866": "cp866",
    "windows874": "cp874",
    **{f"iso8859{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows125{n}": f"cp125{n}" for n in range(9)},
    **{f"cp125{n}": f"cp125{n}" for n in range(9)},
}


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Plain:
    eof = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return data[:max_length]


async def read(chunks: AsyncIterator[bytes], coding: str, most: int) -> tuple[bytes, bool]:
    """At most so many bytes of the unpacked body, and whether there was more.

    Never is more unpacked than is kept: a few kilobytes can stand for gigabytes.
    """
    body = bytearray()
    decoder: _Decoder | None = None
    received = 0
    async for chunk in chunks:
        decoder = decoder or _decoder(coding, chunk)
        received += len(chunk)
        try:
            body += decoder.decompress(chunk, most + 1 - len(body))
        except zlib.error as error:
            raise ToolFailed("url: the compressed answer is damaged", field="url") from error
        if len(body) > most or received > most:
            return bytes(body[:most]), True
        if decoder.eof and not isinstance(decoder, _Plain):
            break
    if decoder and not decoder.eof:
        raise ToolFailed("url: the compressed answer broke off", field="url")
    return bytes(body), False


def _decoder(coding: str, head: bytes) -> _Decoder:
    coding = coding.strip().lower()
    if coding in {"", "identity"}:
        return _Plain()
    if coding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    if coding == "deflate":
        # Some servers leave out the header that the standard asks for.
        has_header = head[0] & 0x0F == _DEFLATED
        return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    message = f"url: the answer is compressed in a way that was not asked for: {coding[:100]!r}"
    raise ToolFailed(message, field="url")


async def text(body: bytes, content_type: str) -> str:
    """The body's text, by its byte order mark, the header, or what it declares itself."""
    mark, charset = _mark(body) or (b"", _charset(body, content_type))
    decoder = codecs.getincrementaldecoder(charset)("replace")
    pieces: list[str] = []
    for start in range(len(mark), len(body), _SLICE):
        pieces.append(decoder.decode(body[start : start + _SLICE]))
        # What does not fit its character set is slow to replace: let others run in between.
        await asyncio.sleep(0)
    return "".join(pieces) + decoder.decode(b"", final=True)


def _mark(body: bytes) -> tuple[bytes, str] | None:
    return next((each for each in _MARKS if body.startswith(each[0])), None)


def _charset(body: bytes, content_type: str) -> str:
    if (named := _HEADER.search(content_type)) and (charset := _known(named[1])):
        return charset
    head = body[:_HEAD]
    declared = _DECLARED.search(head) if head.lstrip().startswith(b"<") else None
    charset = _known(declared[1].decode("ascii", "replace")) if declared else None
    # What can be read so far is not UTF-16, whatever it says.
    return charset if charset and not charset.startswith("utf-16") else "utf-8"


def _known(label: str) -> str | None:
    return _CHARSETS.get(re.sub(r"[^a-z0-9]", "", label.lower()))
