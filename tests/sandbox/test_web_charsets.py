import asyncio
import codecs
import os
import time

import pytest

from luxx.sandbox import body

SAMPLES = [
    ("中文", "gbk", "text/html; charset=gb2312", b""),
    ("中文𠮷", "gb18030", 'text/html; charset="GBK"', b""),
    ("日本", "cp932", "text/html; charset=Shift_JIS", b""),
    ("日本", "euc_jp", "text/html", b'<meta charset="euc-jp">'),
    ("日本", "iso2022_jp", "text/html", b"<meta charset=iso-2022-jp>"),
    ("한국", "cp949", "text/html", b'<META HTTP-EQUIV=x content="text/html; charset=euc-kr">'),
    ("Привет", "cp1251", "text/html; charset=windows-1251", b""),
    ("Привет", "koi8-r", "text/html; charset='koi8-r'", b""),
    ("“é”", "cp1252", "text/html; charset=ISO-8859-1", b""),
    ("ž", "iso8859-2", "application/xml", b'<?xml version="1.0" encoding="iso-8859-2"?>'),
    ("é", "utf-8", "text/html", b""),
    ("é", "utf-8", "text/html; charset=nonsense", b""),
    ("é", "utf-8", "text/html; charset=nonsense", b"<meta charset=worse>"),
    ("é", "utf-8", "text/html", b"<meta charset=utf-16>"),
    ("中", "utf-16-be", "text/plain; charset=utf-16be", b""),
]


@pytest.mark.parametrize(("text", "codec", "header", "head"), SAMPLES)
async def test_text_is_read_in_its_character_set(
    text: str, codec: str, header: str, head: bytes
) -> None:
    assert await body.text(head + text.encode(codec), header) == head.decode() + text


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
async def test_a_byte_order_mark_says_it_best(mark: bytes, codec: str) -> None:
    assert await body.text(mark + "中é".encode(codec), "text/html; charset=gbk") == "中é"


@pytest.mark.parametrize(
    "label", ["zip", "hex", "rot13", "idna", "punycode", "unicode_escape", "utf-7", "undefined"]
)
async def test_a_codec_that_is_no_character_set_is_not_used(label: str) -> None:
    assert await body.text(b"+AGE-\\x41", f"text/html; charset={label}") == "+AGE-\\x41"


async def test_what_does_not_fit_is_replaced() -> None:
    assert await body.text(b"a\xffb", "text/html; charset=utf-8") == "a\ufffdb"
    assert await body.text(b"", "text/html") == ""
    assert await body.text(b"\xe4\xb8", "text/plain") == "\ufffd"


async def test_a_character_is_not_cut_where_the_bytes_are() -> None:
    text = "x" + "中" * 100_000
    assert await body.text(text.encode(), "text/html") == text


async def test_no_bytes_hold_the_loop() -> None:
    hostile = [b"\xff" * 500_000, os.urandom(500_000)]
    longest = 0.0
    for charset in sorted({codec: label for label, codec in body._CHARSETS.items()}.values()):
        for content in hostile:
            reading = asyncio.create_task(body.text(content, f"charset={charset}"))
            while not reading.done():
                start = time.perf_counter()
                await asyncio.sleep(0)
                longest = max(longest, time.perf_counter() - start)
    assert longest < 0.25
