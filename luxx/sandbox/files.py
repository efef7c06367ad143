"""What is done with an opened file or folder. Nothing here knows of paths, only of descriptors."""

import os
import secrets
import stat
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from luxx.sandbox import beneath

Kind = Literal["file", "directory", "link", "other"]

_DEFAULT_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder; `path` is relative to the workspace."""

    path: str
    kind: Kind
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """An entry on a walk; `folder` is its folder's descriptor, open for this step only."""

    entry: Entry
    folder: int
    name: str


def kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "link" if stat.S_ISLNK(mode) else "other"


def lstat(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def give(made: int, like: int) -> None:
    """What a server makes as root belongs to whom the folder belongs to: code runs as them."""
    if os.geteuid() == 0:
        owner = os.fstat(like)
        os.fchown(made, owner.st_uid, owner.st_gid)


def replace(folder: int, name: str, content: bytes) -> None:
    """Write beside the file and rename over it: a reader sees the old file or the new one."""
    old = lstat(folder, name)
    mode = stat.S_IMODE(old.st_mode) if old and stat.S_ISREG(old.st_mode) else _DEFAULT_MODE
    beside = f".{secrets.token_hex(8)}.tmp"
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _DEFAULT_MODE, dir_fd=folder)
    try:
        try:
            give(file, like=folder)
            os.fchmod(file, mode & 0o777)
            write_all(file, content)
        finally:
            os.close(file)
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        os.unlink(beside, dir_fd=folder)
        raise
    os.fsync(folder)


def read_regular(found: Found, most: int) -> bytes | None:
    """Read what a walk found; None where it is no file of its own (any more)."""
    flags = os.O_RDONLY | beneath.PATIENCE | beneath.NO_LINK
    try:
        file = os.open(found.name, flags, dir_fd=found.folder)
    except OSError:
        return None
    try:
        info = os.fstat(file)
        is_own = stat.S_ISREG(info.st_mode) and info.st_nlink <= 1
        return os.pread(file, most, 0) if is_own else None
    finally:
        os.close(file)


class Walk:
    """Goes through a folder, by name, deepest first; it ends after `most` entries."""

    def __init__(self, most: int, depth: int) -> None:
        self._left = most
        self._depth = depth
        self.is_complete = True

    def through(self, folder: int, path: str) -> Generator[Found, None, None]:
        """Takes over `folder` and closes it. Links are named, never followed."""
        return self._through(folder, path, self._depth)

    def _through(self, folder: int, path: str, depth: int) -> Generator[Found, None, None]:
        try:
            for name in self._names(folder):
                info = lstat(folder, name)
                if info is None:
                    continue
                inner = f"{path}/{_shown(name)}" if path else _shown(name)
                yield Found(Entry(inner, kind(info.st_mode), info.st_size), folder, name)
                if stat.S_ISDIR(info.st_mode):
                    yield from self._into(folder, name, inner, depth - 1)
        finally:
            os.close(folder)

    def _into(self, folder: int, name: str, path: str, depth: int) -> Generator[Found, None, None]:
        if depth < 0:
            self.is_complete = self.is_complete and self._depth == 0
            return
        try:
            inner = os.open(name, beneath.FOLDER | beneath.NO_LINK, dir_fd=folder)
        except OSError:
            return
        yield from self._through(inner, path, depth)

    def _names(self, folder: int) -> list[str]:
        names: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if not self._left:
                    self.is_complete = False
                    break
                self._left -= 1
                names.append(entry.name)
        return sorted(names)


def _shown(name: str) -> str:
    """A name need not be text: what is not is shown as such."""
    return os.fsencode(name).decode("utf-8", "replace")
