"""The server's own keys: derived from LUXX_SECRET_KEY, or kept in the data folder.

There, `fernet.keys` (newest first) seals the providers' API keys and `secret.key` signs tokens.
"""

import base64
import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from luxx.config import Settings
from luxx.errors import ConfigError
from luxx.security.tokens import Tokens
from luxx.security.vault import Vault

_MIN_SECRET = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    tokens: Tokens
    vault: Vault


def load_keyring(settings: Settings) -> Keyring:
    """Derive the keys, or read them from the data folder, where they are made at first."""
    vault_file, secret_file = _files(settings)
    if settings.secret_key:
        signing = _derive(settings.secret_key, b"luxx tokens").decode()
        sealing = [_derive(settings.secret_key, b"luxx vault")]
        if vault_file.exists():  # it sealed keys before LUXX_SECRET_KEY was set
            sealing += _sealing_keys(vault_file)
    else:
        # The vault's file is made first: a signing secret without it means that it was lost.
        if secret_file.exists() and not vault_file.exists():
            raise ConfigError(f"{vault_file} is missing. {_advice(vault_file)}")
        sealing = _sealing_keys(_kept(vault_file, Fernet.generate_key()))
        signing = _signing_secret(_kept(secret_file, secrets.token_urlsafe(_MIN_SECRET).encode()))
    return Keyring(tokens=Tokens(signing, settings.token_ttl), vault=Vault(sealing))


def rotate_keys(settings: Settings) -> Keyring:
    """Put a new sealing key in front of the old ones, which still open what they sealed.

    A server that is running does not know the new key: it must be stopped before.
    """
    if settings.secret_key:
        raise ConfigError(
            "The keys are derived from LUXX_SECRET_KEY, not kept in a file: to change them, set"
            " another LUXX_SECRET_KEY and enter the providers' API keys again"
        )
    load_keyring(settings)
    path, _ = _files(settings)
    draft = path.with_suffix(".new")
    try:
        with _exclusive(draft) as file:  # while it exists no second rotation can begin
            file.write(b"\n".join([Fernet.generate_key(), *_sealing_keys(path), b""]))
    except FileExistsError as error:
        raise ConfigError(
            f"{draft} exists: the keys are being rotated. If nothing is running, delete that file"
        ) from error
    draft.replace(path)
    return load_keyring(settings)


def _files(settings: Settings) -> tuple[Path, Path]:
    return settings.data_dir / "fernet.keys", settings.data_dir / "secret.key"


def _derive(secret: str, purpose: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(key)


def _advice(vault_file: Path) -> str:
    return (
        f"Put {vault_file.name} back from a backup. Without it the providers' stored API keys are"
        " lost: to go on all the same, delete fernet.keys and secret.key, log in again and enter"
        " the API keys again"
    )


def _sealing_keys(path: Path) -> list[bytes]:
    keys = _read(path).split()
    try:
        MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ConfigError(f"{path} is damaged. {_advice(path)}") from error
    return keys


def _signing_secret(path: Path) -> str:
    content = _read(path).strip()
    if len(content) < _MIN_SECRET or not content.isascii():
        raise ConfigError(f"{path} is damaged: delete it; everybody will have to log in again")
    return content.decode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error


def _kept(path: Path, content: bytes) -> Path:
    """Make the file unless it is there: whole or not at all, whoever else is making it."""
    if path.exists():
        return path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path, content)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _make(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with _exclusive(draft) as file:
        file.write(content + b"\n")
    try:
        with contextlib.suppress(FileExistsError):  # another process was faster: its file counts
            os.link(draft, path)
    finally:
        draft.unlink()


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[BinaryIO]:
    """Create a file that only its owner can read; nothing is left of it after a failure."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            yield file
            file.flush()
            os.fsync(descriptor)
        except BaseException:
            path.unlink()
            raise
