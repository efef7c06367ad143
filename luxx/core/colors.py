"""Colours that tell speakers apart: checking a given one, and choosing where none is given."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from luxx.core import checks
from luxx.errors import BadInput

#: Told apart by eye, and readable as text on a light and on a dark page.
PALETTE = (
    "#2563eb",  # blue
    "#059669",  # green
    "#db2777",  # pink
    "#d97706",  # amber
    "#9333ea",  # purple
    "#0891b2",  # cyan
    "#dc2626",  # red
    "#65a30d",  # lime
    "#64748b",  # slate
    "#c026d3",  # fuchsia
    "#b45309",  # brown
    "#4d7c0f",  # olive
)
_LENGTH = len("#rrggbb")
_COLOR = re.compile(r"#[0-9a-f]{6}")


def check(field: str, value: Any) -> str:
    """A colour in lower case. Raises BadInput."""
    color = checks.text(field, value, _LENGTH).lower()
    if not _COLOR.fullmatch(color):
        raise BadInput(f"{field} must be a colour such as #10b981", field=field)
    return color


def pick(used: Iterable[str]) -> str:
    """The colour of the palette that is used least; of several the first."""
    times = Counter(used)
    return min(PALETTE, key=lambda color: times[color])
