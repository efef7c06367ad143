"""Who may ask for the schema itself, where a setting keeps it for users."""

import re
from collections.abc import AsyncIterator

from graphql import DocumentNode, FieldNode, GraphQLError, Visitor, visit
from strawberry.extensions import SchemaExtension

from luxx.errors import Unauthenticated
from luxx.schema.context import Context

FIELDS = {"__schema", "__type"}
#: What a text without them cannot ask; a document is only walked where its text may.
_MENTION = re.compile(r"__(?:schema|type)\b")


class _Finder(Visitor):
    found = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.found = self.found or node.name.value in FIELDS


def asks_for_schema(document: DocumentNode) -> bool:
    finder = _Finder()
    visit(document, finder)
    return finder.found


class IntrospectionGuard(SchemaExtension):
    """Asks for a login before the schema is told, where LUXX_INTROSPECTION says `users`.

    Runs after the validation's cache, whose answer is the same for everybody.
    """

    async def on_validate(self) -> AsyncIterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        caller: Context = execution.context
        if (
            document is not None
            and not execution.pre_execution_errors
            and _MENTION.search(execution.query or "")
            and caller.services.settings.introspection == "users"
            and asks_for_schema(document)
        ):
            try:
                await caller.session()
            except Unauthenticated as error:
                execution.pre_execution_errors = [GraphQLError(error.message, original_error=error)]
        yield
