"""Who may run now: a few at a time, and everybody in turn, however much somebody asks for."""

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Hashable

from luxx.errors import Unavailable

#: Of one user: who has so many waiting is asked to come back.
MAX_WAITING = 100


class Turns:
    """`slots` places; each user may hold `share` of them, and the next one goes round the users."""

    def __init__(self, slots: int, share: int) -> None:
        self._free = slots
        self._share = share
        self._held: Counter[Hashable] = Counter()
        #: Who waits, the next one first; nobody in it waits with nothing.
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    @contextlib.asynccontextmanager
    async def take(self, user: Hashable, patience: float) -> AsyncIterator[None]:
        """Hold a place. Raises Unavailable after `patience` seconds, or for too many that wait."""
        await self._enter(user, patience)
        try:
            yield
        finally:
            self._leave(user)

    async def _enter(self, user: Hashable, patience: float) -> None:
        line = self._waiting.setdefault(user, deque())
        if len(line) >= MAX_WAITING:
            raise Unavailable(f"You have {len(line)} runs waiting already: wait for some to end")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        self._grant()
        try:
            async with asyncio.timeout(patience):
                await turn
        except BaseException as error:
            self._give_up(user, turn)
            if isinstance(error, TimeoutError):
                message = f"The server is busy: no turn within {patience:g} seconds"
                raise Unavailable(message) from error
            raise

    def _give_up(self, user: Hashable, turn: "asyncio.Future[None]") -> None:
        if turn.done() and not turn.cancelled():  # granted in the very moment
            self._leave(user)
        elif turn in (line := self._waiting.get(user, deque())):
            line.remove(turn)
            self._forget_empty(user)

    def _leave(self, user: Hashable) -> None:
        self._free += 1
        self._held[user] -= 1
        if not self._held[user]:
            del self._held[user]
        self._grant()

    def _grant(self) -> None:
        for user in list(self._waiting):
            if self._free and self._held[user] < self._share and self._grant_one(user):
                self._waiting.move_to_end(user)
            self._forget_empty(user)

    def _grant_one(self, user: Hashable) -> bool:
        line = self._waiting[user]
        while line:
            turn = line.popleft()
            if not turn.done():  # else its owner is about to find out that it was cancelled
                self._free -= 1
                self._held[user] += 1
                turn.set_result(None)
                return True
        return False

    def _forget_empty(self, user: Hashable) -> None:
        if not self._waiting[user]:
            del self._waiting[user]
