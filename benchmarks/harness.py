"""What the benchmarks share: servers in processes of their own, their CPU time, load and tables.

Everything runs on loopback. A server's CPU time is the kernel's clock of its process, all threads
together, read right before and right after the load; the load comes from another process.
"""

import argparse
import contextlib
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
#: Seconds that a server has to answer, and to stop.
START_LIMIT = 30.0
STOP_LIMIT = 10.0
#: Seconds of quiet around a measurement, so that it holds its own work and no other's.
SETTLE = 0.1
LOAD_LIMIT = 120.0

ADMIN, PASSWORD = "bench", "bench-password"
#: The clock that counts what a process spends on a CPU, in the kernel's numbering of clocks.
_PROCESS_CLOCK = 2


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU that the process has used so far, ended threads included."""
        return time.clock_gettime((~self.process.pid << 3) | _PROCESS_CLOCK)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def spawned(
    module: str,
    *arguments: str,
    port: int,
    health: str,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """`python -m module arguments`, from the moment it answers at `health`; stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process)
    try:
        wait_until_healthy(server, health)
        yield server
    finally:
        stop(process)


def wait_until_healthy(server: Server, path: str) -> None:
    """Raises RuntimeError if the server ends, or does not answer in time."""
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}")
        if _answers(server.port, path):
            return
        time.sleep(0.005)
    raise RuntimeError(f"the server did not answer in {START_LIMIT:g} s")


def _answers(port: int, path: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=5) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        return link.recv(64).startswith(b"HTTP/1.1 200")
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def luxx(folder: Path, environ: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`luxx serve` on a data folder, with an administrator who may log in."""
    port = free_port()
    arguments = ("serve", "--port", str(port), "--data-dir", str(folder))
    with spawned(
        "luxx",
        *arguments,
        port=port,
        health="/api/health",
        environ={**luxx_environ(), **(environ or {})},
    ) as server:
        yield server


def luxx_environ() -> dict[str, str]:
    return {"LUXX_ADMIN_USERNAME": ADMIN, "LUXX_ADMIN_PASSWORD": PASSWORD}


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="luxx-bench-") as folder:
        yield Path(folder)


class Account:
    """The administrator's login, for what has to be there before anything is measured."""

    def __init__(self, server: Server) -> None:
        self._http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)
        login = self.call("POST", "/api/auth/login", username=ADMIN, password=PASSWORD)
        self.token = str(login["access_token"])
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._http.request(method, path, json=body or None).json()
        if not answer["success"]:
            raise RuntimeError(f"{method} {path}: {answer['message']}")
        return answer["data"]

    def graphql(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        return self._http.post("/graphql", json=body).json()["data"]

    def provider(self, base_url: str, model: str) -> int:
        made = self.call(
            "POST",
            "/api/providers",
            name="Benchmark",
            provider_type="openai",
            base_url=base_url,
            api_key="none",
            default_model=model,
        )
        return int(made["id"])

    def conversations(self, count: int, model: str) -> list[str]:
        return [self.call("POST", "/api/conversations", model=model)["id"] for _ in range(count)]

    def close(self) -> None:
        self._http.close()


@dataclass(frozen=True, slots=True)
class Measured:
    """What the load reported, and the CPU seconds that the server spent on it."""

    report: dict[str, Any]
    cpu: float


def measure(server: Server, job: Mapping[str, Any]) -> Measured:
    """Put a load on a server from a process of its own (`benchmarks.load`)."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        # The load is told to begin when it is ready: its start does not count.
        _line(process)
        time.sleep(SETTLE)
        before = server.cpu()
        output, _ = process.communicate(orjson.dumps({"port": server.port, **job}), LOAD_LIMIT)
        time.sleep(SETTLE)
        cpu = server.cpu() - before
    if process.returncode:
        raise RuntimeError(f"the load failed with {process.returncode}")
    return Measured(orjson.loads(output), cpu)


def _line(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is None or not process.stdout.readline():
        raise RuntimeError("the load did not start")


def parser(about: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=about)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    made.add_argument("--quick", action="store_true", help="less of everything: a first look")
    return made


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [list(head), ["-" * width for width in widths], *map(list, rows)]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )


def report(file: Path | None, benchmark: str, figures: Mapping[str, Any]) -> None:
    """Write the figures as JSON, with what is needed to compare them with others."""
    if file is None:
        return
    document = {
        "benchmark": benchmark,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        **figures,
    }
    file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
