"""Confines its own process with Landlock and seccomp, then becomes the job.

Started as a script, with an interpreter that imports nothing but the standard library. Whatever
fails ends it before the job is begun. Its one argument, JSON, is a `Plan`; the job's words follow.
"""

import ctypes
import json
import os
import stat
import struct
import sys
from functools import cache
from typing import TypedDict

EXIT_FAILED = 126

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
_MAKE_DEVICES = 1 << 6 | 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
#: The rights to files that each version of the interface added; later ones have no more.
_RIGHTS = (0, (1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
#: TCP: to bind and to connect. Abstract sockets, and signals, of processes outside.
_ALL_NETWORK, _ALL_SCOPES = 3, 3
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9
_INSTRUCTION = 8


class Plan(TypedDict):
    #: The user to become; None to stay.
    user: int | None
    #: What may be read and executed, and which devices may be read and written, where they exist.
    readable: list[str]
    devices: list[str]
    #: Descriptors: the folders that may be changed, the first of them to work in.
    writable: list[int]
    #: A descriptor to read the program of seccomp from.
    calls: int
    #: Of the kernel's interface.
    version: int


def version() -> int:
    """Of the kernel's interface; 0 where there is none."""
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, 0, 1)))


def main(plan: Plan, words: list[str]) -> None:
    with open(plan["calls"], "rb") as file:  # noqa: PTH123 - a descriptor
        calls = file.read()
    os.fchdir(plan["writable"][0])
    rules = _ruleset(plan)
    if plan["user"] is not None:
        os.setgroups([])
        os.setresgid(*[plan["user"]] * 3)
        os.setresuid(*[plan["user"]] * 3)
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _check(_libc().syscall(_RESTRICT_SELF, rules, 0))
    _filter(calls)
    os.execv(words[0], words)  # noqa: S606 - the purpose


def _ruleset(plan: Plan) -> int:
    """A descriptor of the rules; it and the plan's are not passed on to the job."""
    abi = plan["version"]
    rights = _RIGHTS[min(abi, len(_RIGHTS) - 1)]
    network = _ALL_NETWORK if abi >= _NETWORK_SINCE else 0
    scopes = _ALL_SCOPES if abi >= _SCOPES_SINCE else 0
    size = 24 if scopes else 16 if network else 8
    handled = struct.pack("=QQQ", rights, network, scopes)[:size]
    rules = _check(_libc().syscall(_CREATE_RULESET, handled, ctypes.c_size_t(size), 0))
    os.set_inheritable(rules, False)
    for path in plan["readable"]:
        _allow(rules, path, _READ & rights)
    for path in plan["devices"]:
        _allow(rules, path, (_READ_FILE | _WRITE_FILE) & rights)
    for folder in plan["writable"]:
        _add(rules, folder, rights & ~_MAKE_DEVICES)
        os.set_inheritable(folder, False)
    return rules


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    is_folder = stat.S_ISDIR(os.fstat(opened).st_mode)
    _add(rules, opened, rights if is_folder else rights & _OF_FILES)
    os.close(opened)


def _add(rules: int, beneath: int, rights: int) -> None:
    rule = struct.pack("=Qi", rights, beneath)
    _check(_libc().syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _filter(calls: bytes) -> None:
    program = _Program(len(calls) // _INSTRUCTION, calls)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))


def _prctl(option: int, *arguments: object) -> None:
    padded = [*arguments, 0, 0, 0, 0][:4]
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in padded]
    _check(_libc().prctl(option, *wide))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]), sys.argv[2:])
    except (OSError, ValueError, LookupError) as error:
        sys.stderr.write(f"the sandbox could not be entered: {error}\n")
    sys.exit(EXIT_FAILED)
