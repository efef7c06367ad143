"""Everything that core works with, made once by the composition root and passed along."""

from dataclasses import dataclass

from luxx.config import Settings
from luxx.core.health import DatabaseProbe
from luxx.core.runs import RunService
from luxx.core.sessions import SessionEnds
from luxx.core.starts import Starts
from luxx.core.toolbox import Toolbox
from luxx.eventlog.log import EventLog
from luxx.eventlog.signals import Signals
from luxx.llm.client import ModelClient
from luxx.metrics import Metrics
from luxx.security import AttemptLimiter, Keyring


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    keys: Keyring
    limiter: AttemptLimiter
    models: ModelClient
    toolbox: Toolbox
    signals: Signals
    sessions: SessionEnds
    starts: Starts
    log: EventLog
    runs: RunService
    database: DatabaseProbe
    metrics: Metrics
