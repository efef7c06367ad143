"""How the services are put together, started and stopped."""

import contextlib
from collections.abc import AsyncIterator

from luxx.config import Settings
from luxx.core.chat import Chat
from luxx.core.discussion import Discussion
from luxx.core.runs import STOPPING, Body, RunService
from luxx.core.services import Services
from luxx.core.sessions import SessionEnds
from luxx.core.starts import Starts
from luxx.core.toolbox import Toolbox
from luxx.eventlog.log import EventLog
from luxx.eventlog.signals import LocalSignals
from luxx.executor.local import LocalExecutor
from luxx.llm.client import ModelClient, Timeouts
from luxx.models import RunKind
from luxx.sandbox.egress import Egress
from luxx.security import AttemptLimiter, load_keyring

#: Seconds that running replies have to be ended and stored when the server stops.
STOP_GRACE = 4.0


def make_services(settings: Settings, egress: Egress) -> Services:
    """Everything that core works with, not started yet. Raises ConfigError for unusable keys."""
    signals = LocalSignals()
    log = EventLog(signals, interval=settings.stream_interval_ms / 1000)
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
        toolbox=Toolbox(settings, egress),
        signals=signals,
        sessions=SessionEnds(signals),
        starts=Starts(signals),
        log=log,
        runs=RunService(log, signals, LocalExecutor),
    )


@contextlib.asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Execute runs, over an open database; at the end every run says how it ended."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(services.toolbox.opened())
        await services.signals.start()
        stack.push_async_callback(services.signals.close)
        await services.log.start()
        stack.push_async_callback(services.log.close)
        stack.push_async_callback(end_runs, services)
        bodies: dict[RunKind, Body] = {
            RunKind.CHAT: Chat(services),
            RunKind.ROOM: Discussion(services),
        }
        await services.runs.start(bodies)
        yield


async def end_runs(services: Services) -> None:
    """End or leave what runs here, and let go of who follows it."""
    await services.runs.close(STOP_GRACE)
    services.starts.interrupt(STOPPING)
