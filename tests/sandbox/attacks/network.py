"""Attacks over sockets: on the server, on its network, and on the kernel behind them."""

from sandbox.attacks.attack import Attack, Unconfined

ESCAPES, HARMS = Unconfined.ESCAPES, Unconfined.HARMS

#: Asks the decoy at `address` with a socket made by `making`.
_ASK = """
import socket
asking = socket.socket({making})
asking.settimeout(1)
asking.connect({address})
return canary(asking.recv(100))
"""


def _asks(name: str, making: str, address: str, unconfined: Unconfined = ESCAPES) -> Attack:
    return Attack(name, _ASK.format(making=making, address=address), unconfined=unconfined)


REACHING = [
    _asks("connects_to_the_server", "", "('127.0.0.1', PORT)"),
    _asks("connects_to_the_server_as_this_host", "", "('0.0.0.0', PORT)"),
    _asks("connects_to_the_server_over_ipv6", "socket.AF_INET6", "('::ffff:127.0.0.1', PORT)"),
    _asks(
        "connects_to_the_server_over_multipath_tcp",
        "socket.AF_INET, socket.SOCK_STREAM, 262",
        "('127.0.0.1', PORT)",
        Unconfined.UNTRIED,
    ),
    _asks("connects_to_the_servers_socket", "socket.AF_UNIX", "SOCKET"),
    _asks("connects_to_the_servers_abstract_socket", "socket.AF_UNIX", "ABSTRACT"),
    Attack(
        "connects_in_shell",
        # Bash can do it by itself.
        'bash -c "exec 3<>/dev/tcp/127.0.0.1/$PORT && head -c 50 <&3"',
        language="shell",
        unconfined=ESCAPES,
    ),
    Attack(
        "connects_while_sending",
        "import socket\nasking = socket.socket()\n"
        "asking.sendto(b'x', 0x20000000, ('127.0.0.1', PORT))\n"
        "asking.settimeout(1)\n"
        "return canary(asking.recv(100))",
        unconfined=ESCAPES,
    ),
    Attack(
        "sends_a_datagram",
        "import socket\nasking = socket.socket(type=socket.SOCK_DGRAM)\nasking.settimeout(0.3)\n"
        "asking.sendto(b'x', ('127.0.0.1', UDP_PORT))\n"
        "try: return canary(asking.recv(100))\n"
        "except TimeoutError: raise Held('no answer') from None",
        unconfined=HARMS,
    ),
    Attack(
        "sends_a_datagram_to_a_socket_file",
        "import socket\nasking = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "return asking.sendto(b'x', NOTIFY)",
        unconfined=HARMS,
    ),
    Attack(
        "listens_on_a_port",
        """
import socket
listener = socket.create_server(('0.0.0.0', LISTEN_PORT))
listener.settimeout(0.5)
try: return listener.accept()
except TimeoutError: raise Held('nobody comes') from None
""",
        unconfined=HARMS,
    ),
    Attack(
        "asks_for_a_name",
        "import socket\nreturn socket.getaddrinfo('example.com', 80)",
    ),
    Attack(
        "asks_a_name_server",
        "import socket\nasking = socket.socket(type=socket.SOCK_DGRAM)\n"
        "return asking.sendto(b'x', ('192.0.2.53', 53))",
    ),
    _asks("connects_to_the_internet", "", "('192.0.2.1', 80)", Unconfined.UNTRIED),
    _asks("asks_for_the_clouds_metadata", "", "('169.254.169.254', 80)", Unconfined.UNTRIED),
]

FAMILIES = [
    Attack(f"opens_a_{name}_socket", f"import socket\nreturn socket.socket({arguments})")
    for name, arguments in [
        ("vsock", "40, socket.SOCK_STREAM"),
        ("crypto", "38, 5"),
        ("packet", "17, socket.SOCK_RAW"),
        ("raw", "socket.AF_INET, socket.SOCK_RAW, 1"),
        ("netlink_audit", "16, socket.SOCK_RAW, 9"),
        ("netfilter", "16, socket.SOCK_RAW, 12"),
    ]
] + [
    Attack(
        "opens_a_socket_of_any_other_family",
        # Beside unix and the two of the internet; netlink is looked at above.
        "import socket\nothers = set(range(3, 64)) - {10, 16}\n"
        "kinds = [(f, k) for f in others for k in (1, 2, 3, 5)]\n"
        "return first(kinds, lambda kind: socket.socket(*kind))",
    ),
    Attack(
        "opens_a_forbidden_socket_in_the_i386_way",
        """
import mmap
if os.uname().machine != 'x86_64': raise Held('another machine')
# mov eax, 359 (socket); mov ebx, 40 (vsock); mov ecx, 1; xor edx, edx; int 0x80; ret
code = bytes.fromhex('53 b867010000 bb28000000 b901000000 31d2 cd80 5b c3')
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
child = os.fork()
if child == 0:
    os._exit(0 if function() >= 0 else 1)
if os.waitpid(child, 0)[1]: raise Held('refused or killed')
""",
    ),
    Attack(
        "opens_a_forbidden_socket_in_the_x32_way",
        """
if os.uname().machine != 'x86_64': raise Held('another machine')
child = os.fork()
if child == 0:
    os._exit(0 if LIBC.syscall(*map(wide, (0x40000000 + 41, 40, 1, 0))) >= 0 else 1)
if os.waitpid(child, 0)[1]: raise Held('refused or killed')
""",
    ),
]

ATTACKS = [*REACHING, *FAMILIES]
