"""The schema keeps the names and the nullability that clients rely on."""

from collections.abc import Iterable
from pathlib import Path

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    build_ast_schema,
    build_schema,
    find_breaking_changes,
    parse,
)

from luxx.schema import schema

CONTRACT = (Path(__file__).parent / "contract.graphql").read_text()

#: Agents and rooms: not built yet.
LATER_TYPES = {
    "Agent",
    "Room",
    "RoomAgent",
    "RoomPage",
    "RoomStatus",
    "RoomEvent",
    "RoomStarted",
    "RoundStarted",
    "MessageStarted",
    "MessageChunk",
    "MessageEnded",
    "MessageStored",
    "RoundEnded",
    "RoomCompleted",
    "RoomPaused",
    "AgentFailed",
    "RoomFailed",
    "CreateAgentInput",
    "UpdateAgentInput",
    "CreateRoomInput",
    "UpdateRoomInput",
    "RoomAgentInput",
    "UpdateRoomAgentInput",
}
LATER_FIELDS = {
    "Query": {"agents", "agent", "rooms", "room"},
    "Mutation": {
        "createAgent",
        "updateAgent",
        "deleteAgent",
        "createRoom",
        "updateRoom",
        "deleteRoom",
        "startRoom",
        "stopRoom",
        "resetRoom",
        "addRoomAgent",
        "updateRoomAgent",
        "removeRoomAgent",
    },
    "Subscription": {"roomEvents"},
}


def _name(node: DefinitionNode) -> str:
    return str(getattr(node, "name").value)  # noqa: B009 - not every definition has one


def _built(
    fields: Iterable[FieldDefinitionNode], later: set[str]
) -> tuple[FieldDefinitionNode, ...]:
    return tuple(field for field in fields if field.name.value not in later)


def _contract() -> GraphQLSchema:
    """The contract without what is not built yet."""
    definitions: list[DefinitionNode] = []
    for node in parse(CONTRACT).definitions:
        if _name(node) in LATER_TYPES:
            continue
        if isinstance(node, ObjectTypeDefinitionNode) and _name(node) in LATER_FIELDS:
            fields = _built(node.fields or (), LATER_FIELDS[_name(node)])
            definitions.append(ObjectTypeDefinitionNode(name=node.name, fields=fields))
        else:
            definitions.append(node)
    return build_ast_schema(DocumentNode(definitions=tuple(definitions)))


def test_nothing_that_the_contract_promises_is_broken() -> None:
    ours = build_schema(schema.as_str())

    assert find_breaking_changes(_contract(), ours) == []


def test_what_is_listed_as_not_built_is_in_the_contract_and_not_in_the_schema() -> None:
    whole = build_schema(CONTRACT)
    ours = build_schema(schema.as_str())

    assert set(whole.type_map) - set(ours.type_map) == LATER_TYPES
    for type_name, fields in LATER_FIELDS.items():
        promised = getattr(whole.type_map[type_name], "fields")  # noqa: B009
        built = getattr(ours.type_map[type_name], "fields")  # noqa: B009
        assert set(promised) - set(built) == fields


def test_the_schema_adds_nothing_that_the_contract_does_not_know() -> None:
    ours = build_schema(schema.as_str())

    assert find_breaking_changes(ours, _contract()) == []
