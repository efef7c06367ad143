"""How the services are put together, started and stopped."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from typing import Any

from luxx.config import Settings
from luxx.core.chat import Chat
from luxx.core.discussion import Discussion
from luxx.core.gauges import sample
from luxx.core.health import DatabaseProbe
from luxx.core.retention import Retention
from luxx.core.runs import STOPPING, Body, RunService
from luxx.core.services import Services
from luxx.core.sessions import SessionEnds
from luxx.core.starts import Starts
from luxx.core.toolbox import Toolbox
from luxx.db.engines import check_driver
from luxx.eventlog.log import EventLog
from luxx.eventlog.signals import LocalSignals, Signals
from luxx.executor.base import Execute, Executor, Limits
from luxx.executor.local import LocalExecutor
from luxx.executor.membership import Alone, Member, Observer
from luxx.executor.remote import RemoteExecutor
from luxx.llm.client import ModelClient, Timeouts
from luxx.metrics import Metrics, Prometheus
from luxx.models import RunKind
from luxx.sandbox.egress import Egress
from luxx.security import AttemptLimiter, load_keyring


def make_services(settings: Settings, egress: Egress) -> Services:
    """Everything that core works with, not started yet. Raises ConfigError for unusable keys."""
    signals = make_signals(settings)
    metrics = Prometheus() if settings.metrics else Metrics()
    log = EventLog(
        signals,
        interval=settings.stream_interval_ms / 1000,
        is_shared=not settings.is_sqlite,
        on_end=metrics.run_ended,
    )
    timeouts = Timeouts(
        first_token=settings.first_token_timeout,
        progress=settings.progress_timeout,
        total=settings.reply_timeout,
    )
    return Services(
        settings=settings,
        keys=load_keyring(settings),
        limiter=AttemptLimiter(settings.auth_rate_limit),
        models=ModelClient(egress, timeouts),
        toolbox=Toolbox(settings, egress, metrics),
        signals=signals,
        sessions=SessionEnds(signals, settings.user_followers),
        starts=Starts(signals),
        log=log,
        runs=RunService(log, signals, partial(make_executor, settings, signals)),
        database=DatabaseProbe(),
        metrics=metrics,
    )


def make_signals(settings: Settings) -> Signals:
    if settings.is_sqlite:
        return LocalSignals()
    check_driver()
    from luxx.eventlog.notify import NotifySignals  # noqa: PLC0415 - only with the extra

    return NotifySignals(settings)


def make_executor(settings: Settings, signals: Signals, execute: Execute) -> Executor:
    tell = partial(signals.publish, "work")
    if not settings.execute_runs:
        return RemoteExecutor(tell, Observer())
    membership = Alone() if settings.is_sqlite else Member()
    limits = Limits(process=settings.process_runs, user=settings.user_runs)
    return LocalExecutor(execute, tell, membership, limits)


@contextlib.asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Execute runs, over an open database; at the end every run says how it ended."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(services.toolbox.opened())
        stack.push_async_callback(services.signals.close)
        await services.signals.start()
        await services.log.start()
        stack.push_async_callback(services.log.close)
        stack.push_async_callback(end_runs, services)
        bodies: dict[RunKind, Body] = {
            RunKind.CHAT: Chat(services),
            RunKind.ROOM: Discussion(services),
        }
        await services.runs.start(bodies)
        for name, work in _upkeep(services).items():
            stack.callback(asyncio.create_task(work, name=f"luxx-{name}").cancel)
        yield


def _upkeep(services: Services) -> dict[str, Coroutine[Any, Any, None]]:
    """What is done from time to time, for as long as the process runs."""
    work = {"retention": Retention(services.settings).run()}
    if services.metrics.is_on:
        work["sample"] = sample(services)
    return work


async def end_runs(services: Services, drain: float = 0.0) -> None:
    """End or leave what runs here, and let go of who follows it.

    What ends by itself within `drain` seconds is not interrupted.
    """
    await services.runs.close(drain=drain)
    services.starts.interrupt(STOPPING)
