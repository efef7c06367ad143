"""graphql-sse as its clients read it, and when it is meant.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "distinct connections mode".
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from graphql import GraphQLError, OperationType, get_operation_ast
from strawberry.http import GraphQLRequestData
from strawberry.http.streaming import SSETransport

from luxx.schema.limits.documents import parsed

A_DAY = 86_400
JSON = ("application/json", "application/graphql-response+json")


class EventStream(SSETransport):
    """Lines end in LF: clients that split at an empty line know no other."""

    def __init__(self) -> None:
        super().__init__(heartbeat_interval=A_DAY)  # the line gives signs of life

    def encode_event(self, event: str, data: str | None = None) -> str:
        return super().encode_event(event, data).replace("\r\n", "\n")

    def encode_comment(self, comment: str) -> str:
        return super().encode_comment(comment).replace("\r\n", "\n")


async def encoded(frames: AsyncIterator[str]) -> AsyncGenerator[bytes, None]:
    """The frames as they are sent; closing them closes theirs."""
    async with aclosing(cast("AsyncGenerator[str, None]", frames)):
        async for frame in frames:
            yield frame.encode()


def is_meant(accept: str, operation: GraphQLRequestData) -> bool:
    """Whether a client that takes an event stream wants one.

    One that takes JSON as well (urql says so with every request) wants a stream for a subscription
    alone.
    """
    takes = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return takes.isdisjoint(JSON) or is_subscription(operation)


def is_subscription(operation: GraphQLRequestData) -> bool:
    """Whether that is what the request selects; what cannot be parsed is none."""
    try:
        document = parsed(operation.query or "")
    except GraphQLError:
        return False
    found = get_operation_ast(document, operation.operation_name)
    return found is not None and found.operation is OperationType.SUBSCRIPTION
