"""The system calls that a job may not make, as a program for the kernel."""

import errno
import os
import socket
import tempfile
from functools import cache
from typing import Any

_EPERM = errno.EPERM

#: Parts of the kernel that code in a sandbox has no business with: how others were broken out of.
_DENIED = (
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "add_key",
    "keyctl",
    "request_key",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "fanotify_init",
    "lookup_dcookie",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "open_tree_attr",
    "mount_setattr",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "name_to_handle_at",
    "open_by_handle_at",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "quotactl_fd",
    "nfsservctl",
    "syslog",
    "vhangup",
    "iopl",
    "ioperm",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
)
_SHARED = (
    "shmat",
    "shmctl",
    "semop",
    "semtimedop",
    "semctl",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "mq_open",
    "mq_unlink",
    "inotify_add_watch",
    "migrate_pages",
    "move_pages",
    "process_mrelease",
)
#: What a file system without them would answer is understood by all.
_ATTRIBUTES = (
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "setxattrat",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "removexattrat",
)
#: Their first argument is a process; 0 is the calling one.
_ON_ANY_PROCESS = (
    "prlimit64",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setparam",
    "sched_setattr",
)
_PRETENDED = (
    "setpgid",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
)
#: Memory that is no process's, so that it cannot be counted.
_MEMORY = ("memfd_create", "memfd_secret", "shmget", "semget", "msgget")
#: Namespaces that `clone` could make.
_CLONE_NEW = (
    0x0002_0000,  # mounts
    0x0200_0000,  # control groups
    0x0400_0000,  # host name
    0x0800_0000,  # System V objects
    0x1000_0000,  # users
    0x2000_0000,  # processes
    0x4000_0000,  # network
)
#: AF_UNIX, AF_INET, AF_INET6; others are not bound to a network namespace, or little tested.
_FAMILIES = (1, 2, 10)
_MAX_FAMILY = 64
#: The version of Landlock that keeps signals in.
_SIGNALS_SINCE = 6
_F_SETOWN, _F_SETOWN_EX, _FIOSETOWN, _SIOCSPGRP = 8, 15, 0x8901, 0x8902
_UNKNOWN = -1
#: Type into, and command, the terminal.
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C


class MissingError(Exception):
    """The library that makes such programs is not on this machine."""


@cache
def namespaced() -> bytes:
    """For a job in namespaces of its own. Raises MissingError."""
    return _program(_common)


@cache
def shared(version: int) -> bytes:
    """For a job among the server's processes, under a version of Landlock. Raises MissingError."""
    return _program(_common, _alone, _modest, *([] if version >= _SIGNALS_SINCE else [_mute]))


def _program(*parts: Any) -> bytes:
    seccomp = _library()
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    for part in parts:
        part(seccomp, made)
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        return os.pread(file.fileno(), 1 << 20, 0)


def _library() -> Any:
    try:
        import pyseccomp  # noqa: PLC0415 - fails where its library is missing
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise MissingError(str(error)) from error
    return pyseccomp


def _common(seccomp: Any, made: Any) -> None:
    for name in _DENIED:
        _add(seccomp, made, _EPERM, name)
    for name in _MEMORY:
        _add(seccomp, made, errno.ENOSYS, name)
    # Its flags are in memory, where no filter sees them; libraries fall back on `clone`.
    _add(seccomp, made, errno.ENOSYS, "clone3")
    # Pretended: the scheduler shares the processors between sessions, so one is enough for a job.
    _add(seccomp, made, 0, "setsid")
    for flag in _CLONE_NEW:
        _add(seccomp, made, _EPERM, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    for request in (_TIOCSTI, _TIOCLINUX):
        match = seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFF_FFFF, request)
        _add(seccomp, made, _EPERM, "ioctl", match)
    for name in ("socket", "socketpair"):
        _only_families(seccomp, made, name, _FAMILIES)


def _alone(seccomp: Any, made: Any) -> None:
    """Landlock leaves these open: other processes, what all share, sockets that are files."""
    for name in _SHARED:
        _add(seccomp, made, _EPERM, name)
    for name in _ATTRIBUTES:
        _add(seccomp, made, errno.EOPNOTSUPP, name)
    _add(seccomp, made, _EPERM, "socket")
    # A connected pair of streams leads nowhere else; datagrams can be sent to any name.
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        match = seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, kind)
        _add(seccomp, made, _EPERM, "socketpair", match)
    for name in _ON_ANY_PROCESS:
        _add(seccomp, made, _EPERM, name, seccomp.Arg(0, seccomp.NE, 0))
    for name, itself in (("setpriority", 0), ("ioprio_set", 1)):
        _add(seccomp, made, _EPERM, name, seccomp.Arg(0, seccomp.NE, itself))
        _add(seccomp, made, _EPERM, name, seccomp.Arg(1, seccomp.NE, 0))
    # Signals that the kernel sends on somebody's behalf.
    for command in (_F_SETOWN, _F_SETOWN_EX):
        match = seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFF_FFFF, command)
        _add(seccomp, made, _EPERM, "fcntl", match)
    for request in (_FIOSETOWN, _SIOCSPGRP):
        match = seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFF_FFFF, request)
        _add(seccomp, made, _EPERM, "ioctl", match)


def _modest(seccomp: Any, made: Any) -> None:
    """Pretended, so that `cp -p` and `tar` work; and a job stays one group that can be killed."""
    for name in _PRETENDED:
        _add(seccomp, made, 0, name)


def _mute(seccomp: Any, made: Any) -> None:
    """Old versions of Landlock let signals through, and files be cut off by their names."""
    for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        _add(seccomp, made, _EPERM, name, seccomp.Arg(0, seccomp.NE, 0))
    for name in ("pidfd_send_signal", "truncate", "truncate64"):
        _add(seccomp, made, _EPERM, name)


def _only_families(seccomp: Any, made: Any, name: str, allowed: tuple[int, ...]) -> None:
    for family in range(_MAX_FAMILY):
        if family not in allowed:
            _add(seccomp, made, errno.EAFNOSUPPORT, name, seccomp.Arg(0, seccomp.EQ, family))
    _add(seccomp, made, errno.EAFNOSUPPORT, name, seccomp.Arg(0, seccomp.GE, _MAX_FAMILY))


def _add(seccomp: Any, made: Any, code: int, name: str, *matches: Any) -> None:
    """A call that this processor, or this version of the library, does not know is passed over."""
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    if number != _UNKNOWN:
        made.add_rule(seccomp.ERRNO(code), number, *matches)
