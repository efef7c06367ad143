"""Values from clients become variables by GraphQL type, or one list of readable problems."""

import math
from typing import Any

import pytest
import shelf
from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)
from hypothesis import given
from hypothesis import strategies as st

from luxx.rest.inputs import Problem, json_reader, refuse_unknown, snake_case, text_reader

LEVEL: Any = shelf.types.type_map["PermissionLevel"]
COLOUR: Any = shelf.types.type_map["Colour"]
PART: Any = shelf.types.type_map["PartInput"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def read(kind: Any, value: Any) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    return json_reader(kind)(value, "x", problems), problems


def read_text(kind: GraphQLInputType, value: str) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    return text_reader(kind)(value, "x", problems), problems


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (GraphQLFloat, "hot", "expected a number, got a string"),
        (GraphQLFloat, True, "expected a number, got a boolean"),
        (GraphQLFloat, math.inf, "expected a number, got infinity"),
        (GraphQLInt, 1.5, "expected a whole number, got a fraction"),
        (GraphQLInt, 2**31, "expected a whole number from -2,147,483,648 to 2,147,483,647"),
        (GraphQLInt, [], "expected a whole number, got a list"),
        (GraphQLString, 1, "expected a string, got a number"),
        (GraphQLID, True, "expected a string, got a boolean"),
        (GraphQLBoolean, "true", "expected true or false, got a string"),
        (GraphQLBoolean, {}, "expected true or false, got an object"),
        (GraphQLNonNull(GraphQLInt), None, "expected a whole number, got null"),
        (GraphQLNonNull(LEVEL), None, "expected one of 1, 2, 3, got null"),
        (LEVEL, True, "expected one of 1, 2, 3"),
        (LEVEL, "READ_ONLY", "expected one of 1, 2, 3"),
        (LEVEL, 4, "expected one of 1, 2, 3"),
        (COLOUR, "RED", "expected one of red, dark_blue"),
        (COLOUR, [], "expected one of red, dark_blue"),
        (GraphQLList(GraphQLString), "a", "expected a list, got a string"),
        (PART, "a", "expected an object, got a string"),
    ],
)
def test_a_value_that_does_not_fit_says_what_was_expected(
    kind: Any, value: Any, message: str
) -> None:
    assert read(kind, value)[1] == [Problem("x", message)]


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (GraphQLFloat, 1, 1.0),
        (GraphQLInt, 5.0, 5),
        (GraphQLInt, -(2**31), -(2**31)),
        (GraphQLID, 7, "7"),
        (LEVEL, 2, "WRITE"),
        (COLOUR, "dark_blue", "DARK_BLUE"),
        (GraphQLString, None, None),
        (GraphQLList(GraphQLString), None, None),
        (GraphQLList(GraphQLNonNull(COLOUR)), ["red"], ["RED"]),
        (GraphQLScalarType("JSON"), {"any": [1]}, {"any": [1]}),
        (PART, {"part_name": "a", "colour": "red"}, {"partName": "a", "colour": "RED"}),
    ],
)
def test_a_value_that_fits_becomes_a_variable(kind: Any, value: Any, result: Any) -> None:
    assert read(kind, value) == (result, [])


def test_problems_inside_lists_and_objects_are_all_named_by_their_place() -> None:
    kind = GraphQLList(GraphQLNonNull(PART))
    _, problems = read(kind, [{"copies": "two", "partName": "a"}, None])
    assert problems == [
        Problem("x.0.partName", "is not known"),
        Problem("x.0.part_name", "is required"),
        Problem("x.0.copies", "expected a whole number, got a string"),
        Problem("x.1", "expected an object, got null"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "result"),
    [
        (GraphQLInt, "-12", -12),
        (GraphQLFloat, "1.5e3", 1500.0),
        (GraphQLBoolean, "true", True),
        (GraphQLBoolean, "false", False),
        (GraphQLString, "", ""),
        (GraphQLID, "msg_1", "msg_1"),
        (LEVEL, "3", "EXECUTE"),
        (COLOUR, "red", "RED"),
    ],
)
def test_text_is_cast_by_the_declared_type(kind: Any, text: str, result: Any) -> None:
    assert read_text(GraphQLNonNull(kind), text) == (result, [])


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (GraphQLInt, "1.0", "expected a whole number"),
        (GraphQLInt, "١", "expected a whole number"),
        (GraphQLInt, "1_0", "expected a whole number"),
        (GraphQLInt, "9" * 12, "expected a whole number from -2,147,483,648 to 2,147,483,647"),
        (GraphQLFloat, "nan", "expected a number"),
        (GraphQLFloat, "1e999", "expected a number, got infinity"),
        (GraphQLBoolean, "yes", "expected true or false"),
        (LEVEL, "0", "expected one of 1, 2, 3"),
        (COLOUR, "RED", "expected one of red, dark_blue"),
    ],
)
def test_text_that_does_not_fit_is_refused(kind: Any, text: str, message: str) -> None:
    assert read_text(kind, text)[1] == [Problem("x", message)]


@pytest.mark.parametrize("kind", [GraphQLList(GraphQLInt), PART, GraphQLScalarType("JSON")])
def test_what_cannot_be_written_in_a_query_is_refused_at_start(kind: Any) -> None:
    with pytest.raises(TypeError, match="cannot be written in a path or a query"):
        text_reader(kind)


@given(json_values)
def test_no_json_value_breaks_a_reader(value: Any) -> None:
    """Whatever a client sends, each reader answers with a value or with problems."""
    kinds = [GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID, LEVEL, COLOUR]
    for kind in [*kinds, PART, GraphQLList(PART), GraphQLNonNull(GraphQLList(LEVEL))]:
        result, problems = read(kind, value)
        assert isinstance(problems, list)
        if problems:
            assert all(problem.message and problem.field.startswith("x") for problem in problems)
        elif value is None:
            assert result is None


@given(st.text())
def test_no_text_breaks_a_reader(value: str) -> None:
    for kind in (GraphQLInt, GraphQLFloat, GraphQLBoolean, LEVEL, COLOUR):
        result, problems = read_text(kind, value)
        assert (result is None) == bool(problems)


@given(st.integers(-(2**31), 2**31 - 1))
def test_every_whole_number_survives_as_json_and_as_text(value: int) -> None:
    assert read(GraphQLInt, value) == (value, [])
    assert read_text(GraphQLInt, str(value)) == (value, [])


@pytest.mark.parametrize(
    ("name", "shown"), [("partName", "part_name"), ("baseURL2Api", "base_url2_api"), ("id", "id")]
)
def test_input_fields_are_spelt_in_snake_case(name: str, shown: str) -> None:
    assert snake_case(name) == shown


def test_an_unknown_key_is_named_once() -> None:
    problems: list[Problem] = []
    refuse_unknown(["a", "b", "b"], ["a"], problems, "o.")
    assert problems == [Problem("o.b", "is not known")]
