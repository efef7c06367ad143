"""Chat completions: what the model thinks, and what of it has to be kept."""

from typing import Any

import pytest
from rawserver import STOP, ask, delta, parse


def call(index: int | None = 0, id_: str | None = None, **function: object) -> bytes:
    piece = {"index": index, "id": id_, "function": function}
    return delta(tool_calls=[{k: v for k, v in piece.items() if v is not None}])


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_is_read_from_whichever_field(name: str) -> None:
    heard = parse(
        delta(content=None, **{name: "h"}), delta(**{name: "m"}), delta(content="a"), STOP
    )
    assert (heard.thinking, heard.text) == ("hm", "a")


def test_reasoning_that_is_sent_twice_is_heard_once() -> None:
    both: dict[str, Any] = {
        "reasoning_content": "hm",
        "reasoning": "hm",
        "reasoning_details": [{"text": "hm"}],
    }
    assert parse(delta(**both), delta(**both), STOP).thinking == "hmhm"


def test_reasoning_that_is_no_text_is_passed_over() -> None:
    assert parse(delta(reasoning={"effort": "low"}, reasoning_details="x"), STOP).thinking == ""


def test_reasoning_only_in_details() -> None:
    details = [{"type": "reasoning.summary", "summary": "hm"}, "odd"]
    assert parse(delta(reasoning_details=details), STOP).thinking == "hm"


@pytest.mark.parametrize(
    ("reads", "thinking", "text"),
    [
        (["<think>hm</think>a"], "hm", "a"),
        (["\n<thi", "nk>\nh", "m</th", "ink>\n\n", "\na"], "hm", "a"),
        (["<think>1 < 2 </b></think>a"], "1 < 2 </b>", "a"),
        (["a <think>b</think>"], "", "a <think>b</think>"),
        (["<thin", "g>"], "", "<thing>"),
        (["<think>never closed </thi"], "never closed </thi", ""),
        (["<think>hm</think>", " "], "hm", ""),
        ([" ", " "], "", "  "),
        (["<think></think>a", "<think>"], "", "a<think>"),
    ],
)
def test_think_tags_count_only_at_the_very_start(
    reads: list[str], thinking: str, text: str
) -> None:
    heard = parse(*(delta(content=read) for read in reads), STOP)
    assert (heard.thinking, heard.text) == (thinking, text)


def test_think_tags_after_reasoning_are_text() -> None:
    heard = parse(delta(reasoning="hm"), delta(content="<think>"), delta(content="a"), STOP)
    assert (heard.thinking, heard.text) == ("hm", "<think>a")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_beside_calls_is_kept_to_be_sent_back(name: str) -> None:
    heard = parse(delta(**{name: "h"}), delta(**{name: "m"}), call(0, "a", name="f"), STOP)
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.data == {name: "hm"}
    assert (heard.end.state.origin, heard.end.state.model) == ("1:openai", "some-model")


def test_reasoning_without_calls_need_not_be_kept() -> None:
    heard = parse(delta(reasoning="hm"), delta(content="a"), STOP)
    assert heard.end is not None
    assert heard.end.state is None


def test_reasoning_details_are_put_together_again() -> None:
    """OpenRouter wants them back as a whole sequence, untouched."""
    first = {"type": "reasoning.text", "index": 0, "text": "h", "format": "x", "signature": None}
    pieces = [
        first,
        {"type": "reasoning.text", "index": 0, "text": "m", "signature": None},
        {"type": "reasoning.text", "index": 0, "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "abc"},
    ]
    heard = parse(*(delta(reasoning_details=[p]) for p in pieces), call(0, "a", name="f"), STOP)
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.data["reasoning_details"] == [
        {**first, "text": "hm", "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "abc"},
    ]
    assert heard.thinking == "hm"


def test_a_reply_belongs_to_the_model_that_was_asked() -> None:
    heard = parse(delta(reasoning="x"), call(0, "a", name="f"), STOP, request=ask("other"))
    assert heard.end is not None
    assert heard.end.state is not None
    assert heard.end.state.model == "other"
