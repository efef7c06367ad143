"""The settings of a conversation: as they are asked for, and as the server takes them."""

from collections.abc import Sequence
from typing import Any, TypedDict

from luxx.client.core import AsyncClient
from luxx.client.providers import ProviderLike, find_provider
from luxx.errors import BadInput


class Settings(TypedDict, total=False):
    """What is left out, or None, stays as it is; `tools` None offers all of them."""

    title: str | None
    system: str | None
    model: str | None
    provider: ProviderLike | None
    tools: Sequence[str] | None
    thinking: bool | None
    temperature: float | None
    max_tokens: int | None


async def fields_of(client: AsyncClient, settings: Settings) -> dict[str, Any]:
    """What the server is told; not the tools, which it is given with each question.

    Raises BadInput for a setting, a tool or a provider that does not fit, NotFound for a provider
    that is not there.
    """
    if unknown := settings.keys() - Settings.__annotations__.keys():
        there = ", ".join(Settings.__annotations__)
        raise BadInput(f"There is no setting {min(unknown)!r}; there are {there}")
    await _check_tools(client, settings.get("tools") or ())
    provider = settings.get("provider")
    return {
        "title": settings.get("title"),
        "system_prompt": settings.get("system"),
        "model": settings.get("model"),
        "provider_id": None if provider is None else (await find_provider(client, provider)).id,
        "thinking_enabled": settings.get("thinking"),
        "temperature": settings.get("temperature"),
        "max_tokens": settings.get("max_tokens"),
    }


async def _check_tools(client: AsyncClient, names: Sequence[str]) -> None:
    """Say now what every question would be refused for."""
    if not names:
        return
    known = sorted(tool.name for tool in await client.tools())
    for name in names:
        if name not in known:
            there = ", ".join(known)
            raise BadInput(f"tools: there is no tool {name!r}; there are {there}", field="tools")
