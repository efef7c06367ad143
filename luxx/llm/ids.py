"""Tool call ids that every provider accepts, whoever made them."""

import hashlib
import re
import secrets

_REFUSED = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST = 64


def new_id() -> str:
    """An id for a call that came without one."""
    return f"call_{secrets.token_hex(12)}"


def safe_id(id_: str) -> str:
    """`id_` itself if it is harmless, else a name that stands for it and for no other."""
    if id_ and len(id_) <= _LONGEST and not _REFUSED.search(id_):
        return id_
    return f"call_{hashlib.sha256(id_.encode()).hexdigest()[:24]}"
