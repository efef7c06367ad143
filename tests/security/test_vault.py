"""Sealing and opening."""

import pytest
from cryptography.fernet import Fernet

from luxx.errors import Conflict
from luxx.security import (
    Vault,
)


def test_a_sealed_key_is_opened_by_the_vault_and_never_shown() -> None:
    vault = Vault([Fernet.generate_key()])
    sealed = vault.seal("sk-canary")
    opened = vault.open(sealed)
    assert "canary" not in sealed
    assert opened == "sk-canary"
    assert repr(opened) == "***"


def test_nothing_is_sealed_as_nothing() -> None:
    vault = Vault([Fernet.generate_key()])
    assert vault.seal("") == ""
    assert vault.open("") == ""


@pytest.mark.parametrize(
    "sealed",
    [Vault([Fernet.generate_key()]).seal("sk-canary"), "junk", "é"],
    ids=["another key's", "junk", "no token at all"],
)
def test_what_another_key_sealed_must_be_entered_again(sealed: str) -> None:
    with pytest.raises(Conflict, match="enter it again"):
        Vault([Fernet.generate_key()]).open(sealed)
