"""Streaming: server CPU per token, and how soon the first token is there.

Luxx and two pass-through proxies in front of the same scripted model, in turn within one run. What
counts is the ratio between them: absolute figures are those of the machine.

    python -m benchmarks.stream [--quick] [--json FILE]
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.harness import (
    HOST,
    Account,
    Measured,
    Server,
    free_port,
    luxx,
    measure,
    median,
    parser,
    report,
    spawned,
    table,
    temporary_folder,
)
from benchmarks.model import BURST, SHORT, TOKEN

ROUNDS = 3
PACED, PACED_QUICK = 100, 40
CHAT = "/v1/chat/completions"
EVENTS = {"Accept": "text/event-stream"}
SEND = """mutation ($id: ID!) {
  sendMessage(input: {conversationId: $id, content: "Go on."}) { assistantMessage { id } }
}"""
FOLLOW = """subscription ($id: ID!) {
  messageEvents(messageId: $id) {
    ... on StepUpdated { cursor step { id index type } delta }
    ... on MessageCompleted { cursor tokenCount }
    ... on MessageFailed { cursor content }
  }
}"""

Asks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Load:
    name: str
    about: str
    model: str
    streams: int
    tokens: int
    stagger: float = 0.0
    serial: bool = False


@dataclass(frozen=True, slots=True)
class Contestant:
    """A way to the model: its streams, each on its own, and the end of each."""

    name: str
    server: Server
    streams: Callable[[Load], list[Asks]]
    last: str

    def run(self, load: Load) -> Measured:
        return measure(
            self.server,
            {
                "kind": "streams",
                "streams": self.streams(load),
                "first": TOKEN,
                "last": self.last,
                "stagger": load.stagger,
                "serial": load.serial,
            },
        )


def loads(*, quick: bool) -> list[Load]:
    paced = PACED_QUICK if quick else PACED
    pace = f"{paced} tokens 20 ms apart"
    return [
        Load("first", "20 streams one by one, first token", "short", 20, SHORT, serial=True),
        Load("one", f"1 stream, {pace}", "paced", 1, paced),
        Load("many", f"200 streams, {pace}", "paced", 200, paced, stagger=0.005),
        Load("burst", f"8 streams, {BURST} tokens without delay", "burst", 8, BURST),
    ]


def _direct(load: Load) -> list[Asks]:
    body = {
        "model": load.model,
        "messages": [{"role": "user", "content": "Go on."}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return [[{"path": CHAT, "body": orjson.dumps(body).decode()}]] * load.streams


class Luxx:
    """Each stream has a conversation of its own, made before the clock runs."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._headers = {"Authorization": f"Bearer {account.token}"}

    def rest(self, path: str) -> Callable[[Load], list[Asks]]:
        def streams(load: Load) -> list[Asks]:
            return [
                [self._ask(path, {"conversation_id": id_, "content": "Go on."})]
                for id_ in self._account.conversations(load.streams, load.model)
            ]

        return streams

    def graphql(self, load: Load) -> list[Asks]:
        follow = {"query": FOLLOW, "variables": {"id": "{found}"}}
        return [
            [
                self._ask("/graphql", {"query": SEND, "variables": {"id": id_}})
                | {"find": '"id": *"([^"]+)"'},
                self._ask("/graphql", follow, EVENTS),
            ]
            for id_ in self._account.conversations(load.streams, load.model)
        ]

    def _ask(
        self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        headers = self._headers | (headers or {})
        return {"path": path, "body": orjson.dumps(body).decode(), "headers": headers}


@contextlib.contextmanager
def contestants(paced: int) -> Iterator[list[Contestant]]:
    """Every server, running."""
    with contextlib.ExitStack() as stack:

        def start(name: str, *arguments: str, health: str) -> Server:
            port = free_port()
            module = f"benchmarks.{name}"
            command = (*arguments, "--port", str(port))
            return stack.enter_context(spawned(module, *command, port=port, health=health))

        model = start("model", "--paced", str(paced), health="/v1/models")
        upstream = ("--upstream", f"http://{HOST}:{model.port}")
        folder = stack.enter_context(temporary_folder())
        server = stack.enter_context(luxx(folder))
        account = stack.enter_context(contextlib.closing(Account(server)))
        account.provider(f"{model.url}/v1", "paced")
        ways = Luxx(account)
        path = "/api/messages/stream"
        yield [
            Contestant("direct to the model", model, _direct, "[DONE]"),
            *(
                Contestant(
                    f"{client} pass-through",
                    start("passthrough", client, *upstream, health="/health"),
                    _direct,
                    "[DONE]",
                )
                for client in ("aiohttp", "httpx")
            ),
            Contestant("Luxx, REST", server, ways.rest(path), "event: done\n"),
            Contestant(
                "Luxx, REST, deltas", server, ways.rest(f"{path}?delta=true"), "event: done\n"
            ),
            Contestant("Luxx, GraphQL, deltas", server, ways.graphql, "event: complete"),
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one contestant under one load."""

    load: str
    contestant: str
    us_per_token: float
    first_ms: float
    #: Streams that the server broke off, in all rounds.
    broken: int


def measured(found: Sequence[Contestant], chosen: Sequence[Load], rounds: int) -> list[Row]:
    """Interleaved: what disturbs the machine for a while disturbs everybody."""
    warm_up = Load("warm-up", "", "short", 8, SHORT)
    for contestant in found:
        contestant.run(warm_up)
    taken: dict[tuple[str, str], list[Row]] = {
        (load.name, contestant.name): [] for load in chosen for contestant in found
    }
    for number in range(rounds):
        for load in chosen:
            for at in range(len(found)):
                row = _sample(found[(at + number) % len(found)], load)
                taken[row.load, row.contestant].append(row)
    return [
        Row(
            load,
            contestant,
            median([row.us_per_token for row in rows]),
            median([row.first_ms for row in rows]),
            sum(row.broken for row in rows),
        )
        for (load, contestant), rows in taken.items()
    ]


def _sample(contestant: Contestant, load: Load) -> Row:
    result = contestant.run(load)
    cost = result.cpu * 1e6 / (load.streams * load.tokens)
    first = median(result.report["first_ms"])
    return Row(load.name, contestant.name, cost, first, result.report["broken"])


def show(rows: Sequence[Row], chosen: Sequence[Load]) -> None:
    for load in chosen:
        own = {row.contestant: row for row in rows if row.load == load.name}
        yardstick = own["httpx pass-through"].us_per_token
        direct = own["direct to the model"].first_ms
        print(f"\n{load.about}\n")
        print(
            table(
                ("", "CPU µs/token", "of httpx", "first token ms", "later than direct", "broken"),
                [
                    (
                        row.contestant,
                        f"{row.us_per_token:.1f}",
                        f"{row.us_per_token / yardstick:.2f}",
                        f"{row.first_ms:.1f}",
                        f"{row.first_ms - direct:+.1f}",
                        str(row.broken),
                    )
                    for row in own.values()
                ],
            ),
            flush=True,
        )


def main() -> None:
    made = parser("Server CPU per streamed token, and time to the first one.")
    made.add_argument("--only", action="append", help="a load: first, one, many, burst")
    made.add_argument("--rounds", type=int, help=f"how often everything is measured ({ROUNDS})")
    options = made.parse_args()
    chosen = [
        load for load in loads(quick=options.quick) if not options.only or load.name in options.only
    ]
    rounds = options.rounds or (1 if options.quick else ROUNDS)
    with contestants(PACED_QUICK if options.quick else PACED) as found:
        rows = measured(found, chosen, rounds)
    show(rows, chosen)
    figures = {
        "rounds": rounds,
        "loads": {load.name: load.about for load in chosen},
        "rows": rows,
    }
    report(options.json, "stream", figures)


if __name__ == "__main__":
    main()
