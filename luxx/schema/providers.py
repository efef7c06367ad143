"""Model providers: where a user's conversations are sent, and whether they answer."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import UNSET

from luxx import models
from luxx.core import providers
from luxx.models import ProviderType
from luxx.schema.context import Info
from luxx.schema.fields import field, mutation
from luxx.schema.inputs import given
from luxx.schema.permissions import IsAuthenticated

#: It is a request to somebody else's server.
ASKING_A_PROVIDER = 100


@strawberry.type
class Provider:
    id: int
    user_id: int
    name: str
    provider_type: ProviderType
    base_url: str
    default_model: str
    max_tokens: int
    is_default: bool
    enabled: bool
    has_api_key: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: models.Provider) -> Self:
        return cls(
            id=row.id,
            user_id=row.user_id,
            name=row.name,
            provider_type=row.provider_type,
            base_url=row.base_url,
            default_model=row.default_model,
            max_tokens=row.max_tokens,
            is_default=row.is_default,
            enabled=row.enabled,
            has_api_key=bool(row.api_key),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @field(
        description="Model names that the provider's own /models endpoint lists.",
        cost=ASKING_A_PROVIDER,
    )
    async def models(self, info: Info) -> list[str]:
        return await info.context.models.load(self.id)


async def provider_of(info: Info, provider_id: int | None) -> Provider | None:
    """The provider that a row names; None where it names none."""
    if provider_id is None:
        return None
    row = await info.context.loaders.providers.load(provider_id)
    return None if row is None else Provider.from_row(row)


@strawberry.type
class ProviderTest:
    status_code: int | None
    success: bool
    response_body: str
    message: str


@strawberry.input
class CreateProviderInput:
    name: str
    provider_type: ProviderType
    base_url: str
    api_key: str
    default_model: str
    max_tokens: int | None = UNSET
    is_default: bool = False


@strawberry.input
class UpdateProviderInput:
    name: str | None = UNSET
    base_url: str | None = UNSET
    api_key: str | None = UNSET
    default_model: str | None = UNSET
    max_tokens: int | None = UNSET
    is_default: bool | None = UNSET
    enabled: bool | None = UNSET


@strawberry.type
class ProviderQuery:
    @field(IsAuthenticated)
    async def providers(self, info: Info) -> list[Provider]:
        rows = await providers.list_providers(await info.context.user())
        return [Provider.from_row(row) for row in rows]

    @field(IsAuthenticated)
    async def provider(self, info: Info, id: int) -> Provider:
        return Provider.from_row(await providers.get(await info.context.user(), id))


@strawberry.type
class ProviderMutation:
    @mutation(IsAuthenticated)
    async def create_provider(self, info: Info, input: CreateProviderInput) -> Provider:
        context = info.context
        row = await providers.create(context.services, await context.user(), given(input))
        return Provider.from_row(row)

    @mutation(IsAuthenticated)
    async def update_provider(self, info: Info, id: int, input: UpdateProviderInput) -> Provider:
        context = info.context
        row = await providers.update(context.services, await context.user(), id, given(input))
        return Provider.from_row(row)

    @mutation(IsAuthenticated)
    async def delete_provider(self, info: Info, id: int) -> bool:
        await providers.delete(await info.context.user(), id)
        return True

    @mutation(IsAuthenticated)
    async def test_provider(self, info: Info, id: int) -> ProviderTest:
        context = info.context
        found = await providers.test(context.services, await context.user(), id)
        return ProviderTest(
            status_code=found.status_code,
            success=found.success,
            response_body=found.response_body,
            message=found.message,
        )
