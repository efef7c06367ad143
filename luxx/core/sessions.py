"""Who is logged in, and the end of it: streams end with the login that opened them."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from luxx.db import INFRASTRUCTURE
from luxx.errors import RateLimited, Unauthenticated
from luxx.eventlog.inbox import Abort
from luxx.eventlog.signals import Signals
from luxx.models import RevokedToken, User

logger = logging.getLogger("luxx.sessions")

ENDED = "This login has ended: log in again"
#: Seconds that an end is remembered: far longer than a request needs to begin its stream.
MEMORY = 60.0
#: Seconds after which it may be tried again to follow one more.
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Session:
    """A user's valid token."""

    user: User
    jti: str
    expires_at: datetime
    #: When the token was found valid, on this process's monotonic clock.
    checked_at: float = field(default_factory=time.monotonic)


class SessionEnds:
    """Tells open streams that their session is over: expired, logged out, or its user disabled."""

    def __init__(self, signals: Signals, most: int = 0) -> None:
        """`most`: streams that one user may have open here; 0 for no limit."""
        self._most = most
        self._watched: defaultdict[str, set[Abort]] = defaultdict(set)
        #: What ended lately, and when, in that order: a stream may begin just after that.
        self._ended: dict[str, float] = {}
        self._open: dict[Abort, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        signals.listen("session", self._on_end)

    def admit(self, user: User) -> None:
        """Raises RateLimited where the user has as many streams open here as one may."""
        if self._most and len(self._watched.get(_key_of(user), ())) >= self._most:
            raise RateLimited(
                f"You follow {self._most:,} replies and rooms here, which is the most that one "
                "may: leave one first",
                retry_after=RETRY_SECONDS,
            )

    @contextlib.contextmanager
    def watch(self, session: Session) -> Iterator[Abort]:
        """An abort that is set when the session ends. Raises RateLimited, as `admit` does."""
        self.admit(session.user)
        abort = Abort()
        keys = _keys(session)
        remaining = (session.expires_at - datetime.now(UTC)).total_seconds()
        timer = asyncio.get_running_loop().call_later(remaining, _end, abort)
        self._open[abort] = session
        for key in keys:
            self._watched[key].add(abort)
        if self.has_ended(session):
            _end(abort)
        try:
            yield abort
        finally:
            timer.cancel()
            del self._open[abort]
            for key in keys:
                self._watched[key].discard(abort)
                if not self._watched[key]:
                    del self._watched[key]

    def has_ended(self, session: Session) -> bool:
        """Whether it has expired, or its end was heard of lately."""
        if session.expires_at <= datetime.now(UTC):
            return True
        return any(self._ended.get(key, 0.0) >= session.checked_at for key in _keys(session))

    def _on_end(self, key: str) -> None:
        if not key:
            task = asyncio.create_task(self._look_up())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        now = time.monotonic()
        while self._ended and next(iter(self._ended.values())) < now - MEMORY:
            del self._ended[next(iter(self._ended))]
        self._ended.pop(key, None)
        self._ended[key] = now
        for abort in self._watched.get(key, ()):
            _end(abort)

    async def _look_up(self) -> None:
        """An end may have been missed: ask the database about every session that is watched."""
        sessions = dict(self._open)
        jtis = {session.jti for session in sessions.values()}
        users = {session.user.id for session in sessions.values()}
        try:
            revoked = {row.jti for row in await RevokedToken.filter(jti__in=jtis)}
            active = await User.filter(id__in=users, is_active=True)
        except INFRASTRUCTURE as error:
            logger.warning("sessions could not be looked up: %r", error)
            return
        current = {user.id: user.token_version for user in active}
        for abort, session in sessions.items():
            user = session.user
            if session.jti in revoked or current.get(user.id) != user.token_version:
                _end(abort)


def _keys(session: Session) -> tuple[str, str]:
    """What may end it: a logout, or what becomes of its user."""
    return session.jti, _key_of(session.user)


def _key_of(user: User) -> str:
    return f"user:{user.id}"


def _end(abort: Abort) -> None:
    abort.set(Unauthenticated(ENDED))
