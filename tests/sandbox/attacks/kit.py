"""What every Python attack starts with. It is read as text and run in the sandbox, not imported."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = LIBC.shmat.restype = ctypes.c_long
PREFIX = b"luxx-canary-"
#: Numbers of system calls that C libraries do not wrap: x86_64, then what most others use.
NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "io_uring_setup": (425, 425),
    "ioprio_set": (251, 30),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "rt_sigqueueinfo": (129, 138),
    "settimeofday": (164, 170),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "tgkill": (234, 131),
    "userfaultfd": (323, 282),
}
#: An attack that fails like this was written wrongly, or waited for nothing: it proves nothing.
SILLY = {errno.EINVAL, errno.EFAULT, errno.EBADF, errno.ENAMETOOLONG, errno.ETIMEDOUT}


class Held(Exception):
    """Nothing failed, and nothing was won."""


def checked(result: int) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def call(name: str, *arguments: Any) -> int:
    """A function of the C library, with arguments as wide as a register."""
    return checked(getattr(LIBC, name)(*map(wide, arguments)))


def system(name: str, *arguments: Any) -> int:
    number = NUMBERS[name][os.uname().machine != "x86_64"]
    return checked(LIBC.syscall(*map(wide, (number, *arguments))))


def wide(argument: Any) -> Any:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - paths of every kind
        return file.read(100_000)


def canary(text: bytes) -> bytes:
    """The evidence in a text; a text without it is no evidence."""
    start = text.find(PREFIX)
    if start < 0:
        raise Held(f"{len(text)} bytes without a secret")
    return text[start : start + len(PREFIX) + 32]


def first(attempts: Any, attempt: Callable[[Any], Any]) -> Any:
    """Try one after the other; what held the last one holds for all."""
    reason: Exception = Held("nothing to try")
    for each in attempts:
        try:
            return each, attempt(each)
        except (OSError, Held) as error:
            reason = error
    raise reason


def report(attack: Callable[[], object]) -> None:
    try:
        evidence = attack()
    except OSError as error:
        silly = error.errno in SILLY or (isinstance(error, TimeoutError) and not error.errno)
        end = f"{'broken' if silly else 'held'}: {errno.errorcode.get(error.errno or 0)} {error}"
    except (Held, MemoryError) as error:
        end = f"held: {error!r}"
    else:
        end = f"ESCAPED: {evidence!r}"
    sys.stdout.write(end[:300] + "\n")
    sys.stdout.flush()
