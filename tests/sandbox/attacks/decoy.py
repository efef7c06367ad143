"""The server that attacks are after: run as a program of its own, it holds secrets and answers.

It has the same user id as the jobs, so that nothing but the sandbox stands between them. Whoever
reaches one of its sockets is told the canary; the test also learns what the decoy noticed.
"""

import ctypes
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_DUMPABLE = 4
IPC_CREAT = 0o1000
SIGNALS = (signal.SIGWINCH, signal.SIGUSR1, signal.SIGUSR2, signal.SIGIO)


class Decoy:
    def __init__(self, canary: str, folder: str, listen_port: int) -> None:
        self.canary = canary.encode()
        self.memory = ctypes.create_string_buffer(self.canary)
        self.secret = os.open(f"{folder}/luxx.db", os.O_RDONLY)
        self.listen_port = listen_port
        #: Signals, datagrams and listeners that should never have reached it.
        self.noticed: list[str] = []
        for number in SIGNALS:
            signal.signal(number, lambda number, _: self.noticed.append(f"signal {number}"))
        self.streams = {
            "PORT": socket.create_server(("127.0.0.1", 0)),
            "SOCKET": bound(socket.SOCK_STREAM, f"{folder}/server.sock"),
            "ABSTRACT": bound(socket.SOCK_STREAM, f"\0luxx-{os.getpid()}"),
        }
        self.datagrams = {
            "UDP_PORT": socket.socket(type=socket.SOCK_DGRAM),
            "NOTIFY": bound(socket.SOCK_DGRAM, f"{folder}/notify.sock"),
        }
        self.datagrams["UDP_PORT"].bind(("127.0.0.1", 0))
        self.share_memory()
        self.queue_a_message(f"/luxx-{os.getpid()}")

    def share_memory(self) -> None:
        """A System V segment under this process's number."""
        LIBC.shmat.restype = ctypes.c_void_p
        segment = LIBC.shmget(os.getpid(), 4096, IPC_CREAT | 0o600)
        ctypes.memmove(LIBC.shmat(segment, None, 0), self.canary, len(self.canary))

    def queue_a_message(self, name: str) -> None:
        """In a POSIX message queue."""
        queue = LIBC.mq_open(name.encode(), os.O_CREAT | os.O_RDWR, ctypes.c_uint(0o600), None)
        LIBC.mq_send(queue, self.canary, ctypes.c_size_t(len(self.canary)), ctypes.c_uint(1))

    def facts(self) -> dict[str, Any]:
        """What an attacker may know, or find out by trying."""
        sockets = {**self.streams, **self.datagrams}
        addresses = {name: each.getsockname() for name, each in sockets.items()}
        return {
            "DECOY": os.getpid(),
            "DECOY_FD": self.secret,
            "ADDRESS": ctypes.addressof(self.memory),
            "QUEUE": f"/luxx-{os.getpid()}",
            **{
                name: address[1] if isinstance(address, tuple) else os.fsdecode(address)
                for name, address in addresses.items()
            },
        }

    def serve(self) -> None:
        waiting = selectors.DefaultSelector()
        for stream in self.streams.values():
            waiting.register(stream, selectors.EVENT_READ, self.greet)
        for datagram in self.datagrams.values():
            waiting.register(datagram, selectors.EVENT_READ, self.hear)
        waiting.register(sys.stdin, selectors.EVENT_READ, None)
        while True:
            for key, _ in waiting.select(0.05):
                if key.data is None:
                    return
                key.data(key.fileobj)
            self.look_around()

    def greet(self, listener: socket.socket) -> None:
        visitor, _ = listener.accept()
        with visitor:
            visitor.sendall(self.memory.value + json.dumps(self.noticed).encode())

    def hear(self, datagrams: socket.socket) -> None:
        _, sender = datagrams.recvfrom(100)
        self.noticed.append(f"a datagram on {datagrams.getsockname()}")
        if sender:
            datagrams.sendto(self.canary, sender)

    def look_around(self) -> None:
        """Is somebody listening who should not be?"""
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", self.listen_port)) == 0:
                self.noticed.append("a listener")


def bound(kind: socket.SocketKind, address: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


def main() -> None:
    uid = int(sys.argv[1])
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        # A change of user locks a process away from its user; an ordinary server is not.
        LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    decoy = Decoy(os.environ["SERVER_CANARY"], sys.argv[2], int(sys.argv[3]))
    sys.stdout.write(json.dumps(decoy.facts()) + "\n")
    sys.stdout.flush()
    decoy.serve()


main()
