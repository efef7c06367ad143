"""The stored operations: every GraphQL document that Luxx itself sends, by name.

The `.graphql` files beside this module hold fragments and operations, one file per resource.
Aliases in them give the documented REST field names, variable names the documented inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    parse,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with the fragments that it needs, as text and parsed."""

    name: str
    text: str
    definition: OperationDefinitionNode
    document: DocumentNode


@dataclass(frozen=True, slots=True)
class Library:
    """All operations by name, and the one document that holds everything."""

    operations: Mapping[str, Operation]
    document: DocumentNode

    def __getitem__(self, name: str) -> Operation:
        return self.operations[name]


@cache
def load() -> Library:
    """Read and parse the files of this package, once."""
    sources = (
        file.read_text("utf-8")
        for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".graphql")
    )
    return gather("\n".join(sources))


def gather(source: str) -> Library:
    """Split a text of fragments and operations into operations that can be sent on their own."""
    document = parse(source)
    fragments: dict[str, FragmentDefinitionNode] = {}
    definitions: list[OperationDefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
        elif isinstance(node, OperationDefinitionNode):
            definitions.append(node)
    operations = {
        operation.name: operation
        for operation in (_operation(source, node, fragments) for node in definitions)
    }
    return Library(MappingProxyType(operations), document)


def _operation(
    source: str,
    definition: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Operation:
    if definition.name is None:
        raise ValueError("a stored operation needs a name")
    needed: dict[str, FragmentDefinitionNode] = {}
    _collect(definition, fragments, needed)
    nodes = (definition, *needed.values())
    return Operation(
        name=definition.name.value,
        text="\n".join(_text(source, node) for node in nodes),
        definition=definition,
        document=DocumentNode(definitions=nodes),
    )


def _collect(
    node: Node,
    fragments: Mapping[str, FragmentDefinitionNode],
    needed: dict[str, FragmentDefinitionNode],
) -> None:
    """Add the fragments that `node` spreads, and those that they spread."""
    if isinstance(node, FragmentSpreadNode):
        name = node.name.value
        if name not in needed:
            needed[name] = fragments[name]
            _collect(fragments[name], fragments, needed)
        return
    selection_set = getattr(node, "selection_set", None)
    for selection in selection_set.selections if selection_set else ():
        _collect(selection, fragments, needed)


def _text(source: str, node: Node) -> str:
    location = node.loc
    return source[location.start : location.end] if location else ""
