"""What a reply leaves to be kept and not shown is bounded: calls, signatures, sealed thoughts."""

import time
from collections.abc import Callable
from typing import Any, Literal

import pytest
from rawserver import DONE, STOP, Heard, delta, event, parse

from luxx.errors import Upstream
from luxx.llm import wire
from luxx.llm.reasoning import Reasoning
from luxx.llm.wire import MAX_CALL, MAX_DEPTH, MAX_KEPT, Kept

Wire = Literal["openai", "anthropic"]


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def call(arguments: Any, index: int = 0, name: str = "f", id_: str = "a") -> bytes:
    function = {"name": name, "arguments": arguments}
    return delta(tool_calls=[{"index": index, "id": id_, "function": function}])


def block(index: int = 0, **fields: Any) -> bytes:
    return event({"type": "content_block_start", "index": index, "content_block": fields})


def tool_use(index: int = 0, **fields: Any) -> bytes:
    return block(index, **{"type": "tool_use", "id": "a", "name": "f"} | fields)


def part(index: int, kind: str, **fields: Any) -> bytes:
    return event({"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}})


def piece(json: str, index: int = 0) -> bytes:
    return part(index, "input_json_delta", partial_json=json)


ANTHROPIC_END = event(
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": None}
) + event({"type": "message_stop"})


def hear(*reads: bytes, wire: Wire) -> Heard:
    return parse(*reads, *((STOP,) if wire == "openai" else (ANTHROPIC_END,)), wire=wire)


HALF = "x" * (MAX_CALL // 2)
CALLS: list[tuple[Wire, list[bytes]]] = [
    ("openai", [call('{"a":"'), call(HALF), call(HALF)]),
    ("openai", [call({"a": HALF + HALF})]),
    ("openai", [call("{}", name=HALF), call("{}", id_="b", name=HALF + HALF)]),
    ("openai", [call("{}", id_=HALF + HALF)]),
    ("anthropic", [tool_use(), piece('{"a":"'), piece(HALF), piece(HALF)]),
    ("anthropic", [tool_use(input={"a": HALF + HALF})]),
    ("anthropic", [tool_use(name=HALF, id=HALF + "x")]),
]


@pytest.mark.parametrize(("wire", "reads"), CALLS)
def test_a_call_that_no_tool_could_take_ends_the_reply(wire: Wire, reads: list[bytes]) -> None:
    with pytest.raises(Upstream, match="a tool call of more than 1,000,000 characters"):
        hear(*reads, wire=wire)


@pytest.mark.parametrize(
    ("wire", "reads"),
    [
        ("openai", [call('{"a":"'), call(HALF), call('"}')]),
        ("anthropic", [tool_use(), piece('{"a":"'), piece(HALF), piece('"}')]),
    ],
)
def test_a_long_call_is_a_call(wire: Wire, reads: list[bytes]) -> None:
    heard = hear(*reads, wire=wire)
    assert [each.arguments for each in heard.calls] == [f'{{"a":"{HALF}"}}']


SEALED = "x" * 300


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        ("openai", lambda n: call(SEALED, n, id_=str(n))),
        ("openai", lambda _: delta(reasoning_details=[{"type": "x", "data": SEALED}])),
        ("openai", lambda n: delta(reasoning_details=[{"type": str(n), "data": SEALED}])),
        ("openai", lambda n: delta(reasoning_details=[{"type": "x", str(n): SEALED}])),
        ("openai", lambda n: delta(reasoning_details=[{"index": 9 * n + i} for i in range(9)])),
        ("anthropic", lambda n: tool_use(n, input={"a": SEALED}) + piece(SEALED, n)),
        ("anthropic", lambda n: block(n, type="redacted_thinking", data=SEALED)),
        ("anthropic", lambda n: part(n, "signature_delta", signature=SEALED)),
        ("anthropic", lambda n: part(n, "thinking_delta", thinking="") * 30),
    ],
)
def test_what_is_kept_does_not_grow_for_ever(
    wire: Wire, read: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.llm.wire.MAX_KEPT", 10_000)
    hear(*map(read, range(10)), wire=wire)
    with pytest.raises(Upstream, match="more than 10,000 characters that are not text"):
        hear(*map(read, range(600)), wire=wire)


def test_pieces_of_a_sealed_thought_are_joined_once() -> None:
    """Adding to a text takes a copy of it: the square of their number."""

    def seconds(number: int) -> float:
        kept = Kept()
        reasoning = Reasoning(kept)
        began = time.process_time()
        for _ in range(number):
            reasoning.read({"reasoning_details": [{"type": "x", "index": 0, "data": "d" * 200}]})
        state = reasoning.state()
        took = time.process_time() - began
        assert state == {
            "reasoning_details": [{"type": "x", "index": 0, "data": "d" * 200 * number}]
        }
        return took

    few, many = (min(seconds(number) for _ in range(3)) for number in (5_000, 20_000))
    assert many < 9 * few


def test_a_value_that_stays_is_kept_once() -> None:
    detail = {"type": "x", "index": 0, "format": "f" * 1_000, "data": "d"}
    heard = parse(*[delta(reasoning_details=[detail])] * (MAX_KEPT // 900), call("{}"), STOP)
    assert heard.end is not None
    assert heard.end.state is not None
    (kept,) = heard.end.state.data["reasoning_details"]
    assert len(kept["data"]) == MAX_KEPT // 900


def test_a_value_that_is_no_text_takes_the_place_of_one() -> None:
    pieces: list[dict[str, Any]] = [{"text": "a"}, {"text": "b"}, {"text": 5}, {"text": "c"}]
    heard = parse(*(delta(reasoning_details=[each]) for each in pieces), call("{}"), STOP)
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.data["reasoning_details"] == [{"text": "c"}]


@pytest.mark.parametrize("odd", [5, ["a"], {"a": 1}, None, True])
def test_a_piece_that_is_no_text_is_an_unknown_shape(odd: Any) -> None:
    for kind, field in (("text_delta", "text"), ("input_json_delta", "partial_json")):
        with pytest.raises(Upstream, match="unknown shape"):
            hear(part(0, kind, **{field: odd}), wire="anthropic")


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        ("openai", delta(reasoning_details=[{"type": "x", "data": nested(MAX_DEPTH)}])),
        ("openai", call(nested(MAX_DEPTH))),
        ("anthropic", tool_use(input={"a": nested(MAX_DEPTH)})),
        ("anthropic", block(type="other", content=nested(MAX_DEPTH))),
    ],
)
def test_json_that_is_nested_deeply_ends_the_reply(wire: Wire, read: bytes) -> None:
    with pytest.raises(Upstream, match="nested too deeply"):
        hear(read, wire=wire)


def test_many_brackets_are_no_depth() -> None:
    assert parse(delta(content="[" * 500, odd=[[]] * 500), DONE).text == "[" * 500


def test_arguments_that_are_nested_deeply_are_no_object() -> None:
    for levels, is_fit in ((MAX_DEPTH - 2, True), (MAX_DEPTH, False), (700, False)):
        text = '{"a":' + "[" * levels + "]" * levels + "}"
        assert wire.is_object(text) is is_fit
        assert bool(wire.as_object(text)) is is_fit
