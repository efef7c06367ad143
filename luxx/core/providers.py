"""A user's model providers: where they are, their sealed keys, and which one is the default.

Of a user's providers exactly one is the default. Whatever could change that happens in a
transaction that holds the user's row.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from typing import Any

import httpx

from luxx.core import checks
from luxx.core.holding import holding
from luxx.core.services import Services
from luxx.db import rows_of
from luxx.errors import BadInput, Conflict, NotFound
from luxx.llm.base import Endpoint
from luxx.models import Conversation, Provider, ProviderType, Role, User
from luxx.sandbox.egress import MAX_URL, check_url

MAX_PROVIDERS = 100
MAX_TOKENS = 1_000_000
MAX_KEY = 4_096
TESTS_PER_MINUTE = 10
LISTS_PER_MINUTE = 30


@dataclass(frozen=True, slots=True)
class ProviderTest:
    status_code: int
    success: bool
    response_body: str
    message: str


async def list_providers(user: User) -> list[Provider]:
    return await Provider.filter(user_id=user.id).order_by("id")


async def get(user: User, provider_id: int) -> Provider:
    provider = await Provider.get_or_none(id=provider_id, user_id=user.id)
    if provider is None:
        raise _missing(provider_id)
    return provider


async def default(user_id: int) -> Provider | None:
    found = await rows_of(
        Provider, "SELECT * FROM provider WHERE user_id = ? AND is_default", user_id
    )
    return found[0] if found else None


async def usable(user_id: int, provider_id: int | None) -> Provider:
    """The provider that a model call is to go to; None: the user's default at this time.

    Raises BadInput where there is none, or it is disabled.
    """
    rows = await rows_of(Provider, _USABLE, provider_id or 0, user_id)
    if not rows:
        raise BadInput("You have no model provider: add one first", field="provider_id")
    found = next((row for row in rows if row.id == provider_id), rows[0])
    if not found.enabled:
        raise BadInput(f"The provider {found.name!r} is disabled", field="provider_id")
    return found


_USABLE = "SELECT * FROM provider WHERE id = ? OR (user_id = ? AND is_default)"


async def by_ids(ids: Collection[int]) -> dict[int, Provider]:
    return {provider.id: provider for provider in await Provider.filter(id__in=list(ids))}


async def create(services: Services, user: User, fields: Mapping[str, Any]) -> Provider:
    checks.known(fields, _CREATE)
    values = _checked(services, fields)
    for name in _REQUIRED:
        if name not in values:
            raise BadInput(f"{name} is required", field=name)
    async with _holding(user) as providers:
        if len(providers) >= MAX_PROVIDERS:
            raise Conflict(f"You have {MAX_PROVIDERS} providers: delete one first")
        if values.get("is_default") or not providers:
            await _clear_default(user)
            values["is_default"] = True
        return await Provider.create(user_id=user.id, **values)


async def update(
    services: Services, user: User, provider_id: int, changes: Mapping[str, Any]
) -> Provider:
    """Change what is given. A key is never sent to another origin than it was entered for."""
    checks.known(changes, _UPDATE)
    values = _checked(services, changes)
    async with _holding(user) as providers:
        provider = _pick(providers, provider_id)
        if "base_url" in values and _origin(values["base_url"]) != _origin(provider.base_url):
            values.setdefault("api_key", "")
        if values.get("is_default"):
            await _clear_default(user)
        elif provider.is_default:  # the role can be given to another, not laid down
            values.pop("is_default", None)
        provider.update_from_dict(values)
        await provider.save(update_fields=[*values, "updated_at"])
    return provider


async def delete(user: User, provider_id: int) -> None:
    """Delete it; the default's role passes to the oldest that is enabled, else to the oldest."""
    async with _holding(user) as providers:
        provider = _pick(providers, provider_id)
        # They go on with the default, which has a model of its own.
        usual = Conversation.filter(provider_id=provider_id, model=provider.default_model)
        await usual.update(model="")
        await provider.delete()
        rest = [other for other in providers if other.id != provider_id]
        if provider.is_default and rest:
            heir = min(rest, key=lambda other: (not other.enabled, other.id))
            heir.is_default = True
            await heir.save(update_fields=["is_default"])


def endpoint(services: Services, provider: Provider, owner: User) -> Endpoint:
    try:
        api_key = services.keys.vault.open(provider.api_key)
    except Conflict as error:
        raise Conflict(
            f"The stored key of provider {provider.name!r} cannot be read: enter it again"
        ) from error
    return Endpoint(
        origin=f"{provider.id}:{provider.provider_type.value}",
        wire=provider.provider_type.value,
        base_url=provider.base_url,
        api_key=api_key,
        trusted=owner.role == Role.ADMIN and owner.is_active,
    )


async def models(services: Services, user: User, provider_id: int) -> list[str]:
    """Names of the models that the provider itself lists.

    Raises NotFound, Conflict for a key that cannot be read, RateLimited, and Upstream.
    """
    target = endpoint(services, await get(user, provider_id), user)
    await services.limiter.hit("provider-models", str(user.id), limit=LISTS_PER_MINUTE)
    return await services.models.models(target)


async def test(services: Services, user: User, provider_id: int) -> ProviderTest:
    """Ask the provider for one token; also where it is disabled.

    What it says comes back bounded and without secrets.
    """
    provider = await get(user, provider_id)
    target = endpoint(services, provider, user)
    await services.limiter.hit("provider-test", str(user.id), limit=TESTS_PER_MINUTE)
    probe = await services.models.probe(target, provider.default_model)
    phrase = responses.get(probe.status_code, "not a standard status")
    return ProviderTest(
        status_code=probe.status_code,
        success=HTTPStatus.OK <= probe.status_code < HTTPStatus.MULTIPLE_CHOICES,
        response_body=probe.body,
        message=f"HTTP {probe.status_code}: {phrase}" if probe.status_code else probe.body,
    )


async def reseal(services: Services) -> list[Provider]:
    """Seal every key anew with the newest key; gives the providers whose key nobody can read."""
    unreadable = []
    for provider in await Provider.exclude(api_key=""):
        try:
            plain = services.keys.vault.open(provider.api_key)
        except Conflict:
            unreadable.append(provider)
            continue
        # Unless it was changed meanwhile.
        await Provider.filter(id=provider.id, api_key=provider.api_key).update(
            api_key=services.keys.vault.seal(plain)
        )
    return unreadable


@asynccontextmanager
async def _holding(user: User) -> AsyncIterator[list[Provider]]:
    """A transaction in which nobody else changes this user's providers."""
    async with holding(user):
        yield await list_providers(user)


def _pick(providers: Collection[Provider], provider_id: int) -> Provider:
    for provider in providers:
        if provider.id == provider_id:
            return provider
    raise _missing(provider_id)


def _missing(provider_id: int) -> NotFound:
    return NotFound(f"There is no provider {provider_id}")


async def _clear_default(user: User) -> None:
    await Provider.filter(user_id=user.id, is_default=True).update(is_default=False)


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = httpx.URL(url)
    return parsed.scheme, parsed.host, parsed.port


def _checked(services: Services, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns' values: each checked, the key sealed; null is as good as left out."""
    values = {
        name: _CHECKS[name](name, value) for name, value in fields.items() if value is not None
    }
    if "api_key" in values:
        values["api_key"] = services.keys.vault.seal(values["api_key"])
    return values


def _url(field: str, value: Any) -> str:
    url = check_url(checks.name(field, value, MAX_URL), field)
    return checks.text(field, url, MAX_URL)  # an international name grows when it is normalised


def _key(field: str, value: Any) -> str:
    key = checks.text(field, value, MAX_KEY).strip()
    if not (key.isascii() and key.isprintable()):  # it is sent in a header
        raise BadInput(f"{field} must be printable ASCII", field=field)
    return key


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "name": lambda field, value: checks.name(field, value, 100),
    "provider_type": lambda field, value: checks.choice(field, value, ProviderType),
    "base_url": _url,
    "api_key": _key,
    "default_model": lambda field, value: checks.name(field, value, 200),
    "max_tokens": lambda field, value: checks.whole(field, value, 1, MAX_TOKENS),
    "is_default": checks.flag,
    "enabled": checks.flag,
}
_REQUIRED = ("name", "provider_type", "base_url", "api_key", "default_model")
_CREATE = _CHECKS.keys() - {"enabled"}
_UPDATE = _CHECKS.keys() - {"provider_type"}
