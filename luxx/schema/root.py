"""The schema: the resources merged, their leaf types, the limits, and how errors are presented."""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLError, get_operation_ast
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from luxx import logs
from luxx.schema.agents import AgentMutation, AgentQuery
from luxx.schema.conversations import ConversationMutation, ConversationQuery
from luxx.schema.errors import present
from luxx.schema.events import EventSubscription
from luxx.schema.executions import ToolExecutionQuery
from luxx.schema.health import HealthQuery
from luxx.schema.introspection import IntrospectionGuard
from luxx.schema.limits import EXTENSIONS
from luxx.schema.limits.answer import BoundedExecution
from luxx.schema.messages import MessageMutation, MessageQuery
from luxx.schema.providers import ProviderMutation, ProviderQuery
from luxx.schema.room_events import RoomEventSubscription
from luxx.schema.rooms import RoomMutation, RoomQuery
from luxx.schema.scalars import SCALARS
from luxx.schema.seats import SeatMutation
from luxx.schema.steps import TextStep, ThinkingStep, ToolCallStep, ToolResultStep
from luxx.schema.tools import ToolMutation, ToolQuery
from luxx.schema.users import UserMutation, UserQuery
from luxx.schema.words import describe


@strawberry.type
class Query(
    HealthQuery,
    UserQuery,
    ConversationQuery,
    MessageQuery,
    ProviderQuery,
    ToolQuery,
    ToolExecutionQuery,
    AgentQuery,
    RoomQuery,
):
    pass


@strawberry.type
class Mutation(
    UserMutation,
    ProviderMutation,
    ConversationMutation,
    MessageMutation,
    ToolMutation,
    AgentMutation,
    RoomMutation,
    SeatMutation,
):
    pass


@strawberry.type
class Subscription(EventSubscription, RoomEventSubscription):
    pass


#: Characters of an operation's name, which clients choose, that the log shows.
SHOWN = 64


class Noted(SchemaExtension):
    """Tells the log a valid operation's name, or its kind where it has none."""

    def on_validate(self) -> Iterator[None]:
        yield
        context = self.execution_context
        if context.pre_execution_errors or context.graphql_document is None:
            return
        operation = get_operation_ast(context.graphql_document, context.operation_name)
        if operation is not None:
            name = operation.name.value if operation.name else operation.operation.value
            logs.note(operation=name[:SHOWN])


class Schema(strawberry.Schema):
    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002 - it holds the query
    ) -> None:
        for error in errors:
            present(error)


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[ThinkingStep, TextStep, ToolCallStep, ToolResultStep],
    extensions=[Noted, *EXTENSIONS, IntrospectionGuard],
    execution_context_class=BoundedExecution,
    config=StrawberryConfig(scalar_map=SCALARS),
)
describe(schema._schema)  # noqa: SLF001 - Strawberry has no public name for it
