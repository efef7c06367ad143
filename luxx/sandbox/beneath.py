"""Opening a path that stays beneath a folder, whatever else happens in that folder meanwhile.

Checking a path and opening it later can be raced with a symbolic link, so the check is the opening:
Linux does both in one call, openat2; elsewhere every part is opened by itself, links refused.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from stat import S_ISLNK

#: Opens `parts` beneath a folder's descriptor with `flags`; OSError says why not.
Opener = Callable[[int, Sequence[str], int], int]

FILE_MODE = 0o600
#: Not every system has every flag: the module must import everywhere.
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
#: Neither waits for a pipe's other end nor takes over a terminal.
PATIENCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
#: Only to look at. (openat2 refuses O_PATH together with other flags.)
PATH = getattr(os, "O_PATH", PATIENCE)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)

_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_BENEATH = 0x08
#: The kernel answers EAGAIN while a rename goes on somewhere; an attacker could rename forever.
_ATTEMPTS = 32


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


def openat2(folder: int, parts: Sequence[str], flags: int) -> int:
    """Open in one step; links are followed as long as they stay beneath the folder."""
    how = _OpenHow(
        flags | os.O_CLOEXEC,
        FILE_MODE if flags & os.O_CREAT else 0,
        _RESOLVE_BENEATH | _RESOLVE_NO_MAGICLINKS,
    )
    path = os.fsencode("/".join(parts) or ".")
    for _ in range(_ATTEMPTS):
        opened = int(_syscall()(_SYS_OPENAT2, folder, path, ctypes.byref(how), ctypes.sizeof(how)))
        if opened >= 0:
            return opened
        code = ctypes.get_errno()
        if code not in {errno.EAGAIN, errno.EINTR}:
            break
    raise OSError(code, os.strerror(code))


def walk(folder: int, parts: Sequence[str], flags: int) -> int:
    """Open part by part; every link is refused, also one that would stay beneath the folder."""
    if not parts:
        return os.open(".", flags, dir_fd=folder)
    current = os.dup(folder)
    try:
        for part in parts[:-1]:
            inner = os.open(part, FOLDER | NO_LINK, dir_fd=current)
            os.close(current)
            current = inner
        return _open_last(current, parts[-1], flags)
    finally:
        os.close(current)


def _open_last(folder: int, name: str, flags: int) -> int:
    opened = os.open(name, flags | NO_LINK, FILE_MODE, dir_fd=folder)
    # With O_PATH a link is opened itself instead of refused.
    if S_ISLNK(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return opened


@cache
def best() -> Opener:
    """What this machine offers: a kernel or a container may lack or forbid openat2."""
    if sys.platform != "linux":
        return walk
    root = os.open("/", FOLDER)
    try:
        os.close(openat2(root, (), PATH))
    except OSError:
        return walk
    else:
        return openat2
    finally:
        os.close(root)


@cache
def _syscall() -> Callable[..., int]:
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    call.argtypes = (
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.POINTER(_OpenHow),
        ctypes.c_size_t,
    )
    return call
