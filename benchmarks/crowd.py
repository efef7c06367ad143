"""A crowd: 1,000 followers of 20 replies, and 50 other requests a second, on one process.

python -m benchmarks.crowd [--quick] [--json FILE]
"""

import asyncio
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import uvloop

from benchmarks.fanout import Follower, start_reply
from benchmarks.harness import (
    Account,
    Server,
    free_port,
    luxx,
    parser,
    report,
    spawned,
    table,
    temporary_folder,
)

RUNS, EACH, EACH_QUICK = 20, 50, 10
#: Requests a second; every other one asks for the health.
RATE = 50
#: Followers that come in one second, and tokens of a reply: half a minute, so that all are there.
COMING, TOKENS = 100, 1_500


@dataclass
class Figures:
    complete: int = 0
    first_event_p99_ms: float = 0.0
    health_p99_ms: float = 0.0
    list_p99_ms: float = 0.0
    rss_mb: float = 0.0
    cpu: float = 0.0


@dataclass
class Others:
    """Who asks for other things meanwhile."""

    account: Account
    server: Server
    health_ms: list[float] = field(default_factory=list)
    list_ms: list[float] = field(default_factory=list)

    async def ask(self) -> None:
        headers = {"Authorization": f"Bearer {self.account.token}"}
        async with (
            httpx.AsyncClient(
                base_url=self.server.url, headers=headers, timeout=30, trust_env=False
            ) as http,
            asyncio.TaskGroup() as group,
        ):
            number = 0
            while True:
                number += 1
                path, taken = (
                    ("/api/health", self.health_ms)
                    if number % 2
                    else ("/api/conversations", self.list_ms)
                )
                group.create_task(self._one(http, path, taken))
                await asyncio.sleep(1 / RATE)

    async def _one(self, http: httpx.AsyncClient, path: str, taken: list[float]) -> None:
        began = time.perf_counter()
        (await http.get(path)).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)


class First(Follower):
    """One who also notes how long its first event took."""

    def __init__(self) -> None:
        super().__init__()
        self.first_ms = 0.0

    async def come(self, delay: float, port: int, path: str, token: str) -> None:
        await asyncio.sleep(delay)
        began = time.perf_counter()
        following = asyncio.create_task(self.follow(port, path, token))
        while not self.seen:  # noqa: ASYNC110 - it costs nothing
            await asyncio.sleep(0.002)
        self.first_ms = (time.perf_counter() - began) * 1000
        await following


async def crowd(server: Server, account: Account, each: int) -> Figures:
    conversations = await asyncio.to_thread(account.conversations, RUNS, "clock")
    others = Others(account, server)
    asking = asyncio.create_task(others.ask())
    before, began = server.cpu(), time.monotonic()
    replies = await asyncio.gather(
        *(asyncio.to_thread(start_reply, account, each_) for each_ in conversations)
    )
    followers = [First() for _ in range(RUNS * each)]
    await asyncio.gather(
        *(
            follower.come(
                at / COMING,
                server.port,
                f"/api/messages/{replies[at % RUNS]}/stream?delta=true",
                account.token,
            )
            for at, follower in enumerate(followers)
        )
    )
    cpu = (server.cpu() - before) / (time.monotonic() - began)
    asking.cancel()
    await asyncio.wait([asking])
    return Figures(
        complete=sum(len(follower.seen) == TOKENS for follower in followers),
        first_event_p99_ms=_p99([follower.first_ms for follower in followers]),
        health_p99_ms=_p99(others.health_ms),
        list_p99_ms=_p99(others.list_ms),
        rss_mb=_rss(server.process.pid),
        cpu=cpu,
    )


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def _rss(pid: int) -> float:
    """The most that the process ever held, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    each = EACH_QUICK if options.quick else EACH
    port = free_port()
    arguments = ("--port", str(port), "--tokens", str(TOKENS))
    with (
        temporary_folder() as folder,
        spawned("benchmarks.clock", *arguments, port=port, health="/v1/models") as model,
        luxx(folder) as server,
    ):
        account = Account(server)
        account.provider(f"{model.url}/v1", "clock")
        figures = uvloop.run(crowd(server, account, each))
        account.close()
    rows = [(name, f"{value:,.1f}") for name, value in asdict(figures).items()]
    print(table((f"{RUNS * each} followers, {RATE} requests/s", ""), rows))
    report(options.json, "crowd", asdict(figures))


if __name__ == "__main__":
    main()
