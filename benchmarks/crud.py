"""Requests: how many a second, and what one costs the server.

python -m benchmarks.crud [--quick] [--json FILE]
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.harness import (
    Account,
    Server,
    luxx,
    measure,
    median,
    parser,
    report,
    table,
    temporary_folder,
)

ROUNDS = 3
SECONDS, SECONDS_QUICK = 2.0, 0.5
CLIENTS = (1, 20)
ROWS = 20
FIELDS = (
    "id userId projectId providerId title model systemPrompt temperature maxTokens "
    "thinkingEnabled createdAt updatedAt"
)
LIST = f"{{ conversations(page: 1, pageSize: {ROWS}) {{ items {{ {FIELDS} }} total }} }}"
CREATE = f'mutation {{ createConversation(input: {{title: "Benchmark"}}) {{ {FIELDS} }} }}'


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of request, and how it is asked."""

    name: str
    ask: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one kind of request from so many clients."""

    request: str
    clients: int
    per_second: float
    cpu_ms: float


def ways(token: str) -> list[Way]:
    """The lists first: what is created in between does not make them longer."""

    def ask(path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
        text = "" if body is None else orjson.dumps(body).decode()
        headers = {"Authorization": f"Bearer {token}"}
        return {"method": method, "path": path, "body": text, "headers": headers}

    rest = f"/api/conversations?page=1&page_size={ROWS}"
    return [
        Way(f"list {ROWS} conversations, REST", ask(rest, method="GET")),
        Way(f"list {ROWS} conversations, GraphQL", ask("/graphql", {"query": LIST})),
        Way("create a conversation, REST", ask("/api/conversations", {"title": "Benchmark"})),
        Way("create a conversation, GraphQL", ask("/graphql", {"query": CREATE})),
    ]


def measured(server: Server, found: Sequence[Way], rounds: int, seconds: float) -> list[Row]:
    samples: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for clients in CLIENTS:
            for way in found:
                job = {"kind": "requests", "ask": way.ask, "clients": clients, "seconds": seconds}
                result = measure(server, job)
                count = result.report["requests"]
                sample = (count / result.report["seconds"], result.cpu * 1000 / count)
                samples.setdefault((way.name, clients), []).append(sample)
    rows = []
    for (name, clients), taken in samples.items():
        rates, costs = zip(*taken, strict=True)
        rows.append(Row(name, clients, median(rates), median(costs)))
    return sorted(rows, key=lambda row: row.request.split()[0] != "list")


def main() -> None:
    options = parser("Requests a second, and CPU milliseconds per request.").parse_args()
    rounds = 1 if options.quick else ROUNDS
    seconds = SECONDS_QUICK if options.quick else SECONDS
    with (
        temporary_folder() as folder,
        luxx(folder) as server,
        contextlib.closing(Account(server)) as account,
    ):
        account.conversations(ROWS, "model")
        rows = measured(server, ways(account.token), rounds, seconds)
    print(
        table(
            ("request", "clients", "a second", "CPU ms each"),
            [
                (row.request, str(row.clients), f"{row.per_second:.0f}", f"{row.cpu_ms:.2f}")
                for row in rows
            ],
        )
    )
    report(options.json, "crud", {"rounds": rounds, "rows": rows})


if __name__ == "__main__":
    main()
