"""A history of any kind becomes one that every provider takes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from luxx.llm.base import Part, ProviderState, Text, Thinking, ToolCall, ToolResult, Turn
from luxx.llm.turns import CANCELLED, EMPTY, GO_ON, calls_of, loop_start, results_of, tidy

STATE = ProviderState("1", "m", {})
IDS = st.sampled_from(["a", "b", "a_2"])
USER_PART = st.one_of(
    st.sampled_from(["hi", "", "  "]).map(Text),
    st.builds(ToolResult, IDS, st.just("f"), st.sampled_from(["", "r"]), st.booleans()),
)
ASSISTANT_PART = st.one_of(
    st.sampled_from(["hi", "", "\n"]).map(Text),
    st.just(Thinking("hm")),
    st.builds(ToolCall, IDS, st.just("f"), st.just("{}")),
)


def turns_of(role: str, part: st.SearchStrategy[Part]) -> st.SearchStrategy[Turn]:
    parts = st.lists(part, max_size=4).map(tuple)
    return st.builds(Turn, st.just(role), parts, st.sampled_from([None, STATE]))


HISTORY = st.lists(
    st.one_of(turns_of("user", USER_PART), turns_of("assistant", ASSISTANT_PART)), max_size=8
)


def user(*parts: str | ToolResult) -> Turn:
    return Turn("user", tuple(Text(p) if isinstance(p, str) else p for p in parts))


def assistant(*parts: str | ToolCall, state: ProviderState | None = None) -> Turn:
    return Turn("assistant", tuple(Text(p) if isinstance(p, str) else p for p in parts), state)


def call(id_: str) -> ToolCall:
    return ToolCall(id_, "f", "{}")


def result(id_: str, content: str = "r") -> ToolResult:
    return ToolResult(id_, "f", content, success=True)


def lost(id_: str) -> ToolResult:
    return ToolResult(id_, "f", CANCELLED, success=False)


@given(HISTORY, st.booleans())
def test_the_rules_hold_for_any_history(history: list[Turn], keep_calls: bool) -> None:
    tidied = tidy(history, keep_calls=keep_calls)
    roles = [turn.role for turn in tidied]
    assert roles[0] == roles[-1] == "user"
    assert all(one != other for one, other in pairwise(roles))
    seen: set[str] = set()
    for turn, after in zip(tidied, [*tidied[1:], None], strict=True):
        assert turn.parts
        assert not any(isinstance(part, Thinking) for part in turn.parts)
        assert all(part.text.strip() for part in turn.parts if isinstance(part, Text))
        ids = [made.id for made in calls_of(turn)]
        assert keep_calls or not ids
        assert not seen.intersection(ids)
        seen.update(ids)
        assert len(set(ids)) == len(ids)
        if turn.role == "assistant":
            assert after is not None
            answers = results_of(after)
            assert [answer.call_id for answer in answers] == ids
            assert list(after.parts[: len(ids)]) == answers
            assert all(answer.content for answer in answers)


def test_neighbours_of_one_side_are_merged() -> None:
    assert tidy(
        [user("a"), user("b"), assistant("c"), assistant("d"), user("e")], keep_calls=True
    ) == [
        user("a", "b"),
        assistant("c", "d"),
        user("e"),
    ]


def test_results_come_first_and_directly_after_their_calls() -> None:
    history = [
        user("go"),
        assistant(call("a"), call("b")),
        user("wait"),
        user(result("b"), result("a")),
    ]
    assert tidy(history, keep_calls=True)[2] == user(result("a"), result("b"), "wait")


def test_a_call_without_a_result_was_cancelled() -> None:
    history = [user("go"), assistant("hm", call("a")), assistant("so"), user("x")]
    assert tidy(history, keep_calls=True) == [
        user("go"),
        assistant("hm", call("a")),
        user(lost("a")),
        assistant("so"),
        user("x"),
    ]


def test_a_last_call_without_a_result_is_answered_too() -> None:
    assert tidy([user("go"), assistant(call("a"))], keep_calls=True)[-1] == user(lost("a"))


def test_a_result_without_a_call_is_dropped() -> None:
    assert tidy([user(result("a"), "x")], keep_calls=True) == [user("x")]


def test_an_id_that_comes_again_stands_for_another_call() -> None:
    history = [
        user("x"),
        assistant(call("a")),
        user(result("a", "1")),
        assistant(call("a")),
        user(result("a", "2")),
    ]
    tidied = tidy(history, keep_calls=True)
    assert calls_of(tidied[3])[0].id == "a_2"
    assert results_of(tidied[4]) == [result("a_2", "2")]


def test_two_calls_of_one_turn_with_one_id_keep_their_results_in_order() -> None:
    history = [user("x"), assistant(call("a"), call("a")), user(result("a", "1"), result("a", "2"))]
    assert results_of(tidy(history, keep_calls=True)[2]) == [result("a", "1"), result("a_2", "2")]


def test_an_assistant_neither_begins_nor_ends() -> None:
    assert tidy([assistant("a")], keep_calls=True) == [user(GO_ON), assistant("a"), user(GO_ON)]
    assert tidy([], keep_calls=True) == [user(GO_ON)]


def test_what_goes_back_unchanged_is_not_merged() -> None:
    history = [user("x"), assistant("a"), assistant(call("c"), state=STATE), user(result("c"))]
    tidied = tidy(history, keep_calls=True)
    assert tidied[2:4] == [user(GO_ON), assistant(call("c"), state=STATE)]


def test_an_empty_result_says_so() -> None:
    history = [user("x"), assistant(call("a")), user(result("a", ""))]
    assert tidy(history, keep_calls=True)[2] == user(result("a", EMPTY))


def test_without_tools_their_results_are_told_by_the_user() -> None:
    history = [user("x"), assistant("hm", call("a"), state=STATE), user(result("a", "")), user("y")]
    assert tidy(history, keep_calls=False) == [
        user("x"),
        assistant("hm"),
        user(f"Result of f({{}}):\n{EMPTY}", "y"),
    ]


def test_the_loop_under_way_begins_after_the_users_last_words() -> None:
    history = [
        user("x"),
        assistant(call("a")),
        user(result("a")),
        assistant(call("b")),
        user(result("b")),
    ]
    assert loop_start(history) == 1
    assert loop_start([*history, assistant("z"), user("y")]) == 7
    assert loop_start([user(result("a"))]) == 0
