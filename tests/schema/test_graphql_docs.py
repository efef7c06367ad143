"""Every GraphQL operation that the documentation or the playground shows fits the schema."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from luxx.schema import schema

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
OPERATION = re.compile(r"\n(?=(?:query|mutation|subscription)\b)")

SOURCE = ROOT / "frontend/playground/src/examples.graphql"
#: The playground's: an example begins with its title, a step of it with the variable that it makes.
EXAMPLE = re.compile(r"^#= ", re.MULTILINE)
STEP = re.compile(r"^\w+: ?", re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    found = []
    for part in EXAMPLE.split(SOURCE.read_text("utf-8"))[1:]:
        title, text = part.split("\n", 1)
        comments = [line[2:].removeprefix(" ") for line in text.splitlines() if line[:2] == "#>"]
        steps = [step for step in STEP.split("\n".join(comments)) if step.strip()]
        found += [(title, operation) for operation in [*steps, text]]
    return found


def shown() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return examples() + [
        (page.name, operation)
        for page in pages
        for block in BLOCK.findall(page.read_text("utf-8"))
        for operation in OPERATION.split(block)
        if operation.strip()
    ]


def test_there_are_some() -> None:
    assert {page for page, _ in shown()} >= {"README.md", "graphql.md", "Watch a room"}
    assert [title for title, _ in examples()][:3] == ["Stream a reply"] * 3


def test_the_built_playground_has_these_examples() -> None:
    built = (ROOT / "luxx/web/static/playground/playground.js").read_text("utf-8")
    assert SOURCE.read_text("utf-8") in built


@pytest.mark.parametrize(("page", "operation"), shown())
def test_an_operation_that_is_shown_is_valid(page: str, operation: str) -> None:
    assert validate(schema._schema, parse(operation)) == []
