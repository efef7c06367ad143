"""Attacks on the server's process and on what a job inherits from it."""

from sandbox.attacks.attack import BRIEF, Attack, Unconfined
from sandbox.attacks.checks import ends_promptly, shows_no_life

ESCAPES, HARMS = Unconfined.ESCAPES, Unconfined.HARMS

SPYING = [
    Attack(
        "reads_the_servers_environment",
        "return canary(read(f'/proc/{DECOY}/environ'))",
        unconfined=ESCAPES,
    ),
    Attack("reads_the_parents_environment", "return read(f'/proc/{SERVER}/environ')"),
    Attack("reads_the_first_process_environment", "return canary(read('/proc/1/environ'))"),
    Attack(
        "reads_every_environment",
        # Names come from counting: a job need not be able to list /proc.
        "paths = [f'/proc/{n}/environ' for n in [*range(1, 400), DECOY]]\n"
        "return first(paths, lambda path: canary(read(path)))",
        unconfined=ESCAPES,
    ),
    Attack(
        "finds_the_servers_secret_in_its_own_environment",
        "return canary(repr(dict(os.environ)).encode())",
    ),
    Attack(
        "finds_the_servers_secret_in_its_environment_in_shell",
        "env | grep luxx-canary",
        language="shell",
    ),
    Attack(
        "reads_the_servers_memory",
        "with open(f'/proc/{DECOY}/mem', 'rb') as memory:\n"
        "    memory.seek(ADDRESS)\n    return canary(memory.read(100))",
        unconfined=ESCAPES,
    ),
    Attack(
        "reads_a_file_that_the_server_has_open",
        "return canary(read(f'/proc/{DECOY}/fd/{DECOY_FD}'))",
        unconfined=ESCAPES,
    ),
    Attack(
        "goes_through_the_servers_root",
        "return canary(read(f'/proc/{DECOY}/root/{SECRET}'))",
        unconfined=ESCAPES,
    ),
    Attack(
        "goes_through_the_servers_working_directory",
        "return os.listdir(f'/proc/{DECOY}/cwd')",
        unconfined=ESCAPES,
    ),
    Attack(
        "goes_through_the_first_processes_root",
        "return canary(read(f'/proc/1/root/{SECRET}'))",
    ),
    Attack(
        "reads_the_servers_arguments", "return read(f'/proc/{DECOY}/cmdline')", unconfined=ESCAPES
    ),
    Attack(
        "finds_an_inherited_descriptor",
        """
for n in range(3, 1024):
    try: text = os.pread(n, 1000, 0)
    except OSError: continue
    if PREFIX in text: return text
raise Held('none')
""",
    ),
    Attack(
        "copies_the_servers_descriptor",
        "process = os.pidfd_open(DECOY)\n"
        "return canary(os.pread(system('pidfd_getfd', process, DECOY_FD, 0), 9999, 0))",
        unconfined=ESCAPES,
    ),
    Attack(
        "copies_the_servers_memory",
        """
class Vector(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(100)
mine, theirs = Vector(ctypes.addressof(buffer), 44), Vector(ADDRESS, 44)
call('process_vm_readv', DECOY, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
return canary(buffer.raw)
""",
        unconfined=ESCAPES,
    ),
    Attack(
        "changes_the_servers_memory",
        """
class Vector(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(b'x' * 44)
mine, theirs = Vector(ctypes.addressof(buffer), 44), Vector(ADDRESS, 44)
return call('process_vm_writev', DECOY, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
""",
        unconfined=HARMS,
    ),
    Attack(
        "traces_the_server",
        "call('ptrace', 0x4206, DECOY, 0, 0)\nreturn 'seized'",
        unconfined=ESCAPES,
    ),
    Attack(
        "reads_the_servers_shared_memory",
        "segment = call('shmget', DECOY, 0, 0)\n"
        "return canary(ctypes.string_at(call('shmat', segment, 0, 0), 100))",
        unconfined=ESCAPES,
    ),
    Attack(
        "reads_the_servers_message_queue",
        "queue = call('mq_open', QUEUE.encode(), os.O_RDWR | os.O_NONBLOCK)\n"
        "buffer = ctypes.create_string_buffer(8192)\n"
        "call('mq_receive', queue, buffer, 8192, 0)\nreturn canary(buffer.raw)",
        unconfined=ESCAPES,
    ),
    Attack("types_into_the_servers_terminal", "return os.open('/dev/tty', os.O_RDWR)"),
]

MEDDLING = [
    Attack("kills_the_server", "return os.kill(DECOY, 9)", unconfined=HARMS),
    Attack("kills_the_server_in_shell", "kill -9 $DECOY", language="shell", unconfined=HARMS),
    Attack(
        "kills_the_server_by_its_descriptor",
        "import signal\nreturn signal.pidfd_send_signal(os.pidfd_open(DECOY), 9)",
        unconfined=HARMS,
    ),
    Attack(
        "kills_a_thread_of_the_server", "return system('tgkill', DECOY, DECOY, 9)", unconfined=HARMS
    ),
    Attack(
        "queues_a_signal_to_the_server",
        "return system('rt_sigqueueinfo', DECOY, 10, ctypes.c_char_p(b'\\n\\0\\0\\0'"
        " + b'\\0' * 4 + b'\\xff\\xff\\xff\\xff' + b'\\0' * 116))",
        unconfined=HARMS,
    ),
    Attack(
        "signals_everybody",
        # A signal that nobody minds, should it get through.
        "os.kill(-1, 28)\nraise Held('nobody else was there')",
    ),
    Attack(
        "has_the_kernel_signal_the_server",
        """
import fcntl, socket
a, b = socket.socketpair()
fcntl.fcntl(a, fcntl.F_SETOWN, DECOY)
fcntl.fcntl(a, fcntl.F_SETSIG, 10)
fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
b.send(b'x')
raise Held('whether it arrived, the server knows')
""",
        unconfined=HARMS,
    ),
    Attack(
        "limits_the_server",
        "import resource\nreturn resource.prlimit(DECOY, resource.RLIMIT_NOFILE, (9, 9))",
        unconfined=HARMS,
    ),
    Attack(
        "reads_the_servers_limits",
        "import resource\nreturn resource.prlimit(DECOY, resource.RLIMIT_NOFILE)",
        unconfined=ESCAPES,
    ),
    Attack(
        "slows_the_server", "return os.setpriority(os.PRIO_PROCESS, DECOY, 19)", unconfined=HARMS
    ),
    Attack(
        "slows_every_process_of_the_user",
        "os.setpriority(os.PRIO_USER, USER_ID, 18)\nraise Held('perhaps only mine')",
    ),
    Attack(
        "schedules_the_server",
        "return os.sched_setscheduler(DECOY, os.SCHED_IDLE, os.sched_param(0))",
        unconfined=HARMS,
    ),
    Attack(
        "pins_the_server_to_a_processor",
        "return os.sched_setaffinity(DECOY, {min(os.sched_getaffinity(0))})",
        unconfined=HARMS,
    ),
    Attack(
        "slows_the_servers_disk", "return system('ioprio_set', 1, DECOY, 3 << 13)", unconfined=HARMS
    ),
    Attack(
        "offers_the_server_to_the_oom_killer",
        "return open(f'/proc/{DECOY}/oom_score_adj', 'w').write('1000')",
        unconfined=HARMS,
    ),
    Attack(
        "kills_its_own_group",
        "os.killpg(0, 9)",
        bare=True,
        exits=(137,),
    ),
]

STAYING = [
    Attack(
        "leaves_a_daemon_behind",
        """
import time
def leave():
    os.setsid()
    if os.fork(): os._exit(0)
    for n in range(3): os.close(n)
    time.sleep(60)
# Who looks at the right moment sees whose child one of them is, but not of all.
for _ in range(5):
    if os.fork() == 0: leave()
    os.wait()
    time.sleep(0.007)
""",
        bare=True,
        exits=(0,),
        check=ends_promptly,
        unconfined=HARMS,
    ),
    Attack(
        "leaves_a_daemon_behind_in_shell",
        "setsid sleep 60 </dev/null >/dev/null 2>&1 & nohup sleep 61 >/dev/null 2>&1 & echo left",
        language="shell",
        bare=True,
        says="left",
        check=ends_promptly,
    ),
    Attack(
        "leaves_a_child_that_holds_the_output",
        "sleep 60 & echo left",
        language="shell",
        bare=True,
        says="left",
        check=ends_promptly,
    ),
    Attack(
        "flees_from_its_end_by_forking",
        # Should it get away, it ends by itself.
        """
import time
end = time.monotonic() + 4
open('sign of life', 'w').close()
while time.monotonic() < end:
    if os.fork(): os._exit(0)
    with open('sign of life', 'w') as file: file.write(str(os.getpid()))
""",
        bare=True,
        exits=(0,),
        check=shows_no_life,
    ),
    Attack(
        "leaves_a_stopped_child",
        "import signal, time\n"
        "if os.fork(): print('left'); sys.stdout.flush(); time.sleep(0.1); os._exit(0)\n"
        "os.kill(os.getpid(), signal.SIGSTOP)",
        bare=True,
        says="left",
        check=ends_promptly,
    ),
    Attack(
        "ignores_being_asked_to_end",
        "import signal, time\n"
        "for n in range(1, 32):\n"
        "    if n not in (9, 19): signal.signal(n, signal.SIG_IGN)\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(1)",
        bare=True,
        limits=BRIEF,
        stops=("time",),
    ),
]

ATTACKS = [*SPYING, *MEDDLING, *STAYING]
