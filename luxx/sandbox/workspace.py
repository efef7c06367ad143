"""A user's folder: the only files that the file tools can reach.

A path is relative to the folder; `/workspace/…` means the same. What leads outside is answered
exactly like what does not exist. Only regular files with a single name are opened: a pipe or device
could hold the server up, and a second hard link could be a name of a file outside. Every method
blocks: call it in a thread.
"""

import errno
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from luxx.errors import BadInput, ToolFailed
from luxx.sandbox import beneath, files
from luxx.sandbox.usage import MAX_DEPTH, measure

ALIAS = "workspace"
MAX_FILE = 10_485_760
MAX_PATH = 4_096
MAX_SCAN = 10_000
#: Files and folders that a workspace may hold.
MAX_ENTRIES = 50_000

_SHOWN = 200
#: Said of what is not there and of what leads outside, in the same words.
_MISSING = "is not in the workspace"
_FULL = "cannot be stored: the workspace is full"
_REASONS: dict[int | None, str] = {
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG), _MISSING),
    **dict.fromkeys((errno.EXDEV, errno.ELOOP, errno.EAGAIN), _MISSING),
    **dict.fromkeys((errno.EACCES, errno.EPERM), _MISSING),
    **dict.fromkeys((errno.ENXIO, errno.ENODEV), "is not a regular file"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "cannot be stored: no space left"),
    errno.EISDIR: "is a folder",
}


class Workspace:
    """The files below `root`, which is made when it is first used."""

    def __init__(
        self,
        root: Path,
        *,
        quota: int | None = None,
        owner: int | None = None,
        opener: beneath.Opener | None = None,
    ) -> None:
        """`quota`: bytes that it may hold; `owner`: the user who gets it when it is made."""
        self._root = root
        self._quota = quota
        self._owner = owner
        self._opener = opener

    def ready(self) -> Path:
        """The folder, made if need be. Raises ToolFailed where it cannot be used."""
        with _errors("."):
            os.close(self._open_root())
        return self._root

    def read(self, path: str, offset: int, limit: int) -> tuple[bytes, int]:
        """At most `limit` bytes from `offset`, and the file's size."""
        with _errors(path), self._file(path, os.O_RDONLY) as file:
            return os.pread(file, min(limit, MAX_FILE), offset), os.fstat(file).st_size

    def write(self, path: str, content: bytes) -> bool:
        """Replace the file in one step, making its folders as needed; True if it is new."""
        _check_size(path, len(content))
        with _errors(path), self._folder_of(path) as (folder, name):
            old = files.lstat(folder, name)
            if old and not stat.S_ISLNK(old.st_mode):
                _check_regular(path, old, links=False)
            if old is None or len(content) > old.st_size:
                self._check_room(path, len(content))
            files.replace(folder, name, content)
        return old is None

    def append(self, path: str, content: bytes) -> tuple[int, bool]:
        """Add to the file's end, making it if need be; its size, and whether it is new."""
        self._check_room(path, len(content))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with _errors(path), self._folder_of(path) as (folder, name):
            is_new = files.lstat(folder, name) is None
            with self._file(path, flags) as file:
                if is_new:
                    files.give(file, like=folder)
                size = os.fstat(file).st_size + len(content)
                _check_size(path, size)
                files.write_all(file, content)
        return size, is_new

    def stat(self, path: str) -> files.Entry | None:
        """What is at `path`; None where there is nothing, or nothing that can be reached."""
        try:
            with _errors(path), self._opened(_parts(path), beneath.PATH) as found:
                info = os.fstat(found)
        except ToolFailed as error:
            if error.message.endswith(_MISSING):
                return None
            raise
        return files.Entry("/".join(_parts(path)), files.kind(info.st_mode), info.st_size)

    def walk(self, path: str, walk: files.Walk) -> Generator[files.Found, None, None]:
        """What the folder holds."""
        with _errors(path):
            parts = _parts(path)
            there = self.stat(path)
            if there is not None and there.kind != "directory":
                raise _failed(path, "is not a folder")
            with self._opened(parts, beneath.FOLDER) as folder:
                found = walk.through(os.dup(folder), "/".join(parts))
            yield from found

    @contextmanager
    def _file(self, path: str, flags: int) -> Iterator[int]:
        with self._opened(_parts(path), flags | beneath.PATIENCE) as file:
            _check_regular(path, os.fstat(file))
            yield file

    @contextmanager
    def _folder_of(self, path: str) -> Iterator[tuple[int, str]]:
        """The folder that is to hold `path`, made if need be, and the name in it."""
        parts = _parts(path)
        if not parts:
            raise _failed(path, _REASONS[errno.EISDIR])
        for depth in range(1, len(parts)):
            self._make_folder(parts[:depth])
        with self._opened(parts[:-1], beneath.FOLDER) as folder:
            yield folder, parts[-1]

    def _make_folder(self, parts: list[str]) -> None:
        with self._opened(parts[:-1], beneath.FOLDER) as outer:
            if files.lstat(outer, parts[-1]) is None:
                try:
                    os.mkdir(parts[-1], 0o700, dir_fd=outer)
                except FileExistsError:
                    return
                with self._opened(parts, beneath.FOLDER) as made:
                    files.give(made, like=outer)

    @contextmanager
    def _opened(self, parts: list[str], flags: int) -> Iterator[int]:
        root = self._open_root()
        try:
            opened = (self._opener or beneath.best())(root, parts, flags)
        finally:
            os.close(root)
        with _closing(opened):
            yield opened

    def _open_root(self) -> int:
        try:
            return os.open(self._root, beneath.FOLDER)
        except PermissionError:
            # A job may have closed the folder to its own user, who would be locked out for ever.
            self._root.chmod(0o700)
            return os.open(self._root, beneath.FOLDER)
        except FileNotFoundError:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = os.open(self._root, beneath.FOLDER)
        if self._owner is not None:
            os.fchown(root, self._owner, self._owner)
        return root

    def _check_room(self, path: str, size: int) -> None:
        if self._quota is None:
            return
        with _errors(path), _closing(self._open_root()) as root:
            usage = measure(root, MAX_ENTRIES)
        if usage.unfinished:
            raise _failed(
                path, f"{_FULL}: {MAX_ENTRIES} files, or folders that cannot be looked into"
            )
        if usage.size + size > self._quota:
            raise _failed(path, f"{_FULL}: {usage.size} of {self._quota} bytes are used")


@contextmanager
def _closing(opened: int) -> Iterator[int]:
    try:
        yield opened
    finally:
        os.close(opened)


def _parts(path: str) -> list[str]:
    """The path's parts; `..` is taken by the name, before any link. Outside: FileNotFoundError."""
    if "\0" in path or len(path.encode("utf-8", "replace")) > MAX_PATH or not _is_text(path):
        message = f"path: expected at most {MAX_PATH} bytes of text without NUL characters"
        raise BadInput(message, field="path")
    names = [name for name in path.split("/") if name not in {"", "."}]
    if path.startswith("/"):
        if names[:1] != [ALIAS]:
            raise FileNotFoundError(errno.ENOENT, _MISSING)
        del names[0]
    parts: list[str] = []
    for name in names:
        if name != "..":
            parts.append(name)
        elif parts:
            parts.pop()
        else:
            raise FileNotFoundError(errno.ENOENT, _MISSING)
    if len(parts) > MAX_DEPTH:
        raise FileNotFoundError(errno.ENOENT, _MISSING)
    return parts


def _is_text(path: str) -> bool:
    """JSON can carry half a surrogate pair, which no file name can."""
    return path.isascii() or path == path.encode("utf-8", "replace").decode()


@contextmanager
def _errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed(path, _REASONS.get(error.errno, "cannot be used")) from error


def _failed(path: str, reason: str) -> ToolFailed:
    shown = path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"
    return ToolFailed(f"path: {shown!r} {reason}", field="path")


def _check_size(path: str, size: int) -> None:
    if size > MAX_FILE:
        raise _failed(path, f"would have {size} bytes; the most is {MAX_FILE}")


def _check_regular(path: str, info: os.stat_result, *, links: bool = True) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise _failed(path, "is a folder")
    if not stat.S_ISREG(info.st_mode):
        raise _failed(path, "is not a regular file")
    if links and info.st_nlink > 1:
        raise _failed(path, "has several hard links and may be a file outside")
