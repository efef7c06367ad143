"""Logging: how lines look, and what is known of the request that a line belongs to.

A line never carries a body, a header or a query text, so no password or key is ever in one.
"""

import logging
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from luxx.config import Settings

#: Set by libraries on every record; all else in a record was given as `extra`. Uvicorn says its
#: message a second time, with colours.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
#: Libraries whose chatter holds addresses and statements, or says again what a line of ours says.
_QUIET = (
    "aiosqlite",
    "asyncio",
    "ddgs",  # its lines hold what users search for
    "httpcore",
    "httpx",
    "primp",
    "strawberry",
    "tortoise",
    "uvicorn",
    "websockets",
)


@dataclass(slots=True)
class RequestInfo:
    """What the line of a request says of it."""

    id: str
    user: str = "-"
    operation: str = "-"


current: ContextVar[RequestInfo | None] = ContextVar("luxx_request", default=None)


def brief(error: BaseException) -> str:
    """An error's message in one line."""
    return " ".join(str(error).split()) or type(error).__name__


def new_request_id() -> str:
    return secrets.token_hex(8)


def note(*, user: str | None = None, operation: str | None = None) -> None:
    """Add to what the line of the current request will say."""
    info = current.get()
    if info is None:
        return
    if user is not None:
        info.user = user
    if operation is not None:
        info.operation = operation


def configure(settings: Settings) -> None:
    """Send all logs to standard error in the chosen format."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else ConsoleFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # One warning for every try to connect: whoever waited for a connection says what came of it.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {k: v for k, v in vars(record).items() if k not in _STANDARD}
    info = current.get()
    if info is not None:
        fields.setdefault("request", info.id)
    return fields


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ConsoleFormatter(logging.Formatter):
    """Prints `time LEVEL logger  message  key=value …`."""

    def format(self, record: logging.LogRecord) -> str:
        extra = "  ".join(f"{key}={value}" for key, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname:<7} {record.name}  {record.getMessage()}"
        line = f"{line}  {extra}" if extra else line
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
