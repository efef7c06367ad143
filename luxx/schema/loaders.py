"""What a list of conversations needs beside its rows, each in one query for the whole list."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from strawberry.dataloader import DataLoader

from luxx import models
from luxx.core import accounts, providers, summaries
from luxx.llm.base import Usage


class Window(NamedTuple):
    """The newest `limit` messages of a conversation that are older than the message `before`."""

    conversation_id: str
    limit: int
    before: str | None


def _by_key(
    load: Callable[[list[Any]], Awaitable[Mapping[Any, Any]]], default: Any = None
) -> DataLoader[Any, Any]:
    """A loader over a core function that answers with a mapping; what it lacks is `default`."""

    async def batch(keys: list[Any]) -> list[Any]:
        found = await load(keys)
        return [found.get(key, default) for key in keys]

    return DataLoader(load_fn=batch)


async def _windows(keys: list[Window]) -> list[Sequence[models.Message]]:
    together: defaultdict[tuple[int, str | None], list[str]] = defaultdict(list)
    for key in keys:
        together[key.limit, key.before].append(key.conversation_id)
    found = {
        (limit, before): await summaries.newest(ids, limit, before)
        for (limit, before), ids in together.items()
    }
    return [found[key.limit, key.before].get(key.conversation_id, ()) for key in keys]


class Loaders:
    """The loaders of one operation, made when first used: what they read is not seen by another."""

    @cached_property
    def users(self) -> "DataLoader[int, models.User]":
        return _by_key(accounts.by_ids)

    @cached_property
    def providers(self) -> "DataLoader[int, models.Provider | None]":
        return _by_key(providers.by_ids)

    @cached_property
    def messages(self) -> "DataLoader[Window, Sequence[models.Message]]":
        return DataLoader(load_fn=_windows)

    @cached_property
    def first_texts(self) -> "DataLoader[str, str | None]":
        return _by_key(summaries.first_texts)

    @cached_property
    def counts(self) -> "DataLoader[str, int]":
        return _by_key(summaries.counts, 0)

    @cached_property
    def usages(self) -> "DataLoader[str, Usage | None]":
        return _by_key(summaries.usages)
