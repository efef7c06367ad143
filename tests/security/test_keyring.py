"""The server's own keys and their files."""

import logging
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from luxx.config import Secret, Settings
from luxx.errors import ConfigError, Conflict, Unauthenticated
from luxx.security import (
    Vault,
    load_keyring,
    rotate_keys,
)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    """Settings whose keys are kept in a folder that does not exist yet."""
    return Settings(data_dir=tmp_path / "deep" / "data")


def test_keys_are_made_once_and_only_for_their_owner(kept: Settings) -> None:
    first, second = load_keyring(kept), load_keyring(kept)
    assert second.vault.open(first.vault.seal("sk-canary")) == "sk-canary"
    assert second.tokens.read(first.tokens.issue(1, 0)).user_id == 1
    assert sorted(file.name for file in kept.data_dir.iterdir()) == ["fernet.keys", "secret.key"]
    assert stat.S_IMODE(kept.data_dir.stat().st_mode) == 0o700
    for file in kept.data_dir.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_key_makes_every_server_the_same_keys_and_no_file(kept: Settings) -> None:
    here = replace(kept, secret_key=Secret("k" * 32))
    there = replace(here, data_dir=kept.data_dir / "elsewhere")
    assert load_keyring(there).vault.open(load_keyring(here).vault.seal("sk")) == "sk"
    assert load_keyring(there).tokens.read(load_keyring(here).tokens.issue(1, 0)).user_id == 1
    assert not kept.data_dir.exists()


def test_another_secret_key_opens_nothing(kept: Settings) -> None:
    one = load_keyring(replace(kept, secret_key=Secret("k" * 32)))
    other = load_keyring(replace(kept, secret_key=Secret("l" * 32)))
    with pytest.raises(Conflict):
        other.vault.open(one.vault.seal("sk"))
    with pytest.raises(Unauthenticated):
        other.tokens.read(one.tokens.issue(1, 0))


def test_keys_sealed_before_there_was_a_secret_key_are_still_opened(kept: Settings) -> None:
    sealed = load_keyring(kept).vault.seal("sk")
    assert load_keyring(replace(kept, secret_key=Secret("k" * 32))).vault.open(sealed) == "sk"


def test_processes_that_start_at_once_have_the_same_keys(kept: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from luxx.config import Settings;"
        "from luxx.security import load_keyring; sys.stdin.read();"
        "print(load_keyring(Settings(data_dir=Path(sys.argv[1]))).vault.seal('sk'))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(kept.data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin
        process.stdin.close()
        process.stdin = None
    sealed = [process.communicate(timeout=30)[0].strip() for process in started]
    vault = load_keyring(kept).vault
    assert [vault.open(text) for text in sealed] == ["sk"] * 4
    assert len(list(kept.data_dir.iterdir())) == 2


def test_who_is_slower_takes_the_keys_that_are_there(
    kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link
    faster: list[Vault] = []

    def slow(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        faster.append(load_keyring(kept).vault)
        link(source, target)

    monkeypatch.setattr(os, "link", slow)
    mine = load_keyring(kept).vault
    assert mine.open(faster[0].seal("sk")) == "sk"
    assert len(list(kept.data_dir.iterdir())) == 2


def test_a_lost_vault_file_is_not_replaced_in_silence(kept: Settings) -> None:
    load_keyring(kept)
    (kept.data_dir / "fernet.keys").unlink()
    with pytest.raises(ConfigError, match=r"fernet\.keys is missing.*backup.*delete"):
        load_keyring(kept)


@pytest.mark.parametrize("content", [b"", b"junk\n", b"\xff\xfe", b"A" * 43])
def test_a_damaged_vault_file_says_what_to_do(kept: Settings, content: bytes) -> None:
    load_keyring(kept)
    (kept.data_dir / "fernet.keys").write_bytes(content)
    with pytest.raises(ConfigError, match=r"fernet\.keys is damaged.*backup.*delete"):
        load_keyring(kept)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_damaged_secret_file_says_what_to_do(kept: Settings, content: bytes) -> None:
    load_keyring(kept)
    (kept.data_dir / "secret.key").write_bytes(content)
    with pytest.raises(ConfigError, match=r"secret\.key is damaged: delete it"):
        load_keyring(kept)


def test_a_lost_secret_file_only_ends_the_sessions(kept: Settings) -> None:
    before = load_keyring(kept)
    (kept.data_dir / "secret.key").unlink()
    after = load_keyring(kept)
    assert after.vault.open(before.vault.seal("sk")) == "sk"
    with pytest.raises(Unauthenticated):
        after.tokens.read(before.tokens.issue(1, 0))


def test_a_file_that_cannot_be_read_or_made_is_named(kept: Settings) -> None:
    kept.data_dir.parent.mkdir()
    kept.data_dir.write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match=r"fernet\.keys cannot be written: File exists"):
        load_keyring(kept)
    kept.data_dir.unlink()
    (kept.data_dir / "fernet.keys").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"fernet\.keys cannot be read: Is a directory"):
        load_keyring(kept)


def test_a_failed_write_leaves_nothing_behind(
    kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        load_keyring(kept)
    assert list(kept.data_dir.iterdir()) == []


def test_rotation_seals_with_a_new_key_and_still_opens_the_old(kept: Settings) -> None:
    before = load_keyring(kept)
    after = rotate_keys(kept)
    assert after.vault.open(before.vault.seal("sk")) == "sk"
    with pytest.raises(Conflict):
        before.vault.open(after.vault.seal("sk"))
    assert load_keyring(kept).vault.open(after.vault.seal("sk")) == "sk"
    assert stat.S_IMODE((kept.data_dir / "fernet.keys").stat().st_mode) == 0o600
    assert len(list(kept.data_dir.iterdir())) == 2


def test_two_rotations_at_once_lose_no_key(kept: Settings) -> None:
    load_keyring(kept)
    before = (kept.data_dir / "fernet.keys").read_bytes()
    (kept.data_dir / "fernet.new").touch()
    with pytest.raises(ConfigError, match="delete that file"):
        rotate_keys(kept)
    assert (kept.data_dir / "fernet.keys").read_bytes() == before


def test_derived_keys_are_not_rotated(kept: Settings) -> None:
    with pytest.raises(ConfigError, match="LUXX_SECRET_KEY"):
        rotate_keys(replace(kept, secret_key=Secret("k" * 32)))


def test_a_keyring_shows_no_key(kept: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = repr(load_keyring(kept))
    for file in kept.data_dir.iterdir():
        assert file.read_text().strip() not in shown + caplog.text
