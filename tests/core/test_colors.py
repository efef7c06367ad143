"""The colours that speakers are given."""

import itertools
import math

import pytest

from luxx.core import colors
from luxx.errors import BadInput


def _linear(color: str) -> list[float]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(color: str) -> tuple[float, float, float]:
    """Where distances are about what an eye sees."""
    red, green, blue = _linear(color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def test_contrast_is_measured_as_usual() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("page", ["#ffffff", "#111827"])
@pytest.mark.parametrize("color", colors.PALETTE)
def test_every_colour_can_be_read_on_light_and_on_dark(color: str, page: str) -> None:
    assert contrast(color, page) >= 3


def test_no_two_colours_are_alike() -> None:
    assert len(colors.PALETTE) == 12
    for one, other in itertools.combinations(colors.PALETTE, 2):
        assert math.dist(oklab(one), oklab(other)) > 0.09, (one, other)


def test_the_colour_used_least_is_picked_in_the_palettes_order() -> None:
    first, second, third, *rest = colors.PALETTE
    assert colors.pick([]) == first
    assert colors.pick(["#123456", "#123456"]) == first
    assert colors.pick([first, third]) == second
    assert colors.pick([*colors.PALETTE, first, second]) == third
    assert colors.pick([first, second, third, *rest]) == first


def test_colours_are_stored_in_lower_case() -> None:
    assert colors.check("color", "#10B981") == "#10b981"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "red",
        "#fff",
        "10b981",
        "#10b98",
        "#10b9811",
        "#10b98g",
        " #10b981",
        "#10b981\n",
        7,
        None,
    ],
)
def test_what_is_no_colour_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=r"^colour must") as refused:
        colors.check("colour", value)
    assert refused.value.field == "colour"
