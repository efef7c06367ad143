"""Asking the schema: what an operation gives, or the source of a subscription's events."""

import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLSchema,
    create_source_event_stream,
    execute,
)
from starlette.requests import Request

from luxx.rest.binding import Binding


class Context(Protocol):
    async def session(self) -> object:
        """Who asks; raises Unauthenticated."""
        ...

    def has_ended(self) -> bool:
        """Whether the login of who asks is over."""
        ...

    @property
    def told(self) -> bool:
        """Whether nothing is left of what is followed."""
        ...


class Schema(Protocol):
    """What is used of the schema beyond its types."""

    @property
    def execution_context_class(self) -> type[Executor[Any]]: ...

    def process_errors(self, errors: list[GraphQLError]) -> None:
        """Give errors their public form; log the unexpected ones."""
        ...


@dataclass(frozen=True, slots=True)
class Api:
    """The schema, its types, its bound operations, and how a request becomes its context."""

    schema: Schema
    types: GraphQLSchema
    bindings: Mapping[str, Binding]
    context: Callable[[Request], Context]
    max_body: int

    async def ask(
        self, binding: Binding, variables: dict[str, Any], context: Context
    ) -> ExecutionResult:
        """Execute a stored operation on the schema: the same resolvers and the same permissions.

        What the schema does around an operation that a stranger sends (parsing, validation,
        limits) was done for this one when the server started.
        """
        executing = execute(
            self.types,
            binding.operation.document,
            context_value=context,
            variable_values=variables,
            operation_name=binding.operation.name,
            executor_class=self.schema.execution_context_class,
        )
        result = await executing if inspect.isawaitable(executing) else executing
        self.schema.process_errors(result.errors or [])
        return result

    async def events(
        self, binding: Binding, variables: dict[str, Any], context: Context
    ) -> AsyncIterator[Any] | list[GraphQLError]:
        """The events as the subscription's resolver yields them, or why there are none."""
        executor = self.schema.execution_context_class.build(
            self.types,
            binding.operation.document,
            context_value=context,
            raw_variable_values=variables,
            operation_name=binding.operation.name,
        )
        if isinstance(executor, list):
            return executor
        opening = create_source_event_stream(executor)
        opened = await opening if inspect.isawaitable(opening) else opening
        if isinstance(opened, ExecutionResult):
            # The schema presents (and logs) the errors of what it executes itself; not these.
            self.schema.process_errors(opened.errors or [])
            return opened.errors or []
        return aiter(opened)
