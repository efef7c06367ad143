"""Attacks that would win rights over the machine."""

import os
import shutil
from pathlib import Path

from sandbox.attacks.attack import Attack
from sandbox.attacks.scene import Scene


def _root_program(_scene: Scene, workspace: Path) -> None:
    """A program that makes whoever runs it root: only root can leave one."""
    program = workspace / "become-root"
    shutil.copyfile("/usr/bin/id", program)
    program.chmod(0o4755 if os.geteuid() == 0 else 0o755)


IDENTITY = [
    Attack("is_root", "if os.getuid() and os.geteuid(): raise Held(os.getuid())"),
    Attack(
        "becomes_root",
        "try: os.setuid(0)\nexcept OSError: pass\nif os.getuid(): raise Held('still not')",
    ),
    Attack(
        "becomes_somebody_else",
        "try: os.setuid(1)\nexcept OSError: pass\nif os.getuid() != 1: raise Held('still not')",
    ),
    Attack(
        "has_the_groups_of_the_server",
        "groups = set(os.getgroups()) - {os.getgid(), 65534}\n"
        "if not groups: raise Held('none')\nreturn groups",
    ),
    Attack("joins_a_group", "return os.setgroups([0, 6, 42])"),
    Attack(
        "may_gain_privileges_by_executing",
        "if call('prctl', 39, 0, 0, 0, 0) == 1: raise Held('no_new_privs')",
    ),
    Attack(
        "has_capabilities",
        """
header = (ctypes.c_uint * 2)(0x20080522, 0)
sets = (ctypes.c_uint * 6)()
call('capget', header, sets)
if not any(sets): raise Held('none')
return list(sets)
""",
    ),
    Attack(
        "runs_a_program_of_root",
        'id=$(./become-root -u) || return 2; test "$id" = 0',
        language="shell",
        prepare=_root_program,
    ),
    Attack(
        "makes_a_program_that_changes_the_user",
        "cp /usr/bin/id mine && chmod 4755 mine && test $(./mine -u) != $(id -u)",
        language="shell",
    ),
    Attack("asks_su", "su -c id </dev/null", language="shell"),
    Attack("asks_mount", "mount -t tmpfs none .", language="shell"),
]

CALLS = [
    Attack(name, source)
    for name, source in {
        "makes_the_memory_device": "return os.mknod('mem', 0o20600, os.makedev(1, 1))",
        "makes_a_disk_device": "return os.mknod('disk', 0o60600, os.makedev(254, 0))",
        "mounts": "return call('mount', b'none', b'.', b'tmpfs', 0, None)",
        "mounts_the_new_way": "return system('fsopen', b'tmpfs', 0)",
        "clones_a_mount": "return system('open_tree', -100, b'/', 1)",
        "unmounts": "return call('umount2', b'/proc', 2)",
        "remounts_its_root_to_write": "return call('mount', None, b'/', None, 32 | 4096, None)",
        "changes_its_root": "return os.chroot('.')",
        "pivots_its_root": "return system('pivot_root', b'.', b'.')",
        "makes_a_user_namespace": "return call('unshare', 0x10000000)",
        "makes_a_mount_namespace": "return call('unshare', 0x20000)",
        "makes_a_network_namespace": "return call('unshare', 0x40000000)",
        "clones_into_a_user_namespace": (
            "child = system('clone', 0x10000000 | 17, 0, 0, 0, 0)\n"
            "if child == 0: os._exit(0)\nreturn child"
        ),
        "clones_into_a_user_namespace_the_new_way": (
            "arguments = (ctypes.c_ulonglong * 8)(0x10000000, 0, 0, 0, 17)\n"
            "child = system('clone3', ctypes.byref(arguments), 64)\n"
            "if child == 0: os._exit(0)\nreturn child"
        ),
        "enters_the_servers_namespaces": (
            "return call('setns', os.pidfd_open(DECOY), 0x40000000 | 0x20000)"
        ),
        "adds_a_key": "return system('add_key', b'user', b'luxx', b'x', 1, -4)",
        "reads_a_keyring": "return system('keyctl', 0, -4, 1)",
        "sets_up_io_uring": "return system('io_uring_setup', 8, (ctypes.c_char * 120)())",
        "loads_a_bpf_program": (
            "attributes = (ctypes.c_uint * 32)(2, 4, 4, 1)\n"
            "return system('bpf', 0, ctypes.byref(attributes), 128)"
        ),
        "measures_the_server": (
            "attributes = (ctypes.c_uint * 32)(1, 128, 1)\n"
            "return system('perf_event_open', ctypes.byref(attributes), DECOY, -1, -1, 0)"
        ),
        "handles_page_faults": "return system('userfaultfd', os.O_CLOEXEC)",
        "watches_the_file_system": "return system('fanotify_init', 0x200, 0)",
        "loads_a_module": "return system('init_module', b'x' * 64, 64, b'')",
        "loads_a_module_from_a_file": (
            "return system('finit_module', os.open('/usr/bin/id', 0), b'', 0)"
        ),
        "loads_another_kernel": "return system('kexec_load', 0, 0, None, 0)",
        # With a magic number that no kernel knows, should it get through.
        "restarts_the_machine": "return system('reboot', 0xFEE1DEAD, 1, 0, None)",
        "accounts_processes": "return system('acct', b'mine')",
        "swaps": "return system('swapon', b'mine', 0)",
        "reads_the_kernels_log": (
            "return system('syslog', 3, ctypes.create_string_buffer(1000), 1000)"
        ),
        # To what it already is, should it get through.
        "sets_the_hosts_name": (
            "name = os.uname().nodename.encode()\nreturn call('sethostname', name, len(name))"
        ),
        "sets_the_clock": (
            "import time\nnow = (ctypes.c_long * 2)(int(time.time()), 0)\n"
            "return system('clock_settime', 0, ctypes.byref(now))"
        ),
    }.items()
]

SYSTEM_FILES = [
    Attack(
        "changes_the_kernels_settings",
        """
names = ['kernel/core_pattern', 'kernel/modprobe', 'kernel/hostname', 'kernel/domainname',
    'kernel/sysrq', 'net/ipv4/ip_forward',
    'fs/file-max', 'vm/overcommit_memory', 'vm/drop_caches', 'user/max_user_namespaces']
paths = ['/proc/sys/' + name for name in names]
return first(paths, lambda path: os.open(path, os.O_WRONLY))
""",
    ),
    Attack("presses_the_system_request_key", "return os.open('/proc/sysrq-trigger', os.O_WRONLY)"),
    Attack("reads_the_kernels_memory", "return os.open('/proc/kcore', os.O_RDONLY)"),
    Attack("sees_the_kernels_symbols", "return read('/sys/kernel/notes')"),
    Attack(
        "maps_itself_to_root",
        "return first(['uid_map', 'gid_map', 'setgroups'],"
        " lambda name: os.write(os.open('/proc/self/' + name, os.O_WRONLY), b'0 0 1'))",
    ),
    Attack(
        "changes_a_control_group",
        "names = ['release_agent', 'cgroup.procs', 'memory.max']\n"
        "return first(names, lambda name: os.open('/sys/fs/cgroup/' + name, os.O_WRONLY))",
    ),
    Attack(
        "opens_a_device",
        "return first(DEVICES, lambda path: os.open(path, os.O_RDONLY | os.O_NONBLOCK))",
    ),
    Attack(
        "opens_a_device_to_write",
        "return first(DEVICES, lambda path: os.open(path, os.O_WRONLY | os.O_NONBLOCK))",
    ),
]

ATTACKS = [*IDENTITY, *CALLS, *SYSTEM_FILES]
