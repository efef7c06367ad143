"""Messages: one raw fixture for each way in which a server streams."""

from typing import Any

import pytest
from rawserver import KEY, Heard, ask, event, parse

from luxx.errors import Upstream
from luxx.llm.base import ToolCall, Usage
from luxx.llm.wire import MAX_CALLS


def start(index: int, **block: Any) -> bytes:
    return event(
        {"type": "content_block_start", "index": index, "content_block": block},
        "content_block_start",
    )


def delta(index: int, type_: str, **fields: Any) -> bytes:
    return event(
        {"type": "content_block_delta", "index": index, "delta": {"type": type_, **fields}},
        "content_block_delta",
    )


def text(piece: str, index: int = 0) -> bytes:
    return delta(index, "text_delta", text=piece)


def ending(reason: str | None = "end_turn", **usage: object) -> bytes:
    last = {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage or None}
    return event(last) + STOP


STOP = event({"type": "message_stop"}, "message_stop")
PING = event({"type": "ping"}, "ping")
BEGIN = event({
    "type": "message_start",
    "message": {"usage": {"input_tokens": 5, "cache_read_input_tokens": 3,
                          "cache_creation_input_tokens": 2, "output_tokens": 1}},
})  # fmt: skip
EMPTY_TEXT = start(0, type="text", text="")


def hear(*reads: bytes, model: str = "claude-sonnet-4-5") -> Heard:
    return parse(*reads, wire="anthropic", request=ask(model))


def test_text_and_usage_with_what_the_cache_gave_and_took() -> None:
    heard = hear(BEGIN, EMPTY_TEXT, text("a") + text("b"), PING, ending(output_tokens=7))
    assert (heard.text, heard.finish) == ("ab", "stop")
    assert heard.end is not None
    assert heard.end.usage == Usage(10, 7)
    assert heard.end.state is None


def test_counts_are_cumulative_and_the_last_one_stands() -> None:
    """Some compatible hosts send zeros first and the truth at the end."""
    early = event({"type": "message_delta", "delta": {}, "usage": {"output_tokens": 3}})
    heard = hear(BEGIN, EMPTY_TEXT, early, ending(output_tokens=9, input_tokens=50))
    assert heard.end is not None
    assert heard.end.usage == Usage(55, 9)


@pytest.mark.parametrize("odd", [-1, True, 1.5, 2**31, 2**64 - 1, "7", [7]])
@pytest.mark.parametrize("name", ["input_tokens", "output_tokens"])
def test_a_count_that_cannot_be_believed_makes_no_usage(name: str, odd: object) -> None:
    usage: dict[str, Any] = {name: odd}
    heard = hear(BEGIN, EMPTY_TEXT, text("a"), ending(**usage))
    assert heard.end is not None
    assert heard.end.usage is None


def test_counts_that_add_up_to_too_many_make_no_usage() -> None:
    heard = hear(BEGIN, EMPTY_TEXT, text("a"), ending(input_tokens=2**31 - 1, output_tokens=7))
    assert heard.end is not None
    assert heard.end.usage is None


def test_other_words_in_a_usage_are_passed_over() -> None:
    heard = hear(BEGIN, EMPTY_TEXT, text("a"), ending(output_tokens=7, server_tool_use={"n": 1}))
    assert heard.end is not None
    assert heard.end.usage == Usage(10, 7)


def test_without_usage_there_is_none() -> None:
    heard = hear(EMPTY_TEXT, text("a"), ending())
    assert heard.end is not None
    assert heard.end.usage is None


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "filtered"),
        ("pause_turn", "pause"),
        ("something_new", "stop"),
        (None, "stop"),
    ],
)
def test_stop_reasons(reason: str | None, finish: str) -> None:
    assert hear(EMPTY_TEXT, text("a"), ending(reason)).finish == finish


def test_unknown_events_and_deltas_are_passed_over() -> None:
    unknown = event({"type": "new_event", "x": 1}) + delta(0, "citations_delta", citation={})
    assert hear(EMPTY_TEXT, unknown, b"data: 1\n\n", text("a"), ending()).text == "a"


def test_an_end_after_the_stop_reason_is_success() -> None:
    last = event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})
    assert hear(EMPTY_TEXT, text("a"), last).finish == "stop"


def test_done_of_a_compatible_host_ends_the_reply() -> None:
    assert hear(EMPTY_TEXT, text("a"), b"data: [DONE]\n\n").finish == "stop"


def test_an_end_before_it_is_a_cut() -> None:
    with pytest.raises(Upstream, match="closed the connection before"):
        hear(EMPTY_TEXT, text("a"))


CALL = (
    start(0, type="thinking", thinking="", signature=""),
    delta(0, "thinking_delta", thinking="h"),
    delta(0, "thinking_delta", thinking="m"),
    delta(0, "signature_delta", signature="c2ln"),
    start(1, type="redacted_thinking", data="b3BhcXVl"),
    start(2, type="text", text=""),
    text("Let me see.", 2),
    start(3, type="tool_use", id="toolu_1", name="f", input={}),
    delta(3, "input_json_delta", partial_json=""),
    delta(3, "input_json_delta", partial_json='{"a"'),
    delta(3, "input_json_delta", partial_json=": 1}"),
    event({"type": "content_block_stop", "index": 3}),
)


def test_a_tool_call_and_everything_that_has_to_go_back_with_it() -> None:
    heard = hear(*CALL, ending("tool_use"))
    assert (heard.thinking, heard.text, heard.finish) == ("hm", "Let me see.", "tool_calls")
    assert heard.calls == [ToolCall("toolu_1", "f", '{"a": 1}')]
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.data == {
        "blocks": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "b3BhcXVl"},
            {"type": "text", "text": "Let me see."},
            {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}},
        ]
    }


def test_what_cannot_be_shown_is_progress() -> None:
    heard = hear(*CALL, ending("tool_use"))
    assert heard.progress == 8


def test_a_call_without_thinking_has_nothing_to_keep() -> None:
    heard = hear(start(0, type="tool_use", id="t", name="f", input={}), ending("tool_use"))
    assert heard.calls == [ToolCall("t", "f", "{}")]
    assert heard.end is not None
    assert heard.end.state is None


def test_a_paused_turn_is_kept_whole() -> None:
    heard = hear(start(0, type="server_tool_use", id="s", name="web"), ending("pause_turn"))
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.data == {
        "blocks": [{"type": "server_tool_use", "id": "s", "name": "web"}]
    }


@pytest.mark.parametrize(
    ("piece", "truncated"), [('{"a": 1', True), ("", True), ('{"a": 1}', False)]
)
def test_a_call_cut_in_its_arguments_is_truncated(piece: str, truncated: bool) -> None:
    heard = hear(
        start(0, type="tool_use", id="s", name="f", input={}),
        start(1, type="tool_use", id="t", name="f", input={}),
        delta(1, "input_json_delta", partial_json=piece),
        ending("max_tokens"),
    )
    assert [each.truncated for each in heard.calls] == [False, truncated]
    assert heard.finish == "length"


def test_blocks_that_come_whole_or_without_their_start() -> None:
    """Compatible hosts."""
    heard = hear(
        start(0, type="thinking", thinking="h"),
        delta(0, "thinking_delta", thinking="m"),
        start(1, type="text", text="a"),
        text("b", 1),
        text("c", 2),
        delta(3, "thinking_delta", thinking="!"),
        delta(4, "input_json_delta", partial_json="{}"),
        start(5, type="tool_use", name="f", input={"a": 1}),
        ending("tool_use"),
    )
    assert (heard.thinking, heard.text) == ("hm!", "abc")
    assert [(each.name, each.arguments) for each in heard.calls] == [("f", '{"a":1}')]
    assert heard.calls[0].id
    assert heard.end is not None
    assert heard.end.state is not None
    blocks = heard.end.state.data["blocks"]
    assert blocks[0] == {"type": "thinking", "thinking": "hm"}
    assert blocks[5]["id"] == heard.calls[0].id


def test_an_answer_in_one_piece() -> None:
    message = {
        "type": "message",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "a"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 1, "output_tokens": 2},
    }
    heard = hear(event(message)[6:])
    assert (heard.thinking, heard.text, heard.finish) == ("hm", "a", "tool_calls")
    assert heard.calls == [ToolCall("t", "f", '{"a":1}')]
    assert heard.end is not None
    assert heard.end.usage == Usage(1, 2)


OVERLOADED = {
    "type": "error",
    "error": {"type": "overloaded_error", "message": f"Overloaded {KEY}"},
    "request_id": "req_1",
}


@pytest.mark.parametrize("read", [event(OVERLOADED, "error"), event(OVERLOADED)[6:]])
def test_an_error_in_a_success(read: bytes) -> None:
    with pytest.raises(Upstream, match="Overloaded") as raised:
        hear(PING, read) if read.startswith(b"event") else hear(read)
    assert raised.value.retryable
    assert KEY not in raised.value.message + raised.value.body


def test_an_error_without_details() -> None:
    with pytest.raises(Upstream, match="reported an error"):
        hear(event({"type": "error"}))


@pytest.mark.parametrize(
    "read",
    [
        b'{"ok": 1}',
        b"[1]",
        event({"type": "content_block_delta"}),
        event({"type": "message_start"}),
    ],
)
def test_what_is_no_reply_is_said_to_be_none(read: bytes) -> None:
    with pytest.raises(Upstream, match=r"unknown shape|reported"):
        hear(read)


def test_calls_have_a_bound() -> None:
    most = [
        start(index, type="tool_use", id=f"c{index}", name="f", input={})
        for index in range(MAX_CALLS + 1)
    ]
    assert len(hear(BEGIN, *most[:-1], ending("tool_use")).calls) == MAX_CALLS
    with pytest.raises(Upstream, match=f"more than {MAX_CALLS} tool calls"):
        hear(BEGIN, *most, ending("tool_use"))
