"""The text of an operation: its length, and what it says once it is parsed and validated.

Short texts, as clients send them again and again, are parsed and validated once. What is kept of a
text is up to 300 times its length: the long ones, and more than some of them, are not.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from luxx.errors import PayloadTooLarge
from luxx.schema.limits.bounds import problems

#: Characters of a text. What is long should be in variables.
MAX_TEXT = 64_000
MAX_TOKENS = 2000
#: Texts that are kept, and the characters that each may have: more than the longest of our client.
KEPT = 128
MAX_KEPT = 2_500


def check_text(text: str | None) -> None:
    """Raises PayloadTooLarge for a text that nobody should be made to parse."""
    if text is not None and len(text) > MAX_TEXT:
        raise PayloadTooLarge(
            f"query: expected at most {MAX_TEXT:,} characters: send what is long as variables"
        )


def parsed(text: str) -> DocumentNode:
    """Raises GraphQLError for a text that says nothing, or too much."""
    return (_parse_once if len(text) <= MAX_KEPT else _parse_lately)(text)


def _parse(text: str) -> DocumentNode:
    return parse(text, max_tokens=MAX_TOKENS)


def _validate(
    schema: GraphQLSchema, document: DocumentNode, rules: tuple[Any, ...]
) -> list[GraphQLError]:
    found = problems(document) or validate_document(schema, document, rules)
    for error in found:
        # The document is at fault, also where Python met it: it reads 4,300 digits of a number.
        error.original_error = None
    return found


_parse_once = lru_cache(maxsize=KEPT)(_parse)
#: Who has asked what a request selects asks again, to execute it.
_parse_lately = lru_cache(maxsize=2)(_parse)
_validate_once = lru_cache(maxsize=KEPT)(_validate)


class Documents(SchemaExtension):
    """Parses each short query text once, and validates it once.

    A text that does not parse is left to the schema, which reports it on every transport; an
    error raised here would break a stream off instead of answering it.
    """

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        context.parse_options["max_tokens"] = MAX_TOKENS
        with suppress(GraphQLError):
            context.graphql_document = parsed(context.query or "")
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            validate = _validate_once if len(context.query or "") <= MAX_KEPT else _validate
            schema = context.schema._schema  # noqa: SLF001 - the only way to graphql-core's own
            context.pre_execution_errors = validate(schema, document, context.validation_rules)
        yield
