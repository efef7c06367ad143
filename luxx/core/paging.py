"""A page of a list, and the bounds that keep a hostile page number from costing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tortoise.models import Model
from tortoise.queryset import QuerySet

from luxx.core import checks

Item = TypeVar("Item")
M = TypeVar("M", bound=Model)

MAX_PAGE_SIZE = 100
#: OFFSET grows with the page.
MAX_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    total: int
    page: int
    page_size: int


async def paged(query: QuerySet[M], page: int, page_size: int) -> Page[M]:
    """The `page`-th page, from 1, of an ordered query. Raises BadInput."""
    checks.whole("page", page, 1, MAX_PAGE)
    checks.whole("page_size", page_size, 1, MAX_PAGE_SIZE)
    items = await query.offset((page - 1) * page_size).limit(page_size)
    return Page(items, await query.count(), page, page_size)
