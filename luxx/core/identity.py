"""What a user's name, e-mail address and password may be, and when two of them are the same."""

import re
import unicodedata
from typing import Any

from luxx.errors import BadInput

MIN_PASSWORD, MAX_PASSWORD = 8, 1024
MAX_EMAIL = 254
_MAX_TYPED = 128

_USERNAME = re.compile(r"[\w.-]{3,32}")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")


def identify(username: Any) -> tuple[str, str] | None:
    """Give a name as it is shown and as it is compared, or None for what cannot be a name.

    Letters of every script are letters; full-width and other compatibility forms are one name with
    the plain ones. What is compared has at most twice the length: no letter folds to more.
    """
    if not isinstance(username, str) or len(username) > _MAX_TYPED:
        return None
    shown = unicodedata.normalize("NFKC", username)
    key = unicodedata.normalize("NFKC", shown.casefold())
    return (shown, key) if _USERNAME.fullmatch(shown) else None


def check_username(username: Any) -> tuple[str, str]:
    identity = identify(username)
    if identity is None:
        raise BadInput(
            "username must have 3 to 32 characters: letters, digits and _ . -", field="username"
        )
    return identity


def check_email(email: Any) -> str:
    """Give the address in lower case: who differs only in that is one person."""
    if isinstance(email, str) and len(email) <= MAX_EMAIL and email.isascii():
        folded = email.strip().lower()
        if _EMAIL.fullmatch(folded):
            return folded
    raise BadInput("email must be an address such as user@example.com", field="email")


def check_password(password: Any) -> str:
    if not isinstance(password, str) or not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadInput(
            f"password must have {MIN_PASSWORD} to {MAX_PASSWORD:,} characters", field="password"
        )
    return password
