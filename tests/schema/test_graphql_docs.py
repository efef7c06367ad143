"""Every GraphQL operation that the documentation or the playground shows fits the schema."""

import json
import re
from pathlib import Path

import pytest
from graphql import parse, validate

from luxx.schema import schema

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
OPERATION = re.compile(r"\n(?=(?:query|mutation|subscription)\b)")


EXAMPLE = re.compile(r'^  "([^"]+)": \[("(?:[^"\\]|\\.)*"), ', re.MULTILINE)


def shown() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    playground = (ROOT / "luxx/web/static/playground.js").read_text("utf-8")
    examples = [(name, json.loads(text)) for name, text in EXAMPLE.findall(playground)]
    return examples + [
        (page.name, operation)
        for page in pages
        for block in BLOCK.findall(page.read_text("utf-8"))
        for operation in OPERATION.split(block)
        if operation.strip()
    ]


def test_there_are_some() -> None:
    assert {page for page, _ in shown()} >= {"README.md", "graphql.md", "Watch a room"}


@pytest.mark.parametrize(("page", "operation"), shown())
def test_an_operation_that_is_shown_is_valid(page: str, operation: str) -> None:
    assert validate(schema._schema, parse(operation)) == []
