"""Rooms: what a turn costs beside asking the model directly, and what idle watchers cost.

python -m benchmarks.room [--quick] [--json FILE]
"""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx

from benchmarks.harness import (
    Account,
    Server,
    free_port,
    luxx,
    median,
    parser,
    report,
    spawned,
    table,
    temporary_folder,
)

SEATS, ROUNDS = 3, 3
TURNS = SEATS * ROUNDS
REPEATS, REPEATS_QUICK = 15, 5
WATCHERS, WATCHERS_QUICK = 500, 100
#: Seconds that idle watchers are looked at.
QUIET, QUIET_QUICK = 10.0, 4.0
MODEL = "words"


class Client:
    def __init__(self, http: httpx.AsyncClient, account: Account) -> None:
        self._http = http
        self._account = account
        self._headers = {"Authorization": f"Bearer {account.token}"}

    def room(self) -> str:
        seats = [{"name": f"Seat {number}", "role": "a voice"} for number in range(SEATS)]
        made = self._account.call(
            "POST",
            "/api/chat-rooms",
            title="Benchmark",
            task="Discuss",
            max_rounds=ROUNDS,
            agents=seats,
        )
        return str(made["id"])

    async def events(self, method: str, path: str) -> AsyncIterator[str]:
        """The names of a stream's events."""
        async with self._http.stream(method, path, headers=self._headers) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    yield line[7:]

    async def discuss(self, room_id: str) -> float:
        """Seconds from the start to `room_completed`."""
        began = time.perf_counter()
        names = [name async for name in self.events("POST", f"/api/chat-rooms/{room_id}/start")]
        taken = time.perf_counter() - began
        if names[-1] != "room_completed" or names.count("message_end") != TURNS:
            raise RuntimeError(f"the room ended with {names[-5:]}")
        return taken

    async def wait_for(self, room_id: str, there: asyncio.Semaphore) -> str:
        """Watch a room until its first event."""
        path = f"/api/chat-rooms/{room_id}/stream"
        async with self._http.stream("GET", path, headers=self._headers) as answer:
            there.release()
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    return line
        raise RuntimeError("the stream ended without an event")


async def direct(http: httpx.AsyncClient, model: Server) -> float:
    """Seconds of as many calls to the model, one after the other, read to their end."""
    body = {
        "model": MODEL,
        "stream": True,
        "messages": [{"role": "user", "content": "Task: Discuss"}],
    }
    began = time.perf_counter()
    for _ in range(TURNS):
        url = f"{model.url}/v1/chat/completions"
        async with http.stream("POST", url, json=body) as answer:
            async for _ in answer.aiter_raw():
                pass
    return time.perf_counter() - began


async def turns(
    client: Client, http: httpx.AsyncClient, model: Server, repeats: int
) -> list[float]:
    """Milliseconds that a turn takes longer than a direct call, both measured in turn."""
    await client.discuss(await asyncio.to_thread(client.room))
    await direct(http, model)
    extra = []
    for _ in range(repeats):
        room_id = await asyncio.to_thread(client.room)
        room, bare = await client.discuss(room_id), await direct(http, model)
        extra.append((room - bare) / TURNS * 1000)
    return extra


async def idle(client: Client, server: Server, watchers: int, seconds: float) -> float:
    """The share of a core that the server uses while so many watch a room that has not started."""
    room_id = await asyncio.to_thread(client.room)
    there = asyncio.Semaphore(0)
    waiting = [asyncio.create_task(client.wait_for(room_id, there)) for _ in range(watchers)]
    for _ in range(watchers):
        await there.acquire()
    await asyncio.sleep(2)
    before = server.cpu()
    await asyncio.sleep(seconds)
    share = (server.cpu() - before) / seconds
    await client.discuss(room_id)
    first = await asyncio.gather(*waiting)
    if set(first) != {"event: room_started"}:
        raise RuntimeError(f"the watchers saw {set(first)}")
    return share


async def measure(server: Server, model: Server, *, quick: bool) -> dict[str, list[float]]:
    account = Account(server)
    account.provider(f"{model.url}/v1", MODEL)
    limits = httpx.Limits(max_connections=None)
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=90, limits=limits, trust_env=False) as http,
        httpx.AsyncClient(timeout=30, trust_env=False) as bare,
    ):
        client = Client(http, account)
        extra = await turns(client, bare, model, REPEATS_QUICK if quick else REPEATS)
        watchers = WATCHERS_QUICK if quick else WATCHERS
        share = await idle(client, server, watchers, QUIET_QUICK if quick else QUIET)
    account.close()
    return {"extra": extra, "idle": [share]}


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    port = free_port()
    arguments = ("--port", str(port), "--paced", "1")
    with (
        temporary_folder() as folder,
        spawned("benchmarks.model", *arguments, port=port, health="/v1/models") as model,
        luxx(folder) as server,
    ):
        figures = asyncio.run(measure(server, model, quick=options.quick))
    extra, (share,) = figures["extra"], figures["idle"]
    head = (f"{SEATS} seats x {ROUNDS} rounds", "median ms", "best", "worst")
    numbers = (f"{value:.1f}" for value in (median(extra), min(extra), max(extra)))
    print(table(head, [("a turn, beyond a direct call", *numbers)]))
    watchers = WATCHERS_QUICK if options.quick else WATCHERS
    print(f"\n{watchers} watchers of an idle room: {share:.2%} of a core.")
    report(options.json, "room", figures)


if __name__ == "__main__":
    main()
