"""Passwords, tokens, sealed keys and the counting of attempts.

Owns every use of cryptography. Knows nothing of users or of the database.
"""

from luxx.security.attempts import AttemptLimiter
from luxx.security.keyring import Keyring, load_keyring, rotate_keys
from luxx.security.passwords import hash_password, verify_password
from luxx.security.tokens import Claims, Tokens
from luxx.security.vault import Vault

__all__ = [
    "AttemptLimiter",
    "Claims",
    "Keyring",
    "Tokens",
    "Vault",
    "hash_password",
    "load_keyring",
    "rotate_keys",
    "verify_password",
]
