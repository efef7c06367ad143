"""What a reply cost: as the provider counted it where that can be believed, else estimated."""

from hypothesis import given
from hypothesis import strategies as st
from world import World

from luxx.core import summaries, tokens
from luxx.llm.base import Usage
from luxx.llm.demo import Call, Reply
from luxx.models import MessageStatus

ANY = st.text(st.characters() | st.sampled_from("a é中\x7f\x80\ud800😀"))

COUNT = st.integers(0, tokens.MAX_TOKENS)
USAGE = st.builds(Usage, COUNT, COUNT)


def plainly(text: str) -> int:
    latin = sum(1 for character in text if character < "\x80")
    return len(text) - latin + -(-latin // tokens.CHARACTERS_PER_TOKEN)


@given(text=ANY)
def test_an_estimate_is_what_its_definition_says(text: str) -> None:
    assert tokens.estimate(text) == plainly(text)


@given(one=USAGE, other=USAGE)
def test_a_sum_can_be_stored_and_shown_with_its_total(one: Usage, other: Usage) -> None:
    found = tokens.add(one, other)
    assert found.prompt + found.completion <= tokens.MAX_TOKENS
    exact = Usage(one.prompt + other.prompt, one.completion + other.completion)
    if exact.prompt + exact.completion <= tokens.MAX_TOKENS:
        assert found == exact


async def test_a_usage_that_cannot_be_true_is_replaced_by_an_estimate(each_wire: World) -> None:
    for odd in (Usage(3_000_000_000, 5), Usage(5, 2**64 - 1), Usage(-7, 5)):
        each_wire.model.script.append(Reply(text="The valuable answer", usage=odd))
        message = await each_wire.ask()
        assert message.status is MessageStatus.COMPLETED
        assert message.content == "The valuable answer"
        assert message.usage_estimated
        assert (message.token_count, message.completion_tokens) == (5, 5)
        assert 0 < (message.prompt_tokens or 0) < 100


async def test_what_many_calls_and_messages_cost_is_never_too_much_to_show(
    each_wire: World,
) -> None:
    most = Usage(tokens.MAX_TOKENS, 9)
    each_wire.model.script += [
        Reply(tool_calls=[Call("file_list", {})], usage=most),
        Reply(text="Done.", usage=most),
        Reply(text="Again.", usage=most),
    ]
    for number in (18, 9):
        message = await each_wire.ask()
        assert message.status is MessageStatus.COMPLETED
        assert (message.prompt_tokens, message.completion_tokens) == (
            tokens.MAX_TOKENS - number,
            number,
        )
    id_ = each_wire.conversation.id
    found = (await summaries.usages("conversation_id", [id_]))[id_]
    assert found == Usage(tokens.MAX_TOKENS - 27, 27)
