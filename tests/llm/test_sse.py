"""The splitter gives the same events wherever the network cuts the bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luxx import sse
from luxx.errors import Upstream
from luxx.llm import body as body_module
from luxx.llm.body import Body
from luxx.sse import Splitter

LINE_END = st.sampled_from([b"\n", b"\r\n", b"\r"])
TEXT = st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), max_size=12)
FIELD = st.one_of(
    TEXT.map(lambda text: f"data: {text}"),
    TEXT.map(lambda text: f"data:{text.lstrip(' ')}"),
    TEXT.map(lambda text: f": {text}"),
    TEXT.map(lambda text: f"event: {text}"),
    st.just("id: 7"),
    st.just("data"),
    st.just(""),
).map(str.encode)


def reference(stream: bytes) -> list[bytes]:
    """The algorithm of the specification, for a whole stream."""
    lines = stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    events: list[bytes] = []
    data: list[bytes] = []
    for line in lines[:-1]:
        name, _, value = line.partition(b":")
        if not line and data:
            events.append(b"\n".join(data))
            data = []
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    return events


def split(*chunks: bytes) -> list[bytes]:
    splitter = Splitter()
    return [event for chunk in chunks for event in splitter.feed(chunk)]


def read_all(pieces: list[bytes]) -> None:
    body = Body()
    for piece in pieces:
        body.feed(piece)


@given(st.lists(st.tuples(FIELD, LINE_END), max_size=20), st.lists(st.integers(0, 300)))
def test_any_stream_cut_anywhere_is_split_as_the_specification_says(
    fields: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(line + end for line, end in fields)
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    assert split(*chunks) == reference(stream)


def test_every_kind_of_line_end_in_one_stream() -> None:
    assert split(b"data: 1\n\ndata: 2\r\n\r\ndata: 3\r\rdata: 4\r\n\n") == [b"1", b"2", b"3", b"4"]


def test_a_carriage_return_and_its_line_feed_in_two_reads_are_one_line_end() -> None:
    assert split(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [b"a\nb"]


def test_a_read_that_is_only_the_second_half_of_a_line_end() -> None:
    assert split(b"data: a\r", b"\n", b"\r\n", b"data: b\n\n") == [b"a", b"b"]


def test_data_lines_of_one_event_are_joined() -> None:
    assert split(b"data: {\ndata: }\n\n") == [b"{\n}"]


def test_comments_and_events_without_data_give_nothing() -> None:
    assert split(b": OPENROUTER PROCESSING\n\n: keep-alive\n\nevent: ping\n\nid: 1\n\n") == []


def test_a_character_cut_in_two_is_whole_again() -> None:
    stream = "data: 你好\n\n".encode()
    assert split(stream[:8], stream[8:]) == ["你好".encode()]


def test_the_last_event_may_lack_its_blank_line() -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: a\n\ndata: [DONE]") == [b"a"]
    assert splitter.rest() == [b"[DONE]"]
    assert splitter.rest() == []


@pytest.mark.parametrize("size", [1, 3])
def test_an_event_without_end_is_an_error_not_a_full_memory(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT", 100)
    with pytest.raises(Upstream, match="too long"):
        split(*[b"x" * size] * 200)


def test_a_reply_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "MAX_BODY", 100)
    with pytest.raises(Upstream, match="reply that is too long"):
        read_all([b"data: x\n\n"] * 200)


@pytest.mark.parametrize("pieces", [[b"{" + b"x" * 200], [b"{"] + [b"x" * 60] * 3])
def test_a_document_without_end_is_an_error(
    monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]
) -> None:
    monkeypatch.setattr(body_module, "MAX_EVENT", 100)
    with pytest.raises(Upstream, match="answer that is too long"):
        read_all(pieces)


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\r\n"])
def test_a_byte_order_mark_and_blank_lines_before_the_first_event(lead: bytes) -> None:
    stream = lead + b"data: a\n\n"
    for cut in range(len(stream)):
        body = Body()
        assert body.feed(stream[:cut]) + body.feed(stream[cut:]) == [b"a"], cut
        assert not body.is_document


@pytest.mark.parametrize("start", [b'{"a": 1}', b"[1]", b"<html>", b'\n\n \n{"a": 1}'])
def test_a_document_is_told_from_events_by_its_first_byte(start: bytes) -> None:
    body = Body()
    assert [body.feed(bytes([byte])) for byte in start] == [[]] * len(start)
    assert body.is_document
    assert body.document() == start.strip()
    assert body.rest() == []


def test_a_body_of_events_is_no_document() -> None:
    body = Body()
    assert body.feed(b": hi\n") == []
    assert body.document() == b""
    body.feed(b"data: tail")
    assert body.rest() == [b"tail"]


def test_an_empty_body_is_neither() -> None:
    body = Body()
    assert body.feed(b"\n") == []
    assert not body.is_document
    assert body.rest() == []
