"""Who is logged in, and the end of it: streams end with the login that opened them."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from luxx.db import plain
from luxx.errors import Unauthenticated
from luxx.eventlog.log import Abort
from luxx.eventlog.signals import Signals
from luxx.models import User

ENDED = "This login has ended: log in again"

_VALID = """
    SELECT 1 FROM user_account WHERE id = ? AND is_active AND token_version = ?
    AND NOT EXISTS (SELECT 1 FROM revoked_token WHERE jti = ?)
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A user's valid token."""

    user: User
    jti: str
    expires_at: datetime


class SessionEnds:
    """Tells open streams that their session is over: expired, logged out, or its user disabled."""

    def __init__(self, signals: Signals) -> None:
        self._watched: defaultdict[str, set[Abort]] = defaultdict(set)
        signals.listen("session", self._on_end)

    @contextlib.contextmanager
    def watch(self, session: Session) -> Iterator[Abort]:
        """An abort that is set when the session ends."""
        abort = Abort()
        keys = (session.jti, f"user:{session.user.id}")
        remaining = (session.expires_at - datetime.now(UTC)).total_seconds()
        timer = asyncio.get_running_loop().call_later(remaining, _end, abort)
        for key in keys:
            self._watched[key].add(abort)
        try:
            yield abort
        finally:
            timer.cancel()
            for key in keys:
                self._watched[key].discard(abort)
                if not self._watched[key]:
                    del self._watched[key]

    @staticmethod
    async def check(session: Session) -> None:
        """Raises Unauthenticated for a session that ended before it was watched."""
        user = session.user
        _, rows = await plain(_VALID, user.id, user.token_version, session.jti)
        if not rows:
            raise Unauthenticated(ENDED)

    def _on_end(self, key: str) -> None:
        for abort in self._watched.get(key, ()):
            _end(abort)


def _end(abort: Abort) -> None:
    abort.set(Unauthenticated(ENDED))
