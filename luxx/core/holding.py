"""Holding a user: what must be true of all that belongs to them is changed by one at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from luxx.db import transaction
from luxx.models import User


@asynccontextmanager
async def holding(user: User) -> AsyncIterator[None]:
    """A transaction that the user's other transactions of this kind wait for."""
    async with transaction():
        await User.filter(id=user.id).select_for_update(no_key=True).get()
        yield
