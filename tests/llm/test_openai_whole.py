"""Chat completions: answers in one piece, errors in a success, and what is no reply."""

import pytest
from rawserver import KEY, STOP, delta, event, parse

from luxx.errors import Upstream
from luxx.llm.base import Usage

USAGE = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}


def whole(**message: object) -> bytes:
    return b"\n\n" + event({"choices": [{"message": message}], "usage": USAGE})[6:]


def test_an_answer_in_one_piece() -> None:
    """A server that ignores stream: true; DeepSeek sends blank lines first."""
    calls = [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]
    heard = parse(whole(content="a", reasoning_content="hm", tool_calls=calls))
    assert (heard.text, heard.thinking, heard.finish) == ("a", "hm", "tool_calls")
    assert heard.end is not None
    assert heard.end.usage == Usage(5, 7)


@pytest.mark.parametrize(
    "document",
    [
        b'{"error": {"message": "No such model", "code": 404}}',
        b'[{"error": {"message": "No such model"}}]',
        b'{"object": "error", "message": "No such model"}',
        b'{"detail": "No such model"}',
        b'data: {"error": {"message": "No such model"}}\n\n',
        b'data: {"error": "No such model"}\n\n',
        b'event: error\ndata: {"code": "x", "message": "No such model"}\n\n',
        b'data: {"choices": [{"delta": {}}], "error": {"code": 1, "message": "No such model"}}\n\n',
        b'{"choices": [], "detail": "No such model"}',
    ],
)
def test_errors_in_a_success(document: bytes) -> None:
    with pytest.raises(Upstream, match="No such model"):
        parse(document)


def test_text_before_an_error_is_not_lost() -> None:
    with pytest.raises(Upstream, match=r"boom") as raised:
        parse(delta(content="a"), event({"error": {"message": f"boom {KEY}"}}))
    assert KEY not in raised.value.message + raised.value.body


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"<html><title>Welcome</title>", "web page, “Welcome”"),
        (b"data: hello\n\n", "not JSON"),
        (b'data: {"choices": ["odd"]}\n\n', "unknown shape"),
        (b"{]", "not JSON"),
        (b'{"ok": true}', "unknown shape"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "not JSON"),
        (b"[]", "unknown shape"),
    ],
)
def test_what_is_no_reply_is_said_to_be_none(document: bytes, words: str) -> None:
    with pytest.raises(Upstream, match=words):
        parse(document)


def test_json_that_is_no_object_is_passed_over() -> None:
    assert parse(b"data: null\n\ndata: 1\n\n", delta(content="a"), STOP).text == "a"


@pytest.mark.parametrize(
    ("raw", "text"), [(b"\\ud83d", "\ufffd"), (b"a\xffb", "a\ufffdb"), (b"\\ud83d\\ude00", "😀")]
)
def test_broken_characters_are_replaced(raw: bytes, text: str) -> None:
    assert parse(b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % raw, STOP).text == text
