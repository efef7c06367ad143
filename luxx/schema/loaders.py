"""What a list needs beside its rows, each in one query for the whole list."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

from strawberry.dataloader import DataLoader

from luxx import models
from luxx.core import accounts, agents, providers, seats, summaries
from luxx.llm.base import Usage
from luxx.schema.limits.answer import check_length


class Window(NamedTuple):
    """The newest `limit` messages in one place that are older than the message `before`."""

    place: str
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


class MessageLoaders:
    """What is shown of the messages of conversations, of rooms or of seats."""

    def __init__(self, column: summaries.Column) -> None:
        self._column = column
        self._read = 0

    @cached_property
    def windows(self) -> "DataLoader[Window, Sequence[models.Message]]":
        return DataLoader(load_fn=self._windows)

    @cached_property
    def first_texts(self) -> "DataLoader[str, str | None]":
        return _by_key(partial(summaries.first_texts, self._column))

    @cached_property
    def counts(self) -> "DataLoader[str, int]":
        return _by_key(partial(summaries.counts, self._column), 0)

    @cached_property
    def usages(self) -> "DataLoader[str | int, Usage]":
        return _by_key(partial(summaries.usages, self._column), Usage(0, 0))

    async def _windows(self, keys: list[Window]) -> list[Sequence[models.Message]]:
        together: defaultdict[tuple[int, str | None], list[str]] = defaultdict(list)
        for key in keys:
            together[key.limit, key.before].append(key.place)
        found: dict[tuple[int, str | None], Mapping[str, Sequence[models.Message]]] = {}
        for (limit, before), ids in together.items():
            check_length(self._read)  # the same messages may be in window after window
            rows = await summaries.newest(self._column, ids, limit, before)
            found[limit, before] = rows
            self._read += sum(len(row.content) for each in rows.values() for row in each)
        return [found[key.limit, key.before].get(key.place, ()) for key in keys]


class Loaders:
    """The loaders of one operation, made when first used: what they read is not seen by another."""

    @cached_property
    def users(self) -> "DataLoader[int, models.User]":
        return _by_key(accounts.by_ids)

    @cached_property
    def providers(self) -> "DataLoader[int, models.Provider | None]":
        return _by_key(providers.by_ids)

    @cached_property
    def agents(self) -> "DataLoader[int, models.Agent | None]":
        return _by_key(agents.by_ids)

    @cached_property
    def seats(self) -> "DataLoader[str, Sequence[models.Seat]]":
        return _by_key(seats.of_rooms)

    @cached_property
    def in_conversation(self) -> MessageLoaders:
        return MessageLoaders("conversation_id")

    @cached_property
    def in_room(self) -> MessageLoaders:
        return MessageLoaders("room_id")

    @cached_property
    def from_seat(self) -> MessageLoaders:
        return MessageLoaders("seat_id")
