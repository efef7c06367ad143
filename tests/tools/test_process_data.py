import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luxx.errors import BadInput
from luxx.tools import data as module
from luxx.tools import query as query_module
from luxx.tools.data import process
from luxx.tools.query import query
from luxx.tools.tables import flatten, from_csv, to_csv

Run = Callable[..., Awaitable[Any]]

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


async def test_json_is_taken_as_text_or_as_a_value(run: Run) -> None:
    pretty = '{\n  "a": [\n    1,\n    "é"\n  ]\n}'
    assert await run("process_data", data={"a": [1, "é"]}, operation="format") == pretty
    assert await run("process_data", data=pretty, operation="format") == pretty
    assert await run("process_data", data=pretty, operation="minify") == '{"a":[1,"é"]}'
    assert await run("process_data", data=pretty, operation="query", query="a[1]") == "é"


def test_a_large_number_keeps_its_digits() -> None:
    assert process(str(10**30), "minify", "") == str(10**30)


@given(value=JSON)
def test_formatted_and_minified_json_mean_the_same(value: Any) -> None:
    for operation in ("format", "minify"):
        assert json.loads(process(json.dumps(value), operation, "")) == value


@given(value=JSON)
def test_a_flat_path_is_the_query_that_selects_its_value(value: Any) -> None:
    for path, leaf in flatten(value).items():
        assert query(value, path) == leaf


def test_flattening_keeps_the_order_and_empty_containers() -> None:
    flat = flatten({"a": [1, {"b c": 2}], "d": {}, "e": []})
    assert list(flat.items()) == [("a[0]", 1), ('a[1]."b c"', 2), ("d", {}), ("e", [])]
    assert flatten(5) == {"@": 5}


@given(
    header=st.lists(TEXT, min_size=1, max_size=4, unique=True),
    values=st.lists(st.lists(TEXT, min_size=4, max_size=4), min_size=1, max_size=4),
)
def test_rows_of_text_come_back_from_csv(header: list[str], values: list[list[str]]) -> None:
    rows = [dict(zip(header, row, strict=False)) for row in values]
    assert from_csv(to_csv(rows)) == rows


def test_csv_has_every_column_and_writes_values_as_json() -> None:
    rows = [{"a": 1, "b": None}, {"c": [1, "x"], "a": True}, {"a": "te,xt"}]
    assert to_csv(rows) == 'a,b,c\r\n1,,\r\ntrue,,"[1, ""x""]"\r\n"te,xt",,\r\n'
    assert to_csv({"a": 1}) == "a\r\n1\r\n"
    assert to_csv([[1, "x"], [2]]) == "1,x\r\n2\r\n"
    assert from_csv("a,b\n1\n\n2,3\n") == [{"a": "1", "b": ""}, {"a": "2", "b": "3"}]


@pytest.mark.parametrize(
    ("data", "operation", "message"),
    [
        ("{", "format", "data: expected JSON: "),
        ("", "minify", "data: expected JSON: "),
        ("NaN", "format", "data: expected JSON: NaN is not JSON"),
        ('"\\ud800"', "minify", "data: the result does not fit into JSON: "),
        (1, "from_csv", "data: expected CSV text"),
        ("", "from_csv", "data: expected CSV with a header"),
        ("a,a\n1,2", "from_csv", "data: expected a header that names every column once"),
        ("a\n1,2", "from_csv", "data: row 1 has 2 values for 1 columns"),
        ('a\n"1', "from_csv", "data: expected CSV: "),
        ("a\n" + "x" * 200_000, "from_csv", "data: expected CSV: "),
        ([], "to_csv", "data: expected an object, a list of objects or a list of lists"),
        (5, "to_csv", "data: expected an object, a list of objects or a list of lists"),
        ([{}, []], "to_csv", "data: expected rows of one kind, objects or lists"),
        (["a"], "to_csv", "data: expected rows of one kind, objects or lists"),
        ("x" * 2_000_001, "format", "data: expected at most 2000000 characters"),
        (["x" * 2_000_001], "format", "data: expected at most 2000000 bytes"),
    ],
)
def test_data_that_does_not_fit_is_explained(data: Any, operation: Any, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        process(data, operation, "")
    assert caught.value.field == "data"
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("data", "operation", "expression"),
    [
        ("1e999", "format", ""),
        ("[-1e999]", "minify", ""),
        ("[1e999]", "flatten", ""),
        ('[{"a": 1e999}]', "to_csv", ""),
        ('[{"a": [1e999]}]', "to_csv", ""),
        ("1e999", "query", "@"),
        ("0", "query", "`NaN`"),
        ('"nan"', "query", "{a: to_number(@)}"),
        ("[1e308, 1e308]", "query", "sum(@)"),
        ("1" * 5_000, "format", ""),
        ("0", "query", f"`{'1' * 900}`"),
    ],
)
def test_a_number_that_is_no_json_is_never_given(
    data: str, operation: Any, expression: str
) -> None:
    with pytest.raises(BadInput):
        process(data, operation, expression)


@pytest.mark.parametrize(("operation", "expression"), [("query", ""), ("format", "a")])
async def test_a_query_belongs_to_the_operation_query(
    operation: str, expression: str, run: Run
) -> None:
    with pytest.raises(BadInput) as caught:
        await run("process_data", data={}, operation=operation, query=expression)
    assert caught.value.field == "query"


DEEP = "[" * 900 + "1" + "]" * 900
BOMBS = [
    ("[" * 90_000, "format"),
    ("[" * 900 + "1," * 500_000 + "1" + "]" * 900, "format"),
    ('{"' + "k" * 900_000 + '":[' + "1," * 400_000 + "1]}", "flatten"),
    ('{"' + "k" * 9_000 + '":' + "[" * 900 + "1" + "]" * 900 + "}", "flatten"),
    (",".join(map(str, range(100_000))) + "\n" + "a\n" * 300_000, "from_csv"),
    (json.dumps([{str(i): 1} for i in range(5_000)]), "to_csv"),
    ("[" * 500 + "]" * 500, "query"),
]


@pytest.mark.parametrize(("text", "operation"), BOMBS)
def test_data_that_would_explode_is_refused_soon(text: str, operation: Any) -> None:
    begin = time.perf_counter()
    with pytest.raises(BadInput):
        process(text, operation, "@" if operation == "query" else "")
    assert time.perf_counter() - begin < 10


def test_a_result_over_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OUTPUT", 100)
    with pytest.raises(BadInput, match="the most is 100"):
        process(json.dumps(["x" * 60] * 2), "minify", "")


@pytest.mark.parametrize(
    "expression",
    [
        "people[*].name",
        "people[?age > `30`].{name: name, old: age}",
        "sort_by(people, &age)[0].name",
        "people[].tags[] | sort(@) | join(', ', @)",
        "length(people)",
        "people[-1:]",
        "max_by(people, &age).name || 'nobody'",
        "people[?contains(tags, 'x') && !(age == `3`)] | [0].name",
        "map(&name, people)",
        "*[*].age",
        "keys(people[0])",
    ],
)
def test_a_query_gives_what_jmespath_gives(expression: str) -> None:
    people = [{"name": n, "age": a, "tags": ["x", n]} for n, a in (("Ann", 30), ("Bob", 41))]
    value = {"people": people}
    assert query(value, expression) == jmespath.search(expression, value)


HOSTILE = [
    "|".join(["[@,@]"] * 100),
    "|".join(["[@,@][]"] * 100),
    "|".join(["{a:@,b:@}"] * 90),
    "|".join(["[@,@]"] * 22) + "|@==@",
    "|".join(["[@,@]"] * 22) + "|to_string(@)",
    "[*].[" + ",".join(["@"] * 400) + "]|[]|[].[@,@,@,@]",
    "[[*].[@,@]|[],[*].[@,@]|[]]|[?@==@]|[*].to_string(@)",
    "map(&[@,@,@,@,@,@,@],[])",
    "[" + ",".join(["[*].to_string(@)"] * 55) + "]",
    "join(join('x',map(&to_string(@),@)),map(&to_string(@),@))",
    "!" * 999,
    "(" * 499 + "a" + ")" * 499,
    "[" * 999,
    "|".join(["[::-1]"] * 140),
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_no_query_stalls(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it asks for, what it costs is in proportion to the budget."""
    assert len(expression) <= 1_000
    monkeypatch.setattr(query_module, "BUDGET", 200_000)
    begin = time.perf_counter()
    with suppress(BadInput):
        process(list(range(10_000)), "query", expression)
    assert time.perf_counter() - begin < 5


def test_the_budget_is_far_above_what_ordinary_queries_need() -> None:
    ages = [number % 90 for number in range(20_000)]
    people = [{"name": f"n{age}", "age": age, "tags": ["a", "b"]} for age in ages]
    expression = "[?age > `30` && contains(tags, 'a')].{name: name, first: tags[0]} | length(@)"
    assert process(people, "query", expression) == len([age for age in ages if age > 30])


@pytest.mark.filterwarnings("ignore:deprecated string literal")
@given(expression=st.text("abs[]{}()*@.,|&!<>=?:'`\"0159- ", max_size=40), value=JSON)
@settings(max_examples=500, deadline=None)
def test_no_expression_is_a_defect(expression: str, value: Any) -> None:
    with suppress(BadInput):
        query(value, expression)


@pytest.mark.parametrize(
    "expression",
    ["a[", "nope(@)", "a[0:1:0]", "abs('x')", "length(`5`)", 'sort(`[1,"a"]`)', "'"],
)
def test_a_wrong_query_is_explained(expression: str) -> None:
    with pytest.raises(BadInput, match="query: ") as caught:
        query({"a": [1]}, expression)
    assert caught.value.field == "query"
