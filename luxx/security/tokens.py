"""Bearer tokens (JWT, HS256): they say who and until when, never what is allowed."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import jwt

from luxx.errors import Unauthenticated

#: Seconds that the clocks of two servers may differ.
LEEWAY = 60
#: Characters; ours have about 230.
MAX_TOKEN = 4096
#: Tokens whose signature need not be checked again.
REMEMBERED = 1_024
_ALGORITHM = "HS256"
_REQUIRED = ["exp", "iat", "sub", "jti", "tv"]


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: int
    version: int
    jti: str
    expires_at: datetime


class Tokens:
    """Issues and reads tokens; one secret signs them all."""

    def __init__(self, secret: str, ttl: int) -> None:
        self._secret = secret
        self._ttl = ttl
        # A token that was found genuine stays genuine: only its time has to be looked at again.
        self._genuine = lru_cache(maxsize=REMEMBERED)(self._decoded)

    def issue(self, user_id: int, version: int) -> str:
        now = int(time.time())
        claims = {
            "sub": str(user_id),
            "tv": version,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + self._ttl,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def read(self, token: str) -> Claims:
        """Check a token. Whatever is wrong with it, the answer is the same Unauthenticated."""
        if len(token) > MAX_TOKEN or not token.isascii():
            raise Unauthenticated
        claims = self._genuine(token)
        if claims.expires_at.timestamp() + LEEWAY <= time.time():
            raise Unauthenticated
        return claims

    def _decoded(self, token: str) -> Claims:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                leeway=LEEWAY,
                options={"require": _REQUIRED},
            )
            return Claims(
                user_id=int(claims["sub"]),
                version=int(claims["tv"]),
                jti=claims["jti"],
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise Unauthenticated from error
