"""Following a message as it is written.

The events are plain values with default resolvers, so that a facade may read them from the source
stream without executing the operation anew for each.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Annotated, TypeAlias

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)
from strawberry import ID

from luxx.core import messages
from luxx.core.follow import StepUpdate, Told, Update, follow
from luxx.models import MessageStatus
from luxx.schema.context import Info
from luxx.schema.fields import field, subscription
from luxx.schema.messages import Message, Usage
from luxx.schema.permissions import IsAuthenticated
from luxx.schema.steps import Step, ToolResultStep, to_step


@strawberry.interface(
    description="Every event carries its cursor: pass the last one seen as `after` to go on with "
    "nothing lost or repeated."
)
class Event:
    cursor: ID


@strawberry.type
class StepUpdated(Event):
    message_id: ID
    step: Step
    delta: str


@strawberry.type
class MessageCompleted(Event):
    message_id: ID
    token_count: int
    usage: Usage

    @field()
    async def message(self, info: Info) -> Message:
        return Message.from_row(await messages.get(await info.context.user(), self.message_id))


@strawberry.type
class MessageFailed(Event):
    message_id: ID
    content: str
    code: str


MessageEvent: TypeAlias = Annotated[
    StepUpdated | MessageCompleted | MessageFailed, strawberry.union("MessageEvent")
]


def to_event(update: Update) -> StepUpdated | MessageCompleted | MessageFailed:
    cursor, message_id = ID(str(update.cursor)), ID(update.message_id)
    if isinstance(update, StepUpdate):
        return StepUpdated(
            cursor=cursor, message_id=message_id, step=to_step(update.step), delta=update.delta
        )
    if update.status is MessageStatus.COMPLETED:
        used = update.usage
        usage = Usage.of(used.prompt, used.completion, estimated=used.estimated)
        return MessageCompleted(
            cursor=cursor, message_id=message_id, token_count=update.token_count, usage=usage
        )
    status = update.status.name
    return MessageFailed(
        cursor=cursor,
        message_id=message_id,
        content=update.error or f"The reply was {status.lower()}",
        code=update.code or status,
    )


@strawberry.type
class EventSubscription:
    @subscription(
        IsAuthenticated,
        description="The events of one assistant message: those so far (or those after the "
        "cursor), then live to the last.",
    )
    async def message_events(
        self, info: Info, message_id: ID, after: ID | None = None
    ) -> AsyncIterator[MessageEvent]:
        """Not a generator itself: what is wrong with the request is said before the stream."""
        context = info.context
        updates = await follow(
            context.services,
            await context.session(),
            message_id,
            after,
            accumulated=asked_for(info, "step", "content"),
        )
        context.told = isinstance(updates, Told)
        return _events(updates)


async def _events(
    updates: AsyncGenerator[Update],
) -> AsyncIterator[StepUpdated | MessageCompleted | MessageFailed]:
    async with aclosing(updates):
        async for update in updates:
            yield to_event(update)


def asked_for(info: Info, *path: str) -> bool:
    """Whether a field is selected below the subscription's: accumulated text costs more."""
    raw = info._raw_info  # noqa: SLF001 - the nodes as they are
    found: list[SelectionSetNode | None] = [node.selection_set for node in raw.field_nodes]
    for name in path[:-1]:
        found = [node.selection_set for node in _named(name, found, raw.fragments)]
    return any(_named(path[-1], found, raw.fragments))


def _named(
    name: str,
    selections: Iterable[SelectionSetNode | None],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Iterator[FieldNode]:
    """The fields of that name in the selections, through fragments but not into other fields."""
    waiting = [selection for selection in selections if selection]
    spread: set[str] = set()
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                if node.name.value == name:
                    yield node
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                waiting += _unless_whole(fragments[node.name.value])
            elif isinstance(node, InlineFragmentNode):
                waiting += _unless_whole(node)


def _unless_whole(
    fragment: FragmentDefinitionNode | InlineFragmentNode,
) -> list[SelectionSetNode]:
    """A result's content comes whole: asking for it is not asking for accumulated text."""
    on = fragment.type_condition
    is_whole = on is not None and on.name.value == ToolResultStep.__name__
    return [] if is_whole else [fragment.selection_set]
