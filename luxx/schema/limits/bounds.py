"""The bounds on what a document says: its nesting, its aliases, its repetitions.

They are looked at before the rules of the language, some of which take time that grows with the
square of what is said twice.

The bounds of a fragment are worked out once however often it is spread: fragments that spread each
other twice would otherwise double the work at every step.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

MAX_DEPTH = 12
MAX_ALIASES = 30
#: Fields of one response key, and spreads, in a document, wherever they stand: what can be
#: merged is compared with each other.
MAX_REPEATED = 100

#: Fields, inline fragments and spreads inside one another: far above what any client writes, far
#: below what would exhaust the stack.
_MAX_NESTING = 60


class _NestedTooDeeply(Exception):
    pass


Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def problems(document: DocumentNode) -> list[GraphQLError]:
    """Why the document is refused; nothing where it is within the bounds."""
    measure = _Measure(fragments_of(document))
    try:
        bounds = [
            measure.of(node.selection_set)
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]
    except _NestedTooDeeply:
        bounds = [_Bounds(depth=_MAX_NESTING)]
    found = []
    if max((found.depth for found in bounds), default=0) > MAX_DEPTH:
        found.append(f"The operation's depth may be at most {MAX_DEPTH}")
    if sum(found.aliases for found in bounds) > MAX_ALIASES:
        found.append(f"The operation's number of aliases may be at most {MAX_ALIASES}")
    repeated = _most_repeated(document)
    if repeated is not None:
        found.append(f"A document may name {repeated} at most {MAX_REPEATED} times")
    return [GraphQLError(message) for message in found]


@dataclass(frozen=True, slots=True)
class _Bounds:
    depth: int = 0
    aliases: int = 0


class _Measure:
    """The depth and the aliases of a selection set."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, _Bounds] = {}

    def of(self, selections: SelectionSetNode | None, nesting: int = 0) -> _Bounds:
        if nesting > _MAX_NESTING:
            raise _NestedTooDeeply
        if selections is None:
            return _Bounds()
        parts = [self._part(node, nesting + 1) for node in selections.selections]
        return _Bounds(max(part.depth for part in parts), sum(part.aliases for part in parts))

    def _part(self, node: SelectionNode, nesting: int) -> _Bounds:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, nesting)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set, nesting)
        return self._field(cast("FieldNode", node), nesting)

    def _field(self, node: FieldNode, nesting: int) -> _Bounds:
        inside = self.of(node.selection_set, nesting)
        introspection = node.name.value.startswith("__")
        deeper = 0 if introspection or node.selection_set is None else inside.depth + 1
        return _Bounds(deeper, inside.aliases + (node.alias is not None))

    def _fragment(self, name: str, nesting: int) -> _Bounds:
        if name not in self._known:
            # Known before it is looked into: one that contains itself is refused by another rule.
            self._known[name] = _Bounds()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.of(fragment.selection_set, nesting)
        return self._known[name]


def _most_repeated(document: DocumentNode) -> str | None:
    """A response key, or "fragments", that the document says too often."""
    said = Counter(
        "fragments" if isinstance(node, FragmentSpreadNode) else f"the field {_key(node)!r}"
        for node in _selections(document)
        if not isinstance(node, InlineFragmentNode)
    )
    ((most, times),) = said.most_common(1) or [("", 0)]
    return most if times > MAX_REPEATED else None


def _key(node: SelectionNode) -> str:
    field = cast("FieldNode", node)
    return (field.alias or field.name).value


def _selections(document: DocumentNode) -> Iterator[SelectionNode]:
    """All that is selected in the document, each as often as it is written."""
    waiting = [
        node.selection_set
        for node in document.definitions
        if isinstance(node, ExecutableDefinitionNode)
    ]
    while waiting:
        for node in waiting.pop().selections:
            yield node
            inside = getattr(node, "selection_set", None)
            if inside is not None:
                waiting.append(inside)
