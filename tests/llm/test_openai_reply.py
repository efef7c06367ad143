"""Chat completions: one raw fixture for each way in which a server streams."""

import pytest
from rawserver import DONE, STOP, delta, event, parse

from luxx.errors import Upstream
from luxx.llm.base import Usage


def test_text_of_one_read_is_one_delta() -> None:
    heard = parse(
        delta(role="assistant", content="") + delta(content="a") + delta(content="b"), STOP
    )
    assert (heard.text, heard.batches, heard.finish) == ("ab", 2, "stop")


def test_done_may_have_something_after_it() -> None:
    assert (
        parse(delta(content="a"), delta("stop"), b"data: [DONE] \n\n", b"data: x\n\n").text == "a"
    )


def test_an_end_without_done_after_a_finish_is_success() -> None:
    assert parse(delta("stop", content="a")).finish == "stop"


def test_an_end_before_a_finish_is_a_cut() -> None:
    with pytest.raises(Upstream, match="closed the connection before the reply was finished"):
        parse(delta(content="a"))


def test_done_without_a_finish_reason_is_success() -> None:
    """Local Ollama."""
    assert parse(delta(content="a"), DONE).finish == "stop"


def test_the_last_event_may_lack_its_blank_line() -> None:
    assert parse(delta(content="a"), b"data: [DONE]").text == "a"


def test_a_last_event_cut_in_two_is_a_cut() -> None:
    with pytest.raises(Upstream, match="closed the connection"):
        parse(delta(content="a"), b'data: {"choices": [{"del')


def test_comments_between_chunks_are_passed_over() -> None:
    assert (
        parse(b": OPENROUTER PROCESSING\n\n", delta(content="a"), b": keep-alive\n\n", STOP).text
        == "a"
    )


@pytest.mark.parametrize(
    ("last", "finish"),
    [
        ("stop", "stop"),
        ("eos", "stop"),
        ("length", "length"),
        ("content_filter", "filtered"),
        ("function_call", "stop"),
    ],
)
def test_finish_reasons(last: str, finish: str) -> None:
    assert parse(delta(content="a"), delta(last), DONE).finish == finish


def test_the_finish_reason_error_is_an_error() -> None:
    """OpenRouter."""
    with pytest.raises(Upstream, match="broke the reply off"):
        parse(delta(content="a"), delta("error"), DONE)


USAGE = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}


@pytest.mark.parametrize("choices", [[], None])
def test_usage_comes_in_a_chunk_without_choices(choices: object) -> None:
    heard = parse(delta("stop", content="a"), event({"choices": choices, "usage": USAGE}), DONE)
    assert heard.end is not None
    assert heard.end.usage == Usage(5, 7)


def test_cumulative_usage_is_not_added_up() -> None:
    chunks = [
        event(
            {"choices": [{"delta": {"content": "a"}}], "usage": {**USAGE, "completion_tokens": n}}
        )
        for n in (1, 2, 3)
    ]
    heard = parse(*chunks, STOP)
    assert heard.end is not None
    assert heard.end.usage == Usage(5, 3)


def test_usage_inside_the_choice_counts() -> None:
    """Kimi."""
    choice = {"delta": {}, "finish_reason": "stop", "usage": USAGE}
    heard = parse(delta(content="a"), event({"choices": [choice]}), DONE)
    assert heard.end is not None
    assert heard.end.usage == Usage(5, 7)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        {"prompt_tokens": 1},
        {"prompt_tokens": "1"},
        *(
            {"prompt_tokens": odd, "completion_tokens": 1}
            for odd in (-1, True, 1.0, 2**31, 2**64 - 1, [1])
        ),
        {"prompt_tokens": 1, "completion_tokens": 2**31},
    ],
)
def test_without_proper_usage_there_is_none(usage: object) -> None:
    heard = parse(delta("stop", content="a"), event({"choices": [], "usage": usage}), DONE)
    assert heard.end is not None
    assert heard.end.usage is None


@pytest.mark.parametrize("odd", [None, {}])
def test_a_null_delta_is_passed_over(odd: object) -> None:
    """Azure."""
    chunk = event({"choices": [{"delta": odd, "finish_reason": None}]})
    assert parse(chunk, delta(content="a"), STOP).text == "a"


def test_a_recap_of_the_whole_message_is_not_said_twice() -> None:
    recap = event(
        {"choices": [{"delta": {}, "message": {"content": "a"}, "finish_reason": "stop"}]}
    )
    assert parse(delta(content="a"), recap, DONE).text == "a"


def test_random_padding_changes_nothing() -> None:
    chunk = event({"choices": [{"delta": {"content": "a"}}], "obfuscation": "xyz"})
    assert parse(chunk, STOP).text == "a"


def test_a_refusal_is_shown_as_text() -> None:
    assert parse(delta(content=None, refusal="No."), STOP).text == "No."


def test_content_in_typed_parts() -> None:
    """Mistral."""
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    parts = [thought, {"type": "text", "text": "a"}, "odd"]
    heard = parse(delta(content=parts), delta(content={"odd": 1}), STOP)
    assert (heard.thinking, heard.text) == ("hm", "a")
