"""Code in the sandbox: what one run costs, and what many at once do to everybody else.

python -m benchmarks.sandbox [--quick] [--json FILE]
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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

RUNS, RUNS_QUICK = 30, 10
#: At once: so many runs of one user, and one run each of so many others.
GREEDY, OTHERS = 40, 10
#: About a third of a second of work.
HEAVY = "print(sum(n * n for n in range(4_000_000)))"
TOKENS = 500
PASSWORD = "bench-password"


@dataclass
class Streamed:
    """When the pieces of a stream came."""

    moments: list[float] = field(default_factory=list)
    #: So many have come that a quiet stream can be judged.
    known: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        self.moments.append(time.perf_counter())
        if len(self.moments) == TOKENS // 10:
            self.known.set()

    def gaps(self, begin: float, end: float) -> list[float]:
        inside = [moment for moment in self.moments if begin <= moment <= end]
        return [later - earlier for earlier, later in pairwise(inside)]


class Person:
    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def run(self, code: str) -> float:
        """Seconds from the request to the answer."""
        began = time.perf_counter()
        answer = await self._http.post(
            "/api/tools/python_execute/execute", json={"code": code}, headers=self._headers
        )
        if answer.status_code != httpx.codes.OK or answer.json()["data"]["result"]["exit_code"]:
            raise RuntimeError(answer.text)
        return time.perf_counter() - began

    async def follow(self, conversation: str, streamed: Streamed) -> None:
        body = {"conversation_id": conversation, "content": "Go on"}
        async with self._http.stream(
            "POST", "/api/messages/stream?delta=true", json=body, headers=self._headers
        ) as answer:
            async for _ in answer.aiter_raw():
                streamed.note()


def people(account: Account, http: httpx.AsyncClient) -> list[Person]:
    """The administrator, and others who may run code."""
    made = [Person(http, account.token)]
    for number in range(OTHERS):
        name = f"user{number}"
        login = {"username": name, "password": PASSWORD}
        user = account.call("POST", "/api/auth/register", email=f"{name}@example.com", **login)
        account.call("PUT", f"/api/auth/users/{user['id']}", permission_level=3)
        token = account.call("POST", "/api/auth/login", **login)["access_token"]
        made.append(Person(http, token))
    return made


def bare(runs: int) -> list[float]:
    """The same program in a process of its own, without a server and without walls."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-c", "print(1)"], capture_output=True, check=True)
        taken.append(time.perf_counter() - began)
    return taken


async def one_by_one(person: Person, runs: int) -> list[float]:
    await person.run("print(1)")
    return [await person.run("print(1)") for _ in range(runs)]


async def at_once(
    crowd: Sequence[Person], conversation: str
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Seconds of the greedy user's and the others' runs; a stream's gaps before and meanwhile."""
    streamed = Streamed()
    following = asyncio.create_task(crowd[0].follow(conversation, streamed))
    await streamed.known.wait()
    quiet = streamed.gaps(0, time.perf_counter())
    began = time.perf_counter()
    runs = [crowd[0].run(HEAVY) for _ in range(GREEDY)]
    runs += [person.run(HEAVY) for person in crowd[1:]]
    taken = await asyncio.gather(*runs)
    loaded = streamed.gaps(began, time.perf_counter())
    following.cancel()
    return taken[:GREEDY], taken[GREEDY:], quiet, loaded


def p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


async def measure(server: Server, model: Server, runs: int) -> dict[str, list[float]]:
    account = Account(server)
    account.provider(f"{model.url}/v1", "paced")
    (conversation,) = account.conversations(1, "paced")
    limits = httpx.Limits(max_connections=GREEDY + OTHERS + 5)
    async with httpx.AsyncClient(
        base_url=server.url, timeout=90, limits=limits, trust_env=False
    ) as http:
        crowd = await asyncio.to_thread(people, account, http)
        figures = {"bare": await asyncio.to_thread(bare, runs)}
        figures["alone"] = await one_by_one(crowd[0], runs)
        greedy, others, quiet, loaded = await at_once(crowd, conversation)
    account.close()
    return figures | {"greedy": greedy, "others": others, "quiet": quiet, "loaded": loaded}


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    port = free_port()
    arguments = ("--port", str(port), "--paced", str(TOKENS * 20))
    environ = {"LUXX_AUTH_RATE_LIMIT": "0"}
    with (
        temporary_folder() as folder,
        spawned("benchmarks.model", *arguments, port=port, health="/v1/models") as model,
        luxx(folder, environ) as server,
    ):
        runs = RUNS_QUICK if options.quick else RUNS
        figures = asyncio.run(measure(server, model, runs))
    rows = [
        ("print(1), a bare process", "bare"),
        ("print(1), python_execute over REST", "alone"),
        (f"heavy, one user's {GREEDY} at once", "greedy"),
        (f"heavy, {OTHERS} other users' at the same time", "others"),
        ("gap of a stream, quiet server", "quiet"),
        ("gap of a stream, meanwhile", "loaded"),
    ]
    print(
        table(
            ("what", "median ms", "p99 ms", "worst ms"),
            [
                (what, *(f"{each(figures[name]) * 1000:.0f}" for each in (median, p99, max)))
                for what, name in rows
            ],
        )
    )
    ratio = median(figures["alone"]) / median(figures["bare"])
    print(f"\nOne run costs {ratio:.1f} times a bare process.")
    report(options.json, "sandbox", {"seconds": figures})


if __name__ == "__main__":
    main()
