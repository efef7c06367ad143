"""Attacks that would use up the machine. None of them is ever run unconfined.

One that counts its spoils stops at four times what it may have: that is an escape.
"""
# ruff: noqa: S108 - folders that everybody may write to are what some of them fill

from dataclasses import replace

from sandbox.attacks.attack import BRIEF, QUICK, Attack
from sandbox.attacks.checks import (
    keeps_memory,
    keeps_processes,
    keeps_quota,
)

#: A bomb may run into its time, or its processes into their memory.
_BOMB = replace(QUICK, seconds=1.5)
_MANY_FILES = replace(QUICK, workspace_files=20_000)

TIME = [
    Attack("loops", "while True: pass", bare=True, limits=BRIEF, stops=("time",)),
    Attack("sleeps", "import time; time.sleep(99)", bare=True, limits=BRIEF, stops=("time",)),
    Attack(
        "loops_in_shell",
        "while :; do :; done",
        language="shell",
        bare=True,
        limits=BRIEF,
        stops=("time",),
    ),
    Attack(
        "computes_a_number_of_a_billion_digits",
        "return 10**10**9 % 2",
        limits=BRIEF,
        stops=("time", "memory"),
    ),
    Attack(
        "loops_in_all_its_processes",
        "for _ in range(3): os.fork()\nwhile True: pass",
        bare=True,
        limits=BRIEF,
        stops=("time",),
    ),
    Attack(
        "closes_its_output_and_goes_on",
        "for n in range(3): os.close(n)\nwhile True: pass",
        bare=True,
        limits=BRIEF,
        stops=("time",),
    ),
    Attack("waits_for_input", "if not sys.stdin.read(): raise Held('no input')"),
    Attack("waits_for_input_in_shell", "read answer", language="shell"),
]

PROCESSES = [
    Attack(
        "forks_for_ever",
        "import time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.05)",
        bare=True,
        limits=_BOMB,
        stops=("time", "memory"),
        check=keeps_processes,
    ),
    Attack(
        "forks_for_ever_in_sessions_of_their_own",
        """
import time
while True:
    try:
        if os.fork() == 0: os.setsid()
    except OSError: time.sleep(0.05)
""",
        bare=True,
        limits=_BOMB,
        stops=("time", "memory"),
        check=keeps_processes,
    ),
    Attack(
        "forks_for_ever_in_shell",
        "echo begun; bomb() { bomb | bomb & }; bomb; sleep 9",
        language="shell",
        bare=True,
        limits=_BOMB,
        # A shell that cannot fork gives up.
        says="begun",
        check=keeps_processes,
    ),
    Attack(
        "starts_threads_for_ever",
        """
import threading, time
try:
    for _ in range(128): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
except RuntimeError as error: raise Held(error) from None
""",
    ),
    Attack(
        "opens_files_for_ever",
        "files = [open('/dev/null') for _ in range(5000)]\nreturn len(files)",
    ),
]

MEMORY = [
    Attack(
        "takes_all_memory",
        "blocks = [bytearray(b'x') * (16 << 20) for _ in range(4 * TOTAL >> 24)]\n"
        "return len(blocks)",
        stops=("memory",),
        check=keeps_memory,
    ),
    Attack(
        "takes_all_memory_in_eight_processes",
        "import time\n"
        "for _ in range(3): os.fork()\n"
        "blocks = [bytearray(b'x') * (16 << 20) for _ in range(7)]\ntime.sleep(3)\n"
        "return 'eight times 112 MiB'",
        limits=replace(QUICK, total_memory=384 << 20),
        stops=("memory",),
        check=keeps_memory,
    ),
    Attack(
        "takes_all_memory_in_shell",
        "echo begun; x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done",
        language="shell",
        bare=True,
        # It ends itself, or is killed: no matter, as long as it was kept small.
        says="begun",
        check=keeps_memory,
    ),
    Attack(
        "takes_memory_that_it_shares",
        """
import mmap
maps = [mmap.mmap(-1, 16 << 20) for _ in range(4 * TOTAL >> 24)]
for each in maps:
    for _ in range(16): each.write(b'x' * (1 << 20))
return len(maps)
""",
        stops=("memory",),
        check=keeps_memory,
    ),
    Attack(
        "takes_memory_as_files",
        """
for n in range(4 * TOTAL >> 24):
    file = os.memfd_create(str(n))
    for _ in range(16): os.write(file, b'x' * (1 << 20))
return n
""",
        stops=("memory",),
    ),
    Attack(
        "takes_memory_as_segments",
        """
for n in range(4 * TOTAL >> 24):
    segment = call('shmget', 0, 16 << 20, 0o1600)
    place = call('shmat', segment, 0, 0)
    ctypes.memset(place, 120, 16 << 20)
    LIBC.shmdt.argtypes = (ctypes.c_void_p,)
    LIBC.shmdt(place)
return n
""",
        stops=("memory",),
    ),
    Attack(
        "takes_memory_in_sockets",
        """
import socket
total, pairs, children = 0, [], 0
for _ in range(24):
    out, inn = os.pipe()
    if os.fork() == 0:
        sent = 0
        try:
            while True:
                pair = socket.socketpair()
                pairs.append(pair)
                for each in pair:
                    each.setblocking(False)
                    try:
                        while True: sent += each.send(b'x' * 65536)
                    except BlockingIOError: pass
        except OSError: pass
        os.write(inn, sent.to_bytes(8, 'little'))
        import time; time.sleep(9)
    os.close(inn)
    total += int.from_bytes(os.read(out, 8), 'little')
    os.close(out)
    if total > 4 * TOTAL: return total
raise Held(total)
""",
        stops=("memory",),
    ),
]

_FILL = """
for n in range(QUOTA >> 22):
    with open(f'{folder}/{{n}}', 'wb', buffering=0) as file:
        for _ in range(16):
            if file.write(b'x' * (1 << 20)) != 1 << 20: raise Held('no space')
return n
"""

DISK = [
    Attack(
        "fills_its_workspace",
        _FILL.format(folder="."),
        stops=("disk",),
        check=keeps_quota,
    ),
    Attack(
        "fills_its_workspace_with_deleted_files",
        """
files = []
for n in range(QUOTA >> 22):
    files.append(open('file', 'wb', buffering=0))
    os.unlink('file')
    for _ in range(16): files[-1].write(b'x' * (1 << 20))
return n
""",
        stops=("disk",),
    ),
    Attack("fills_tmp", _FILL.format(folder="/tmp"), stops=("disk", "memory")),
    Attack("fills_shared_memory", _FILL.format(folder="/dev/shm"), stops=("disk", "memory")),
    Attack(
        "fills_its_temporary_folder",
        "import tempfile\nfolder = tempfile.mkdtemp()" + _FILL.format(folder="{folder}"),
        stops=("disk", "memory"),
        check=keeps_quota,
    ),
    Attack(
        "makes_empty_files_for_ever",
        "for n in range(60_000): os.close(os.open(str(n), os.O_CREAT))\nreturn n",
        limits=_MANY_FILES,
        stops=("disk", "time"),
        check=keeps_quota,
    ),
    Attack(
        "makes_folders_for_ever",
        "for n in range(60_000): os.mkdir(str(n))\nreturn n",
        limits=_MANY_FILES,
        stops=("disk", "time"),  # a busy machine makes them slowly
        check=keeps_quota,
    ),
    Attack("makes_a_huge_file_of_nothing", "return os.truncate(os.open('x', 65), 1 << 40)"),
    Attack("reserves_a_huge_file", "return os.posix_fallocate(os.open('x', 65), 0, 1 << 40)"),
    Attack(
        "writes_a_file_that_is_too_large",
        """
with open('x', 'wb', buffering=0) as file:
    for n in range(256):
        if file.write(b'x' * (1 << 20)) != 1 << 20: raise Held('cut')
return n
""",
        stops=("disk",),
    ),
    Attack(
        "expands_a_bomb",
        """
import zipfile
with zipfile.ZipFile('bomb', 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
    bomb.writestr('zeros', bytes(48 << 20))
with zipfile.ZipFile('bomb') as bomb:
    for n in range(4 * QUOTA // (48 << 20)):
        os.mkdir(str(n))
        bomb.extract('zeros', str(n))
return n
""",
        stops=("disk",),
        check=keeps_quota,
    ),
]

ATTACKS = [*TIME, *PROCESSES, *MEMORY, *DISK]
