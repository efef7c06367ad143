"""What operators count, in the form that Prometheus reads.

`Metrics` counts nothing and costs nothing: the default. `Prometheus` counts, and imports its
library, which takes 0.1 seconds. With several processes on one socket (the environment names
`PROMETHEUS_MULTIPROC_DIR`) the library keeps the figures in files, so that whichever process is
asked answers for all.
"""

import os
from collections.abc import Mapping
from typing import Any

PREFIX = "luxx_"
_TTFT = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"

#: What the database says of the whole deployment: gauge, label values, number.
Shared = Mapping[str, Mapping[str, float]]


class Metrics:
    """Counts nothing."""

    is_on = False

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered: `seconds` until its answer began."""

    def first_token(self, seconds: float) -> None:
        """A model call has begun to answer."""

    def tokens(self, prompt: int, completion: int) -> None:
        """A message has ended that has cost so many."""

    def run_ended(self, status: str) -> None:
        """A run that this process executed has ended."""

    def tool_used(self, tool: str, outcome: str) -> None:
        """A tool was used, by a model or by hand."""

    def sampled(self, *, lag: float, executing: int, followers: int) -> None:
        """How the process is at the moment; `lag` in seconds."""


class Prometheus(Metrics):
    is_on = True

    def __init__(self) -> None:
        import prometheus_client as library  # noqa: PLC0415 - slow to import, and seldom needed

        # Each would have one more series: when it was first counted.
        library.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._library = library
        self._shares = MULTIPROC in os.environ
        self._registry = registry = library.CollectorRegistry()
        if not self._shares:
            library.ProcessCollector(registry=registry)
        self._requests = library.Histogram(
            PREFIX + "request_seconds",
            "Seconds until an answer began; of a stream, until its first byte",
            ("method", "route", "status"),
            buckets=_REQUEST,
            registry=registry,
        )
        self._first_token = library.Histogram(
            PREFIX + "first_token_seconds",
            "Seconds from a model call to the first thing that came of it",
            buckets=_TTFT,
            registry=registry,
        )
        self._tokens = library.Counter(
            PREFIX + "tokens", "Tokens of messages", ("kind",), registry=registry
        )
        self._ended = library.Counter(
            PREFIX + "runs_ended",
            "Replies and discussions that ended here",
            ("status",),
            registry=registry,
        )
        self._tools = library.Counter(
            PREFIX + "tools_used", "Uses of tools", ("tool", "outcome"), registry=registry
        )
        self._lag = library.Histogram(
            PREFIX + "loop_lag_seconds",
            "How late the event loop did what was due, looked at once a second",
            buckets=_LAG,
            registry=registry,
        )
        self._executing = self._gauge("runs_executing", "Replies and discussions executed here")
        self._followers = self._gauge("followers", "Streams that are followed here")

    def _gauge(self, name: str, about: str) -> Any:
        return self._library.Gauge(
            PREFIX + name, about, multiprocess_mode="livesum", registry=self._registry
        )

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, f"{status // 100}xx").observe(seconds)

    def first_token(self, seconds: float) -> None:
        self._first_token.observe(seconds)

    def tokens(self, prompt: int, completion: int) -> None:
        self._tokens.labels("prompt").inc(prompt)
        self._tokens.labels("completion").inc(completion)

    def run_ended(self, status: str) -> None:
        self._ended.labels(status).inc()

    def tool_used(self, tool: str, outcome: str) -> None:
        self._tools.labels(tool, outcome).inc()

    def sampled(self, *, lag: float, executing: int, followers: int) -> None:
        self._lag.observe(lag)
        self._executing.set(executing)
        self._followers.set(followers)

    def exposition(self, shared: "Shared | None") -> tuple[bytes, str]:
        """The text and its media type; `shared` is None while the database does not answer."""
        registry = self._registry
        if self._shares:
            from prometheus_client import multiprocess  # noqa: PLC0415 - as above

            registry = self._library.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = self._library.generate_latest(registry)
        return text + self._shared(shared), self._library.CONTENT_TYPE_LATEST

    def _shared(self, shared: "Shared | None") -> bytes:
        """What is the same whichever process is asked: no values that the library keeps."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - as above

        up = GaugeMetricFamily(PREFIX + "database_up", "Whether the database answers")
        up.add_metric([], float(shared is not None))
        families = [up]
        if shared is not None:
            waiting = GaugeMetricFamily(
                PREFIX + "queue_depth", "Replies and discussions that wait to be executed"
            )
            waiting.add_metric([], shared["queue_depth"][""])
            live = GaugeMetricFamily(
                PREFIX + "runs", "Replies and discussions that have not ended", labels=["status"]
            )
            for status, number in shared["runs"].items():
                live.add_metric([status], number)
            processes = GaugeMetricFamily(
                PREFIX + "processes", "Processes that execute replies and discussions"
            )
            processes.add_metric([], shared["processes"][""])
            families += [waiting, live, processes]
        registry = self._library.CollectorRegistry()
        registry.register(_Fixed(families))
        return self._library.generate_latest(registry)


class _Fixed:
    """A collector of what was counted elsewhere."""

    def __init__(self, families: list[Any]) -> None:
        self._families = families

    def collect(self) -> list[Any]:
        return self._families


def forget(pid: int) -> None:
    """A process on the shared socket has died: how it was no longer counts."""
    if MULTIPROC in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415 - as above

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
