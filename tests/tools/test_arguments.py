import json
from typing import Annotated, Any, Literal

import pytest
from graphql import parse_value, value_from_ast_untyped
from msgspec import Meta, Struct

from luxx.errors import BadInput
from luxx.models import PermissionLevel
from luxx.tools import BUILTIN
from luxx.tools.arguments import MAX_DEPTH
from luxx.tools.base import Tool, ToolContext, tool


@tool(category="shell", required=PermissionLevel.EXECUTE, time_limit=5)
async def sample(
    context: ToolContext,
    *,
    text: Annotated[str, Meta(description="Some text", min_length=1, max_length=3)],
    count: Annotated[int, Meta(ge=1, le=9)] = 2,
    share: float = 0.5,
    mode: Literal["fast", "slow"] = "fast",
    names: Annotated[list[str], Meta(max_length=2)] = [],  # noqa: B006 - msgspec copies it
    anything: Any = None,
    maybe: str | None = None,
    flag: bool = False,
) -> None:
    """Do a sample.

    With two lines
    of detail.
    """


def test_the_schema_comes_from_the_signature() -> None:
    assert sample.parameters == {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "Some text", "minLength": 1, "maxLength": 3},
            "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2},
            "share": {"type": "number", "default": 0.5},
            "mode": {"enum": ["fast", "slow"], "default": "fast"},
            "names": {"type": "array", "items": {"type": "string"}, "maxItems": 2, "default": []},
            "anything": {"default": None},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "flag": {"type": "boolean", "default": False},
        },
        "required": ["text"],
        "additionalProperties": False,
    }
    assert sample.name == "sample"
    assert sample.description == "Do a sample.\n\nWith two lines of detail."
    assert (sample.category, sample.required) == ("shell", PermissionLevel.EXECUTE)
    assert sample.time_limit == 5


@pytest.mark.parametrize("each", BUILTIN, ids=lambda each: each.name)
def test_every_tool_has_a_plain_schema_and_says_what_it_does(each: Tool) -> None:
    text = str(each.parameters)
    assert "$ref" not in text
    assert "title" not in each.parameters
    assert each.parameters["additionalProperties"] is False
    assert each.description.endswith(".")


class Nested(Struct):
    x: int


async def nested(context: ToolContext, value: Nested) -> None:
    """Take more than plain JSON types."""


def test_a_parameter_that_is_no_plain_json_type_is_a_defect_of_the_tool() -> None:
    with pytest.raises(TypeError, match="plain JSON types"):
        tool(category="data", required=PermissionLevel.READ_ONLY)(nested)


def test_arguments_come_with_their_defaults() -> None:
    assert sample.check({"text": "a", "count": 3}) == {
        "text": "a",
        "count": 3,
        "share": 0.5,
        "mode": "fast",
        "names": [],
        "anything": None,
        "maybe": None,
        "flag": False,
    }


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({}, "text", "text: this argument is required"),
        ({"text": 1}, "text", "text: expected a string, got an integer"),
        ({"text": None}, "text", "text: expected a string, got null"),
        ({"text": ""}, "text", "text: expected a string of at least 1 characters"),
        ({"text": "abcd"}, "text", "text: expected a string of at most 3 characters"),
        ({"text": "a", "count": "x"}, "count", "count: expected an integer, got a string"),
        ({"text": "a", "count": 1.5}, "count", "count: expected an integer, got a number"),
        ({"text": "a", "count": True}, "count", "count: expected an integer, got true or false"),
        ({"text": "a", "count": 0}, "count", "count: expected an integer of at least 1"),
        ({"text": "a", "count": 10}, "count", "count: expected an integer of at most 9"),
        ({"text": "a", "mode": "x"}, "mode", "mode: expected one of fast, slow"),
        ({"text": "a", "mode": 1}, "mode", "mode: expected a string, got an integer"),
        ({"text": "a", "names": "x"}, "names", "names: expected a list, got a string"),
        ({"text": "a", "names": [1]}, "names", "names[0]: expected a string, got an integer"),
        ({"text": "a", "names": ["x"] * 3}, "names", "names: expected a list of at most 2 items"),
        ({"text": "a", "maybe": []}, "maybe", "maybe: expected a string or null, got a list"),
        ({"text": "a", "flag": 1}, "flag", "flag: expected true or false, got an integer"),
        (
            {"text": "a", "txt": 1},
            "txt",
            f"txt: no such argument; there are {', '.join(sample.parameters['properties'])}",
        ),
    ],
)
def test_an_argument_that_does_not_fit_is_named_with_what_was_expected(
    given: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(BadInput) as caught:
        sample.check(given)
    assert (caught.value.field, caught.value.message) == (field, message)


@pytest.mark.parametrize("number", ["1" * 5_000, "-" + "1" * 5_000, "1e999", "-1e999"])
def test_a_number_that_graphql_cannot_read_is_refused(number: str) -> None:
    """It gives infinity for it, or what is no number: neither is JSON."""
    for literal in (number, f"[[{number}]]", f"{{a: {number}}}"):
        value = value_from_ast_untyped(parse_value(literal))
        with pytest.raises(BadInput) as caught:
            sample.check({"text": "a", "anything": value})
        assert caught.value.field == "anything"
        assert caught.value.message == "anything: expected numbers that JSON can hold"
    with pytest.raises(BadInput, match="share: expected numbers that JSON can hold"):
        sample.check({"text": "a", "share": value_from_ast_untyped(parse_value("1e999"))})


def test_a_value_has_so_many_levels_at_most() -> None:
    for levels in (MAX_DEPTH, MAX_DEPTH + 1, 900):
        given = {"text": "a", "anything": json.loads("[" * levels + "]" * levels)}
        if levels == MAX_DEPTH:
            assert sample.check(given)["anything"] == given["anything"]
            continue
        with pytest.raises(BadInput, match="anything: expected JSON of at most 100 levels"):
            sample.check(given)


def test_a_key_that_is_no_string_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        sample.check({1: "x"})  # type: ignore[dict-item]
    assert caught.value.field == "arguments"
