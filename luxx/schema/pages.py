"""A page of any list; in the schema each kind has a type of its own, such as `RoomPage`."""

from collections.abc import Callable
from typing import Generic, TypeVar

import strawberry

from luxx.core import paging

Row = TypeVar("Row")
Item = TypeVar("Item")


@strawberry.type
class Page(Generic[Item]):
    items: list[Item]
    total: int
    page: int
    page_size: int


def page_of(found: paging.Page[Row], show: Callable[[Row], Item]) -> Page[Item]:
    return Page(
        items=[show(row) for row in found.items],
        total=found.total,
        page=found.page,
        page_size=found.page_size,
    )
