"""Conversations: made, listed, changed, deleted; each belongs to one user."""

from collections.abc import Mapping
from typing import Any

from luxx.core import checks, providers
from luxx.core.holding import holding
from luxx.core.paging import Page, paged
from luxx.core.services import Services
from luxx.db import rows_of
from luxx.errors import NotFound
from luxx.models import LIVE, Conversation, Run, User, new_id

DEFAULT_TITLE = "新会话"
MAX_PROJECT_ID = 100
MAX_PROMPT = 200_000
MAX_TOKENS = 1_000_000


async def page(
    user: User, *, project_id: str | None = None, page: int = 1, page_size: int = 20
) -> Page[Conversation]:
    """The user's conversations, the latest active first. Raises BadInput."""
    query = Conversation.filter(user_id=user.id)
    if project_id is not None:
        query = query.filter(project_id=checks.text("project_id", project_id, MAX_PROJECT_ID))
    return await paged(query.order_by("-updated_at", "-id"), page, page_size)


async def get(user: User, conversation_id: str) -> Conversation:
    """Raises NotFound, for someone else's as well."""
    found: list[Conversation] = []
    if checks.is_id(conversation_id):
        found = await rows_of(Conversation, _CONVERSATION, conversation_id, user.id)
    if not found:
        raise NotFound(f"There is no conversation {conversation_id[: checks.MAX_ID]!r}")
    return found[0]


_CONVERSATION = "SELECT * FROM conversation WHERE id = ? AND user_id = ?"


async def create(user: User, fields: Mapping[str, Any]) -> Conversation:
    """Make a conversation; what is left out has the defaults of the user's provider.

    Raises BadInput, and NotFound for a provider that is not the user's.
    """
    values = _checked(fields)
    provider_id = values.get("provider_id")
    title = values.pop("title", None) or DEFAULT_TITLE
    async with holding(user):  # or the provider could be deleted meanwhile
        with checks.naming("provider_id"):
            provider = (
                await providers.get(user, provider_id)
                if provider_id is not None
                else await providers.default(user.id)
            )
        model = values.get("model") or (provider.default_model if provider else "")
        return await Conversation.create(
            **values
            | {
                "id": new_id("conv"),
                "user_id": user.id,
                "provider_id": provider.id if provider else None,
                "model": model,
                "title": title,
                "untitled": title == DEFAULT_TITLE,
            }
        )


async def update(user: User, conversation_id: str, changes: Mapping[str, Any]) -> Conversation:
    """Change what is given. Raises NotFound, BadInput."""
    values = _checked(changes)
    if "title" in values:
        values["untitled"] = False
    async with holding(user):
        conversation = await get(user, conversation_id)
        if values.get("provider_id") is not None:
            with checks.naming("provider_id"):
                await providers.get(user, values["provider_id"])
        if values:
            conversation.update_from_dict(values)
            await conversation.save(update_fields=[*values, "updated_at"])
    return conversation


async def delete(services: Services, user: User, conversation_id: str) -> None:
    """Delete a conversation with all its messages; a running reply is stopped first."""
    conversation = await get(user, conversation_id)
    running = await Run.filter(conversation_id=conversation.id, status__in=LIVE)
    for run in running:
        await services.runs.stop(run.id)
    await Conversation.filter(id=conversation.id).delete()
    for run in running:
        services.log.recheck(run.id)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields with values that fit; null means the default where a column has no null."""
    checks.known(fields, _CHECKS)
    return {
        name: _CHECKS[name](name, value) if value is not None else None
        for name, value in fields.items()
        if value is not None or name in _NULLABLE
    }


_NULLABLE = {"project_id", "provider_id"}
_CHECKS = {
    "project_id": lambda name, value: checks.name(name, value, MAX_PROJECT_ID),
    "title": lambda name, value: checks.name(name, value, 200),
    "model": lambda name, value: checks.text(name, value, 200).strip(),
    "provider_id": lambda name, value: checks.whole(name, value, 1, 2**31 - 1),
    "system_prompt": lambda name, value: checks.text(name, value, MAX_PROMPT),
    "temperature": lambda name, value: checks.number(name, value, 0, 2),
    "max_tokens": lambda name, value: checks.whole(name, value, 1, MAX_TOKENS),
    "thinking_enabled": checks.flag,
}
