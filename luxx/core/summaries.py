"""What is shown of many conversations at once: each function is one query, whatever the number."""

from collections.abc import Collection

from tortoise.expressions import Q
from tortoise.functions import Count, Min, Sum

from luxx.core import checks
from luxx.db import connection
from luxx.errors import BadInput
from luxx.llm.base import Usage
from luxx.models import Message, MessageRole

MAX_MESSAGES = 1_000


async def newest(
    conversation_ids: Collection[str], limit: int, before: str | None = None
) -> dict[str, list[Message]]:
    """The newest `limit` messages of each conversation (before the message `before`), oldest first.

    Raises BadInput for a limit outside 1 to 1,000, and for a `before` that is not in any of them:
    who pages back would else begin again at the newest.
    """
    checks.whole("limit", limit, 1, MAX_MESSAGES)
    ids = list(conversation_ids)
    found: dict[str, list[Message]] = {id_: [] for id_ in ids}
    if len(ids) == 1:
        query = Message.filter(conversation_id=ids[0])
        if before is not None:
            query = query.filter(seq__lt=await _seq(before, ids))
        found[ids[0]] = (await query.order_by("-seq").limit(limit))[::-1]
        return found
    for row in await Message.filter(seq__in=await _ranked(ids, limit, before)).order_by("seq"):
        found[str(row.conversation_id)].append(row)
    return found


async def _ranked(ids: list[str], limit: int, before: str | None) -> list[int]:
    db = connection()
    end = await _seq(before, ids)
    marks = ["?"] * len(ids) if db.capabilities.dialect == "sqlite" else ["%s"] * len(ids)
    rows = await db.execute_query_dict(
        "SELECT seq FROM (SELECT seq, ROW_NUMBER() OVER "  # noqa: S608 - placeholders only
        "(PARTITION BY conversation_id ORDER BY seq DESC) AS place FROM message "
        f"WHERE conversation_id IN ({', '.join(marks)}) AND seq < {end:d}) ranked "
        f"WHERE place <= {limit:d}",
        ids,
    )
    return [row["seq"] for row in rows]


async def _seq(message_id: str | None, conversation_ids: Collection[str]) -> int:
    """The place of a message; none is after all others."""
    if message_id is None:
        return 2**62
    found: Message | None = None
    if checks.is_id(message_id):
        here = Message.filter(id=message_id, conversation_id__in=conversation_ids)
        found = await here.only("seq").first()
    if found is None:
        raise BadInput("before: there is no such message in this conversation", field="before")
    return int(found.seq)


async def counts(conversation_ids: Collection[str]) -> dict[str, int]:
    """How many messages each conversation has."""
    rows = (
        await Message.filter(conversation_id__in=conversation_ids)
        .annotate(number=Count("seq"))
        .group_by("conversation_id")
        .values_list("conversation_id", "number")
    )
    return dict(rows)


async def first_texts(conversation_ids: Collection[str]) -> dict[str, str]:
    """The text of the first user message of each conversation that has one."""
    firsts = (
        await Message.filter(conversation_id__in=conversation_ids, role=MessageRole.USER)
        .annotate(first=Min("seq"))
        .group_by("conversation_id")
        .values_list("first", flat=True)
    )
    rows = await Message.filter(seq__in=firsts).values_list("conversation_id", "content")
    return dict(rows)


async def usages(conversation_ids: Collection[str]) -> dict[str, Usage]:
    """The tokens that each conversation has used; estimated if any part of them is."""
    rows = (
        await Message.filter(conversation_id__in=conversation_ids, prompt_tokens__isnull=False)
        .annotate(
            prompt=Sum("prompt_tokens"),
            completion=Sum("completion_tokens"),
            estimated=Count("seq", _filter=Q(usage_estimated=True)),
        )
        .group_by("conversation_id")
        .values_list("conversation_id", "prompt", "completion", "estimated")
    )
    return {
        id_: Usage(prompt, completion, bool(estimated))
        for id_, prompt, completion, estimated in rows
    }
