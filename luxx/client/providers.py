"""The providers of models, by name."""

from collections.abc import Iterator
from typing import TypeAlias

from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.types import Provider, ProviderTest
from luxx.errors import BadInput, NotFound

#: One of the providers, its name, or its id.
ProviderLike: TypeAlias = Provider | str | int


class Providers:
    """Iterate over them, or ask for one by its name or its id."""

    def __init__(self, client: AsyncClient, portal: Portal) -> None:
        self._client, self._portal = client, portal

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._portal.run(self._client.providers()))

    def __getitem__(self, which: ProviderLike) -> Provider:
        return self._portal.run(find_provider(self._client, which))

    def add(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str,
        model: str,
        type: str = "openai",  # noqa: A002 - what it is called everywhere
        default: bool = False,
    ) -> Provider:
        """`type` is `openai`, for any OpenAI-compatible endpoint, or `anthropic`."""
        return self._portal.run(
            self._client.create_provider(
                name=name,
                provider_type=type.upper(),
                base_url=base_url,
                api_key=api_key,
                default_model=model,
                is_default=default,
            )
        )

    def models(self, which: ProviderLike) -> list[str]:
        """What the provider itself lists."""
        return self._portal.run(self._client.provider_models(self[which].id))

    def test(self, which: ProviderLike) -> ProviderTest:
        """Ask it for one token."""
        return self._portal.run(self._client.test_provider(self[which].id))

    def remove(self, which: ProviderLike) -> None:
        self._portal.run(self._client.delete_provider(self[which].id))

    def __repr__(self) -> str:
        return "\n".join(
            f"{each.name}: {each.default_model} at {each.base_url}"
            + (" (default)" if each.is_default else "")
            for each in self
        )


async def find_provider(client: AsyncClient, which: ProviderLike) -> Provider:
    """Raises NotFound, naming those that there are, and BadInput for a name that several have."""
    wanted = which.id if isinstance(which, Provider) else which
    providers = await client.providers()
    found = [each for each in providers if wanted in (each.name, each.id)]
    if not found:
        names = ", ".join(each.name for each in providers) or "none"
        raise NotFound(f"There is no provider {wanted!r}; there are: {names}")
    if len(found) > 1:
        ids = " or ".join(str(each.id) for each in found)
        raise BadInput(
            f"provider: {len(found)} are called {wanted!r}; give the id, {ids}", field="provider"
        )
    return found[0]
