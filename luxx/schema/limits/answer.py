"""How much an answer may say: a few words can ask for the same long text many times over."""

from typing import Any

from graphql import GraphQLLeafType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from luxx.errors import BadInput

#: Characters of all the texts in one answer, or in one event of a stream.
MAX_ANSWER = 64_000_000


def check_length(characters: int) -> None:
    """Raises BadInput where an answer would be too long."""
    if characters > MAX_ANSWER:
        raise BadInput(
            f"The answer would have more than {MAX_ANSWER:,} characters: ask for smaller pages, or "
            "for fewer texts"
        )


class BoundedExecution(StrawberryGraphQLCoreExecutionContext):
    """Counts what it writes, under whatever names and in whichever fragments it was asked for."""

    _written = 0

    def complete_leaf_value(self, return_type: GraphQLLeafType, result: Any) -> Any:  # type: ignore[override]
        """Raises BadInput where the answer has become too long."""
        value = super().complete_leaf_value(return_type, result)
        if isinstance(value, str):
            self._written += len(value)
            check_length(self._written)
        return value
