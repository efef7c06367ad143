"""Examples: a value of a schema, made of those of its fields."""

from collections.abc import Mapping
from typing import Any

from luxx.openapi.facts import Schema

_PLAIN = {"string": "...", "integer": 1, "number": 1.0, "boolean": True, "null": None}


def example(schema: Schema, named: Mapping[str, Schema]) -> Any:
    """A value that fits the schema."""
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "$ref" in schema:
        return example(named[schema["$ref"].rpartition("/")[2]], named)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return example(schema[choice][0], named)
    return _of_type(schema, named)


def _of_type(schema: Schema, named: Mapping[str, Schema]) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example(each, named) for name, each in properties.items()}
    if kind == "array":
        return [example(each, named) for each in _variants(schema["items"], named)]
    return _PLAIN.get(str(kind), {})


def _variants(schema: Schema, named: Mapping[str, Schema]) -> list[Schema]:
    """One of each kind that a list can hold."""
    if "$ref" in schema:
        return _variants(named[schema["$ref"].rpartition("/")[2]], named)
    variants: list[Schema] = schema.get("oneOf", [schema])
    return variants
