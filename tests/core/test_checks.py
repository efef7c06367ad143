"""Checks of single values."""

from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luxx.core import checks
from luxx.errors import BadInput


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


def refused(check: Any, *args: Any) -> str:
    with pytest.raises(BadInput) as error:
        check("field", *args)
    assert error.value.field == "field"
    return error.value.message


def test_an_unknown_field_is_named() -> None:
    checks.known({"a": 1}, {"a", "b"})
    with pytest.raises(BadInput, match="'c'") as error:
        checks.known({"a": 1, "c": 2}, {"a", "b"})
    assert error.value.field == "c"


def test_text_is_given_back_as_it_is() -> None:
    assert checks.text("field", " 密\n", 3) == " 密\n"
    assert checks.text("field", "", 3) == ""


@pytest.mark.parametrize("value", [None, 5, b"x", ["x"], "1234", "a\0", "\ud83d"])
def test_what_the_database_cannot_hold_is_no_text(value: object) -> None:
    assert refused(checks.text, value, 3).startswith("field ")


@given(st.text())
def test_every_unicode_text_without_nul_is_text(value: str) -> None:
    if "\0" not in value:
        assert checks.text("field", value, len(value)) == value


def test_a_name_is_not_blank() -> None:
    assert checks.name("field", " x y ", 10) == "x y"
    assert refused(checks.name, " \n ", 10) == "field must not be empty"


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 0, 11, 10**40])
def test_a_whole_number_is_one_within_its_bounds(value: object) -> None:
    assert checks.whole("field", 10, 1, 10) == 10
    assert refused(checks.whole, value, 1, 10) == "field must be a whole number from 1 to 10"


@pytest.mark.parametrize(
    "value", [True, "1", None, -0.1, 2.1, float("nan"), float("inf"), 10**400, [1]]
)
def test_a_number_is_one_within_its_bounds(value: object) -> None:
    assert checks.number("field", 2, 0, 2) == 2.0
    assert isinstance(checks.number("field", 2, 0, 2), float)
    assert refused(checks.number, value, 0, 2) == "field must be a number from 0 to 2"


@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_a_flag_is_true_or_false(value: object) -> None:
    assert checks.flag("field", True) is True
    assert checks.flag("field", False) is False
    assert refused(checks.flag, value) == "field must be true or false"


def test_a_choice_is_a_member_or_its_value() -> None:
    assert checks.choice("field", "red", Colour) is Colour.RED
    assert checks.choice("field", Level.HIGH, Level) is Level.HIGH
    assert checks.choice("field", 2, Level) is Level.HIGH


@pytest.mark.parametrize("value", ["RED", "", None, 1, ["red"], {}])
def test_another_choice_is_told_what_there_is(value: object) -> None:
    assert refused(checks.choice, value, Colour) == "field must be one of red, blue"


@pytest.mark.parametrize("value", [True, 0, 3, "1", None])
def test_true_is_no_number_to_choose(value: object) -> None:
    assert refused(checks.choice, value, Level) == "field must be one of 1, 2"
