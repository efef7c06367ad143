"""Chat completions: what identifies a tool call, whichever way its pieces come."""

import time

import pytest
from rawserver import DONE, STOP, Heard, delta, parse

from luxx.errors import Upstream
from luxx.llm.base import ToolCall
from luxx.llm.wire import MAX_CALLS


def call(index: int | None = 0, id_: str | None = None, **function: object) -> bytes:
    piece = {"index": index, "id": id_, "function": function}
    return delta(tool_calls=[{k: v for k, v in piece.items() if v is not None}])


def names_and_arguments(heard: Heard) -> list[tuple[str, str]]:
    return [(each.name, each.arguments) for each in heard.calls]


def test_a_call_is_merged_by_its_index() -> None:
    heard = parse(
        call(0, "a", name="f", arguments=""),
        call(1, "b", name="g", arguments='{"y"'),
        call(0, arguments='{"x": 1}'),
        call(1, arguments=": 2}"),
        delta("tool_calls"),
        DONE,
    )
    assert heard.calls == [ToolCall("a", "f", '{"x": 1}'), ToolCall("b", "g", '{"y": 2}')]
    assert heard.finish == "tool_calls"


def test_pieces_of_arguments_are_progress_once_a_read() -> None:
    reply = parse(call(0, "a", name="f", arguments="{") + call(0, arguments="}"), STOP)
    assert (reply.batches, reply.progress) == (2, 1)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [call(None, "a", name="f", arguments="{}"), call(None, "b", name="f", arguments="{}")],
            [("f", "{}"), ("f", "{}")],
            id="no index, whole calls (Ollama, Gemini)",
        ),
        pytest.param(
            [
                call(None, "", name="f", arguments='{"a":1}'),
                call(None, "", name="f", arguments='{"a":2}'),
            ],
            [("f", '{"a":1}'), ("f", '{"a":2}')],
            id="neither index nor id, the same function twice",
        ),
        pytest.param(
            [call(0, "a", name="f", arguments="{}"), call(0, "b", name="g", arguments="{}")],
            [("f", "{}"), ("g", "{}")],
            id="every index is 0 (Ollama, LiteLLM, SGLang)",
        ),
        pytest.param(
            [call(0, name="f", arguments="{}"), call(0, name="g", arguments="{}")],
            [("f", "{}"), ("g", "{}")],
            id="every index is 0 and no id",
        ),
        pytest.param(
            [
                call(0, "a", name="f", arguments="{"),
                call(0, "b", name="g", arguments="{}"),
                call(0, "a", arguments="}"),
            ],
            [("f", "{}"), ("g", "{}")],
            id="every index is 0, the first goes on",
        ),
        pytest.param(
            [call(1, "a", name="f", arguments="{}")], [("f", "{}")], id="first index is 1"
        ),
        pytest.param(
            [call(0, name="f", arguments="{"), call(1, name="g"), call(0, arguments="}")],
            [("f", "{}"), ("g", "{}")],
            id="no ids at all",
        ),
        pytest.param(
            [call(None, "a", name="f", arguments='{"a"'), call(None, arguments=":1}")],
            [("f", '{"a":1}')],
            id="neither index nor id in what follows",
        ),
        pytest.param(
            [call(0, "a", name="f", arguments='{"a"'), call(0, "a", name="f", arguments=":1}")],
            [("f", '{"a":1}')],
            id="id and name repeated",
        ),
        pytest.param(
            [call(0, name="f", arguments='{"a"'), call(0, "", name="f", arguments=":1}")],
            [("f", '{"a":1}')],
            id="name repeated without an id (agno)",
        ),
        pytest.param(
            [call(0, "a", name="f", arguments={"a": 1})],
            [("f", '{"a":1}')],
            id="arguments as an object",
        ),
        pytest.param([call(0, "a", name="f", arguments="")], [("f", "{}")], id="empty arguments"),
        pytest.param([call(0, "a", name="f")], [("f", "{}")], id="no arguments"),
        pytest.param([call(0, "a", arguments="{}")], [], id="no name"),
        pytest.param([delta(tool_calls=["odd", {"function": "odd"}])], [], id="no call at all"),
        pytest.param(
            [
                delta(function_call={"name": "f", "arguments": "{"}),
                delta(function_call={"arguments": "}"}),
            ],
            [("f", "{}")],
            id="the old function_call",
        ),
    ],
)
def test_what_identifies_a_call(pieces: list[bytes], expected: list[tuple[str, str]]) -> None:
    heard = parse(*pieces, delta("tool_calls"), DONE)
    assert names_and_arguments(heard) == expected
    ids = [each.id for each in heard.calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_calls_decide_whatever_the_finish_reason_says() -> None:
    assert parse(call(0, "a", name="f", arguments="{}"), STOP).finish == "tool_calls"
    assert parse(delta(content="a"), delta("tool_calls"), DONE).finish == "stop"


@pytest.mark.parametrize(
    ("arguments", "truncated"), [('{"a": 1', True), ("", True), ('{"a": 1}', False)]
)
def test_only_the_last_call_can_be_truncated(arguments: str, truncated: bool) -> None:
    heard = parse(
        call(0, "a", name="f", arguments="{ bad"),
        call(1, "b", name="g", arguments=arguments),
        delta("length"),
        DONE,
    )
    assert [each.truncated for each in heard.calls] == [False, truncated]
    assert heard.finish == "length"


def test_bad_arguments_are_passed_on_as_they_are() -> None:
    heard = parse(call(0, "a", name="f", arguments="{ bad"), delta("tool_calls"), DONE)
    assert heard.calls == [ToolCall("a", "f", "{ bad")]


def test_calls_have_a_bound() -> None:
    most = [call(index, f"c{index}", name="f", arguments="{}") for index in range(MAX_CALLS)]
    assert len(parse(*most, DONE).calls) == MAX_CALLS
    with pytest.raises(Upstream, match=f"more than {MAX_CALLS} tool calls"):
        parse(*most, call(None, "one more", name="f"), DONE)


def test_pieces_that_may_be_calls_of_their_own_cost_no_square_of_their_number() -> None:
    opening = {"function": {"name": "f", "arguments": '{"a": "'}}
    further = {"function": {"name": "f", "arguments": "{}" + "x" * 40}}
    began = time.process_time()
    heard = parse(delta(tool_calls=[opening, *[further] * 20_000]), DONE)
    assert time.process_time() - began < 2
    assert len(heard.calls) == 1
