"""Operations are validated at start; a binder reads variables from where the route has them."""

from typing import Any

import pytest
import shelf
import shelf_operations
from graphql import build_schema

from luxx import operations
from luxx.rest.binding import Binder, Values, bind_all
from luxx.rest.inputs import Problem

BINDINGS = bind_all(shelf.types, shelf_operations.library)


def test_an_operation_that_does_not_fit_the_schema_is_refused_with_all_that_is_wrong() -> None:
    library = operations.gather("query Q { box(number: 1) { nothing none } }")
    with pytest.raises(TypeError, match=r"(?s)nothing.*none"):
        bind_all(shelf.types, library)


def test_an_operation_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        operations.gather("{ box(number: 1) { id } }")


def test_an_operation_carries_the_fragments_it_needs_and_no_other() -> None:
    text = shelf_operations.library["Box"].text
    assert "fragment BoxDetails" in text
    assert "fragment PartDetails" in text
    assert "fragment" not in shelf_operations.library["Fail"].text


def test_every_problem_is_reported_at_once() -> None:
    binder = Binder(BINDINGS["CreateBox"].variables, has_body=True)
    body: dict[str, Any] = {"weight": "heavy", "color": "red", "heavy": None, "parts": [{}]}
    _, problems = binder.bind(Values(body=body))
    assert problems == [
        Problem("color", "is not known"),
        Problem("weight", "expected a number, got a string"),
        Problem("heavy", "expected true or false, got null"),
        Problem("parts.0.part_name", "is required"),
        Problem("name", "is required"),
    ]


def test_what_is_left_out_stays_out_and_null_stays_null() -> None:
    binder = Binder(BINDINGS["CreateBox"].variables, has_body=True)
    variables, problems = binder.bind(Values(body={"name": "a", "weight": None}))
    assert (variables, problems) == ({"name": "a", "weight": None}, [])


def test_path_query_and_header_values_are_read_from_their_places() -> None:
    follow = Binder(BINDINGS["Follow"].variables, path=("box_id",))
    values = Values(path={"box_id": "7"}, query=[("after", "9")])
    assert follow.bind(values) == ({"box_id": 7, "after": "9"}, [])
    start = Binder(BINDINGS["Start"].variables, headers=("idempotency_key",), has_body=True)
    found = start.bind(Values(body={"name": "a"}, headers={"idempotency_key": "k"}))
    assert found == ({"name": "a", "idempotency_key": "k"}, [])


def test_a_header_variable_cannot_be_sent_in_the_body() -> None:
    start = Binder(BINDINGS["Start"].variables, headers=("idempotency_key",), has_body=True)
    _, problems = start.bind(Values(body={"name": "a", "idempotency_key": "k"}))
    assert problems == [Problem("idempotency_key", "is not known")]


def test_query_keys_are_known_and_given_once() -> None:
    binder = Binder(BINDINGS["Boxes"].variables)
    _, problems = binder.bind(Values(query=[("page", "1"), ("page", "2"), ("size", "3")]))
    assert problems == [
        Problem("size", "is not known"),
        Problem("page", "is given more than once"),
    ]


def test_a_whole_body_is_one_variable() -> None:
    binder = Binder(
        BINDINGS["Run"].variables, path=("name",), has_body=True, whole_body="arguments"
    )
    variables, problems = binder.bind(Values(path={"name": "t"}, body={"name": "x", "odd": 1}))
    assert problems == []
    assert variables == {"name": "t", "arguments": {"name": "x", "odd": 1}}


def test_a_path_without_a_variable_is_refused_at_start() -> None:
    with pytest.raises(TypeError, match="no variable for other"):
        Binder(BINDINGS["Box"].variables, path=("other",))


def test_a_subscription_of_a_leaf_cannot_be_followed() -> None:
    schema = build_schema("type Query { a: Int } type Subscription { ticks: Int }")
    (binding,) = bind_all(schema, operations.gather("subscription S { ticks }")).values()
    with pytest.raises(TypeError, match="ticks does not send objects"):
        binding.projection()


def test_types_without_a_python_class_cannot_be_projected() -> None:
    schema = build_schema("type Query { a: Int } type T { a: Int } type Subscription { ticks: T }")
    (binding,) = bind_all(schema, operations.gather("subscription S { ticks { a } }")).values()
    with pytest.raises(TypeError, match="made from no Python class"):
        binding.projection()
