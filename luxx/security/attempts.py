"""Counting of attempts (logins, registrations, tests) so that guessing is slow.

The count is this process's own: behind several servers a guesser has several times the limit.
"""

import hashlib
import math
import time
from collections import deque
from collections.abc import Callable

from luxx.errors import RateLimited

_MINUTE = 60.0


class AttemptLimiter:
    """A moving window of one minute for each thing counted; a limit of 0 counts nothing."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        #: In the order of each one's newest attempt: what is out of date is at the front.
        self._attempts: dict[str, deque[float]] = {}

    async def hit(self, action: str, *who: str, limit: int | None = None) -> None:
        """Count one attempt, or raise RateLimited; `limit` takes the place of the setting's."""
        if not self.per_minute:
            return
        now = self._clock()
        self._forget(now - _MINUTE)
        key = _key(action, who)
        moments = self._attempts.get(key, deque())
        while moments and moments[0] <= now - _MINUTE:
            moments.popleft()
        if len(moments) >= (self.per_minute if limit is None else limit):
            wait = max(1, math.ceil(moments[0] + _MINUTE - now))
            raise RateLimited(f"Too many attempts: try again in {wait} s", retry_after=wait)
        self._attempts.pop(key, None)
        moments.append(now)
        self._attempts[key] = moments

    def forgive(self, action: str, *who: str) -> None:
        """Take the newest attempt back: it succeeded and shall not count."""
        key = _key(action, who)
        moments = self._attempts.get(key)
        if moments:
            moments.pop()
            if not moments:
                del self._attempts[key]

    def _forget(self, before: float) -> None:
        while self._attempts:
            key = next(iter(self._attempts))
            if self._attempts[key][-1] > before:
                return
            del self._attempts[key]


def _key(action: str, who: tuple[str, ...]) -> str:
    """Of one length whatever a stranger sends, and never two things in one."""
    parts = "\0".join([action, *(f"{len(part)}:{part}" for part in who)])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
