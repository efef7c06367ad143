"""The schema keeps the names and the nullability that clients rely on."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes

from luxx.schema import schema

CONTRACT = build_schema((Path(__file__).parent / "contract.graphql").read_text())
OURS = build_schema(schema.as_str())

#: What the schema has beyond the contract, as what a client would lose without it.
ADDED = {
    "Field MessageEnded.status was removed.",
    "Field Query.health was removed.",
    "Field Query.ready was removed.",
    "Field Query.toolExecutions was removed.",
    "Field RoomAgent.usage was removed.",
    "Argument Room.messages(limit:) was removed.",
    "Argument Room.messages(before:) was removed.",
    "Health was removed.",
    "Ready was removed.",
    "SandboxHealth was removed.",
    "ToolCaller was removed.",
    "ToolExecution was removed.",
    "ToolExecutionPage was removed.",
    "ToolOutcome was removed.",
}


def test_nothing_that_the_contract_promises_is_broken_or_missing() -> None:
    assert find_breaking_changes(CONTRACT, OURS) == []


def test_the_schema_adds_nothing_but_what_is_listed() -> None:
    changes = find_breaking_changes(OURS, CONTRACT)
    assert {change.description for change in changes} == ADDED
