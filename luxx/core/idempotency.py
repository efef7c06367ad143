"""Keys that a client gives a start, so that the same start a second time is no second run."""

from luxx.core import checks
from luxx.errors import Conflict
from luxx.models import IdempotencyKey, User

MAX_KEY = 200


async def run_of(user: User, key: str | None, digest: str) -> str | None:
    """The run that the key has started; None if there is none, or no key.

    Raises BadInput for a key that cannot be one, Conflict where it was used for something else.
    """
    if key is None:
        return None
    checks.name("idempotency_key", key, MAX_KEY)
    used = await IdempotencyKey.get_or_none(user_id=user.id, key=key)
    if used is None:
        return None
    if used.request != digest:
        raise Conflict("This idempotency key was used for another request")
    return used.run_id


async def remember(user: User, key: str | None, digest: str, run_id: str) -> None:
    """Raises IntegrityError where another start with the key was faster."""
    if key is not None:
        await IdempotencyKey.create(user_id=user.id, key=key, request=digest, run_id=run_id)
