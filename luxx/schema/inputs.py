"""How an input object reaches core: a mapping of what the client gave, and nothing else."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from strawberry import UNSET


def given(values: Any) -> Mapping[str, Any]:
    """The fields of an input object that the client set; an explicit null is one of them."""
    pairs = ((field.name, getattr(values, field.name)) for field in fields(values))
    return {name: value for name, value in pairs if value is not UNSET}
