"""Sealing of what must be stored and given back: the providers' API keys."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from luxx.config import Secret
from luxx.errors import Conflict


class Vault:
    """Seals with the first key, opens with any; "" stays ""."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, plain: str) -> str:
        return self._fernet.encrypt(plain.encode()).decode() if plain else ""

    def open(self, sealed: str) -> Secret:
        """Raise Conflict where no key of ours has sealed it."""
        if not sealed:
            return Secret("")
        try:
            return Secret(self._fernet.decrypt(sealed.encode()).decode())
        except InvalidToken as error:
            raise Conflict("A stored key cannot be read: enter it again") from error
