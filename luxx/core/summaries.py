"""What is shown of the messages of many conversations, rooms or seats at once.

Each function is one query, whatever the number; `column` says what puts messages together.
"""

from collections.abc import Collection
from typing import Any, Literal

from pypika_tortoise import functions
from tortoise.expressions import Function, Q
from tortoise.functions import Count, Min, Sum
from tortoise.queryset import QuerySet

from luxx.core import checks, tokens
from luxx.db import connection
from luxx.errors import BadInput
from luxx.llm.base import Usage
from luxx.models import Message, MessageRole

MAX_MESSAGES = 1_000
#: Characters of a conversation's first message that a list shows.
MAX_BEGINNING = 200

Column = Literal["conversation_id", "room_id", "seat_id"]


async def newest(
    column: Column, ids: Collection[str], limit: int, before: str | None = None
) -> dict[str, list[Message]]:
    """The newest `limit` messages of each (before the message `before`), oldest first.

    Raises BadInput for a limit outside 1 to 1,000, and for a `before` that is not in any of them:
    who pages back would else begin again at the newest.
    """
    checks.whole("limit", limit, 1, MAX_MESSAGES)
    found: dict[str, list[Message]] = {id_: [] for id_ in ids}
    if len(found) == 1:
        (only,) = found
        query = Message.filter(**{column: only})
        if before is not None:
            query = query.filter(seq__lt=await _seq(column, found, before))
        found[only] = (await query.order_by("-seq").limit(limit))[::-1]
        return found
    ranked = await _ranked(column, list(found), limit, before)
    for row in await Message.filter(seq__in=ranked).order_by("seq"):
        found[getattr(row, column)].append(row)
    return found


async def _ranked(column: Column, ids: list[str], limit: int, before: str | None) -> list[int]:
    db = connection()
    end = await _seq(column, ids, before)
    marks = ["?"] * len(ids) if db.capabilities.dialect == "sqlite" else ["%s"] * len(ids)
    rows = await db.execute_query_dict(
        "SELECT seq FROM (SELECT seq, ROW_NUMBER() OVER "  # noqa: S608 - a column's name and marks
        f"(PARTITION BY {column} ORDER BY seq DESC) AS place FROM message "
        f"WHERE {column} IN ({', '.join(marks)}) AND seq < {end:d}) ranked "
        f"WHERE place <= {limit:d}",
        ids,
    )
    return [row["seq"] for row in rows]


async def _seq(column: Column, ids: Collection[str], message_id: str | None) -> int:
    """The place of a message; none is after all others."""
    if message_id is None:
        return 2**62
    found: Message | None = None
    if checks.is_id(message_id):
        here = _among(column, ids).filter(id=message_id)
        found = await here.only("seq").first()
    if found is None:
        where = column.removesuffix("_id")
        raise BadInput(f"before: there is no such message in this {where}", field="before")
    return int(found.seq)


def _among(column: Column, ids: Collection[Any]) -> QuerySet[Message]:
    return Message.filter(**{f"{column}__in": ids})


async def counts(column: Column, ids: Collection[Any]) -> dict[Any, int]:
    """How many messages each has."""
    rows = (
        await _among(column, ids)
        .annotate(number=Count("seq"))
        .group_by(column)
        .values_list(column, "number")
    )
    return dict(rows)


async def first_texts(column: Column, ids: Collection[Any]) -> dict[Any, str]:
    """The beginning of the first user message's text, of each that has one."""
    firsts = (
        await _among(column, ids)
        .filter(role=MessageRole.USER)
        .annotate(first=Min("seq"))
        .group_by(column)
        .values_list("first", flat=True)
    )
    texts = Message.filter(seq__in=firsts).annotate(
        beginning=_Substring("content", 1, MAX_BEGINNING)  # the rest is not even read
    )
    return dict(await texts.values_list(column, "beginning"))


class _Substring(Function):
    database_func = functions.Substring


async def usages(column: Column, ids: Collection[Any]) -> dict[Any, Usage]:
    """The tokens that each has used; estimated if any part of them is."""
    rows = (
        await _among(column, ids)
        .filter(prompt_tokens__isnull=False)
        .annotate(
            prompt=Sum("prompt_tokens"),
            completion=Sum("completion_tokens"),
            estimated=Count("seq", _filter=Q(usage_estimated=True)),
        )
        .group_by(column)
        .values_list(column, "prompt", "completion", "estimated")
    )
    return {
        id_: tokens.bounded(prompt, completion, estimated=bool(estimated))
        for id_, prompt, completion, estimated in rows
    }
