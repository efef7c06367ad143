"""The providers of models, by name."""

from collections.abc import Iterator

from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.types import Provider, ProviderTest
from luxx.errors import NotFound


class Providers:
    """Iterate over them, or ask for one by its name or its id."""

    def __init__(self, client: AsyncClient, portal: Portal) -> None:
        self._client, self._portal = client, portal

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._portal.run(self._client.providers()))

    def __getitem__(self, which: str | int) -> Provider:
        return self._portal.run(self.find(which))

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

    def models(self, which: str | int) -> list[str]:
        """What the provider itself lists."""
        return self._portal.run(self._client.provider_models(self[which].id))

    def test(self, which: str | int) -> ProviderTest:
        """Ask it for one token."""
        return self._portal.run(self._client.test_provider(self[which].id))

    def remove(self, which: str | int) -> None:
        self._portal.run(self._client.delete_provider(self[which].id))

    async def find(self, which: str | int) -> Provider:
        """On the portal's thread. Raises NotFound, naming those that there are."""
        providers = await self._client.providers()
        for provider in providers:
            if which in (provider.name, provider.id):
                return provider
        names = ", ".join(provider.name for provider in providers) or "none"
        raise NotFound(f"There is no provider {which!r}; there are: {names}")

    def __repr__(self) -> str:
        return "\n".join(
            f"{each.name}: {each.default_model} at {each.base_url}"
            + (" (default)" if each.is_default else "")
            for each in self
        )
