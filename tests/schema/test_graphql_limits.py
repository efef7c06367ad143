"""How much one operation may ask for."""

import asyncio
import re
import time
from typing import Any

import pytest
from graphql import get_introspection_query, parse
from schema.asking import Ask, CountQueries, codes_of

from luxx.models import Message, User
from luxx.schema import schema
from luxx.schema.limits import answer, documents
from luxx.schema.limits.bounds import MAX_REPEATED
from luxx.schema.limits.cost import MAX_COST, cost_of


def cost(query: str, variables: dict[str, Any] | None = None, name: str | None = None) -> int:
    return cost_of(schema._schema, parse(query), name, variables or {})


def message_of(result: Any) -> str:
    assert codes_of(result) == ["BAD_USER_INPUT"]
    return str(result.errors[0].message)


async def test_clients_may_introspect(ask: Ask, ann: User) -> None:
    result = await ask(get_introspection_query(input_value_deprecation=True), user=ann)

    assert result.errors is None


async def test_a_document_has_a_bounded_number_of_tokens(ask: Ask, ann: User) -> None:
    fields = "id " * 2000

    assert "2000 tokens" in message_of(await ask(f"{{ me {{ {fields} }} }}", user=ann))


async def test_an_operation_has_a_bounded_number_of_aliases(ask: Ask, ann: User) -> None:
    def query(aliases: int) -> str:
        return f"{{ {' '.join(f'a{index}: me {{ id }}' for index in range(aliases))} }}"

    assert (await ask(query(30), user=ann)).errors is None
    assert "aliases may be at most 30" in message_of(await ask(query(31), user=ann))


async def test_aliases_count_as_often_as_their_fragment_is_spread(ask: Ask, ann: User) -> None:
    query = "{ me { ...A ...A } } fragment A on User { " + " ".join(f"a{i}: id" for i in range(16))

    assert "aliases" in message_of(await ask(query + " }", user=ann))


async def test_depth_is_bounded_and_fragments_do_not_hide_it(ask: Ask, ann: User) -> None:
    plain = "{ " + "a { " * 13 + "b" + " }" * 14
    hidden = "{ ...A } fragment A on Query { " + "a { " * 13 + "b" + " }" * 14

    for query in (plain, hidden):
        result = await ask(query, user=ann)
        assert "The operation's depth may be at most 12" in {e.message for e in result.errors or ()}


@pytest.mark.parametrize(
    "query",
    [
        "{" + "... {" * 100 + "me { id }" + "}" * 101,
        "{" + "... {" * 300 + "me { id }" + "}" * 301,
        "{" + "a {" * 300 + "b" + "}" * 301,
        'mutation { executeTool(name: "x", arguments: ' + "[" * 900 + "]" * 900 + ") }",
        "{ me { ...A } } fragment A on User { id ...A }",
        "{ me { ...Nowhere } }",
    ],
)
async def test_a_hostile_shape_is_refused(ask: Ask, ann: User, query: str) -> None:
    assert set(codes_of(await ask(query, user=ann))) == {"BAD_USER_INPUT"}


async def test_fragments_that_spread_each_other_twice_take_no_time(ask: Ask, ann: User) -> None:
    chain = "".join(f"fragment F{i} on User {{ ...F{i + 1} ...F{i + 1} }} " for i in range(50))
    query = f"{{ me {{ ...F0 }} }} {chain} fragment F50 on User {{ id }}"
    start = time.process_time()

    await ask(query, user=ann)

    assert time.process_time() - start < 2


def test_the_cost_of_an_operation_is_the_objects_it_may_return() -> None:
    assert cost("{ me { id } }") == 1
    assert cost("{ __typename __schema { types { name } } }") == 0
    assert cost("{ tools { name } }") == 5
    assert cost("{ conversations { items { id } } }") == 1 + 20
    assert cost("{ conversations(pageSize: 3) { items { usage { totalTokens } } } }") == 1 + 3 * 2
    assert cost('{ conversation(id: "x") { messages { id } } }') == 1 + 100
    assert cost("{ providers { models } }") == 5 * (1 + 100)
    assert cost('{ conversation(id: "x") { messages(limit: -5) { id } } }') == 1 + 1


def test_the_cost_counts_variables_and_their_defaults() -> None:
    query = "query ($n: Int! = 7) { conversations(pageSize: $n) { items { id } } }"

    assert cost(query) == 1 + 7
    assert cost(query, {"n": 9}) == 1 + 9


@pytest.mark.parametrize(
    ("given", "size"),
    [
        (9.0, 9),
        (-9.0, 1),
        (1e300, 1_001),
        (float("inf"), 1_001),
        (9.5, 1_001),
        (True, 1_001),
        (None, 1_001),
        ("9", 1_001),
        ([9], 1_001),
        ({"n": 9}, 1_001),
    ],
)
def test_a_size_counts_as_graphql_reads_it_and_else_as_the_largest(given: Any, size: int) -> None:
    query = "query ($n: Int! = 7) { conversations(pageSize: $n) { items { id } } }"

    assert cost(query, {"n": given}) == 1 + size


def test_a_size_that_is_left_out_is_the_arguments_own() -> None:
    assert cost("query ($n: Int) { conversations(pageSize: $n) { items { id } } }") == 1 + 20
    assert cost("query ($n: Int = null) { conversations(pageSize: $n) { items { id } } }") == 1_002


def test_the_cost_looks_through_fragments_and_at_one_operation() -> None:
    query = """
      query Many { conversations { items { ...C } } }
      query One { conversations(pageSize: 1) { items { ...C ... on Conversation { ...C } } } }
      fragment C on Conversation { messages(limit: 10) { ... { processSteps { id } } } }
    """

    assert cost(query, name="Many") == 1 + 20 * (1 + 10 * (1 + 5))
    assert cost(query, name="One") == 1 + 1 * (1 + 2 * 10 * (1 + 5))


async def test_an_operation_that_costs_too_much_is_refused_with_its_cost(
    ask: Ask, ann: User
) -> None:
    query = "query ($n: Int!) { conversations(pageSize: $n) { items { messages { id } } } }"

    assert (await ask(query, {"n": 100}, user=ann)).errors is None
    too_many = await ask(query, {"n": 1000}, user=ann)
    assert "may return 101001 objects" in message_of(too_many)
    assert str(MAX_COST) in message_of(too_many)


async def test_a_repeated_document_is_parsed_and_validated_once(ask: Ask, ann: User) -> None:
    query = "{ me { id username isActive } }"
    await ask(query, user=ann)
    before = misses()

    await asyncio.gather(*(ask(query, user=ann) for _ in range(5)))

    assert misses() == before


def misses() -> tuple[int, int]:
    return (
        documents._parse_once.cache_info().misses,
        documents._validate_once.cache_info().misses,
    )


async def test_a_long_text_is_answered_and_not_kept(ask: Ask, ann: User) -> None:
    before = misses()

    for number in range(5):
        long = f"{{ me {{ id }} }} #{number}".ljust(documents.MAX_KEPT + 1)
        assert (await ask(long, user=ann)).errors is None

    assert misses() == before
    assert documents._parse_lately.cache_info().currsize == 2


@pytest.mark.parametrize(
    "query",
    [
        "{" + "health { status } " * (MAX_REPEATED + 1) + "}",
        "{" + "health { status }" * 51 + "...A} fragment A on Query {" + "health {message}" * 50,
        "{ me {" + "... { id }" * (MAX_REPEATED + 1) + "} }",
        "{ me {" + "... on User @include(if: false) { id }" * (MAX_REPEATED + 1) + "} }",
    ],
)
async def test_a_field_that_is_repeated_is_refused_before_it_is_compared(
    ask: Ask, ann: User, query: str
) -> None:
    """What can be merged is compared with each other: a second for 5 texts of 7 KB."""
    query += "}" * (query.count("{") - query.count("}"))

    found = message_of(await ask(query, user=ann))

    assert re.fullmatch(r"A document may name the field '(health|id)' at most 100 times", found)


async def test_spreads_are_bounded_as_well(ask: Ask, ann: User) -> None:
    query = "{ me {" + "...A " * (MAX_REPEATED + 1) + "} } fragment A on User { id }"

    assert "fragments at most 100 times" in message_of(await ask(query, user=ann))


async def test_a_number_that_is_too_long_to_be_read_is_no_defect(ask: Ask, ann: User) -> None:
    digits = "1" * 5_000
    default = f"query ($a: ID = {digits}) {{ message(id: $a) {{ id }} }}"

    assert codes_of(await ask(default)) == ["UNAUTHENTICATED"]
    for query in (
        f"{{ conversations(pageSize: {digits}) {{ total }} }}",
        f"query ($a: Int = {digits}) {{ conversations(pageSize: $a) {{ total }} }}",
    ):
        assert codes_of(await ask(query, user=ann)) == ["BAD_USER_INPUT"]


NAMES = "{ conversation(id: $id) { messages { a: content b: content c: text } } }"
FRAGMENTS = """{ a: conversation(id: $id) { ...A } b: conversation(id: $id) { ...A ...B } }
fragment A on Conversation { messages { content } }
fragment B on Conversation { messages { ... on Message { text } } }"""
STEPS = """{ conversation(id: $id) { messages { a: processSteps { ...T } processSteps { ...T } } } }
fragment T on TextStep { a: content b: content }"""


@pytest.mark.parametrize("query", [NAMES, FRAGMENTS, STEPS])
async def test_an_answer_has_a_bounded_length_however_it_is_asked_for(
    ask: Ask, ann: User, reply: Message, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    query, values = f"query ($id: ID!) {query}", {"id": reply.conversation_id}
    assert (await ask(query, values, user=ann)).errors is None
    monkeypatch.setattr(answer, "MAX_ANSWER", 2 * len("Hello" + reply.content))

    refused = await ask(query, values, user=ann)

    assert "The answer would have more than" in message_of(refused)
    assert refused.data is None


async def test_no_more_is_read_than_could_be_answered(
    ask: Ask,
    ann: User,
    reply: Message,
    monkeypatch: pytest.MonkeyPatch,
    count_queries: CountQueries,
) -> None:
    windows = " ".join(f"w{number}: messages(limit: {number}) {{ id }}" for number in range(2, 22))
    query = f"query ($id: ID!) {{ conversation(id: $id) {{ {windows} }} }}"
    values = {"id": reply.conversation_id}
    assert (await ask(query, values, user=ann)).errors is None
    monkeypatch.setattr(answer, "MAX_ANSWER", 3 * len("Hello" + reply.content))

    with count_queries() as statements:
        refused = await ask(query, values, user=ann)

    assert "The answer would have more than" in str(refused.errors)
    assert len(statements) == 2 + 4
