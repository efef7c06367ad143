"""Every setting of the server, each declared once.

A setting is read from `LUXX_<NAME>` in the environment, else from `.env` in the working folder,
else it has its default; a command-line flag overrides them all. `load()` is called once at the edge
and the frozen `Settings` is passed on: nothing below reads the environment.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from math import inf
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values

from luxx import casts
from luxx.errors import ConfigError

logger = logging.getLogger("luxx.config")

PREFIX = "LUXX_"
#: No settings of the server: the client and `luxx user` read them.
_OTHERS = frozenset({"LUXX_URL", "LUXX_TOKEN", "LUXX_PASSWORD"})


class Secret(str):
    """A string that is never shown: its repr is `***`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***" if self else "''"


def _setting(default: Any, cast: Callable[[str], Any], about: str) -> Any:
    return field(default=default, metadata={"cast": cast, "about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The server's settings. `docs/settings.md` explains each at length."""

    data_dir: Path = _setting(
        Path("luxx-data"), Path, "folder of the database, keys and workspaces"
    )
    database_url: Secret = _setting(
        Secret(""), Secret, "postgresql://… instead of SQLite in the data folder"
    )
    secret_key: Secret = _setting(
        Secret(""), Secret, "signs tokens and seals keys; made and kept in the data folder"
    )
    database_direct_url: Secret = _setting(
        Secret(""), Secret, "the same database without the PgBouncer that database_url goes through"
    )
    host: str = _setting("127.0.0.1", str, "address to listen on")
    port: int = _setting(8000, casts.port, "port to listen on")
    workers: int = _setting(1, casts.whole, "processes that serve; more than one need PostgreSQL")
    worker_port: int = _setting(
        0, casts.port, "port of a worker's health and metrics; 0 takes a free one"
    )
    execute_runs: bool = _setting(
        True,
        casts.on_off,
        "whether this process executes replies and discussions, or only workers do",
    )
    admin_username: str = _setting("admin", str, "the first administrator's name")
    admin_password: Secret = _setting(
        Secret(""), Secret, "the first administrator's password; made and printed once if empty"
    )
    registration: Literal["open", "closed"] = _setting(
        "open", casts.one_of("open", "closed"), "whether strangers may register"
    )
    token_ttl: int = _setting(86_400, casts.whole, "seconds that a login lasts")
    auth_rate_limit: int = _setting(
        10, casts.whole, "login and registration attempts a minute; 0 for no limit"
    )
    allowed_private_hosts: tuple[str, ...] = _setting(
        (), casts.names, "host, host:port or CIDR that every user's provider may reach"
    )
    cors_origins: tuple[str, ...] = _setting(
        (), casts.origins, "browser origins that may call the API"
    )
    max_body: int = _setting(2_000_000, casts.whole, "bytes that a request body may have")
    max_tool_rounds: int = _setting(25, casts.whole, "model calls in one reply")
    max_runs: int = _setting(
        500, casts.whole, "replies and discussions of one user that may run or wait to run"
    )
    user_runs: int = _setting(100, casts.whole, "those of one user that are executed at once")
    user_followers: int = _setting(
        2_000, casts.whole, "streams that one user may follow in one process; 0 for no limit"
    )
    process_runs: int = _setting(400, casts.whole, "those of all users that one process executes")
    default_context: int = _setting(
        32_000, casts.whole, "context window, in tokens, of a model that Luxx does not know"
    )
    first_token_timeout: float = _setting(120.0, casts.number, "seconds to a reply's first token")
    progress_timeout: float = _setting(60.0, casts.number, "seconds between two tokens")
    reply_timeout: float = _setting(1_800.0, casts.number, "seconds that one model call may take")
    turn_timeout: float = _setting(
        300.0, casts.number, "seconds that an agent's turn in a room may take"
    )
    stream_interval_ms: int = _setting(
        40, casts.whole, "milliseconds between two batches of a stream"
    )
    sandbox: str = _setting(
        "auto",
        casts.one_of("auto", "bubblewrap", "landlock", "off", "unsafe"),
        "how code and shell tools are contained",
    )
    sandbox_uid: int = _setting(
        64_242, casts.whole, "the user id that they run as where the server runs as root"
    )
    sandbox_python: str = _setting(
        "", str, "the Python that code runs with; the server's base Python if empty"
    )
    tool_concurrency: int = _setting(
        0, casts.whole, "code and shell tools that run at once; 0 for one per processor"
    )
    workspace_quota: int = _setting(
        512 << 20, casts.whole, "bytes that a user's workspace may hold"
    )
    event_retention: int = _setting(
        86_400, casts.whole, "seconds that the events of an ended reply or discussion are kept"
    )
    idempotency_retention: int = _setting(
        86_400, casts.whole, "seconds that an idempotency key is remembered"
    )
    tool_log_retention: int = _setting(
        7_776_000, casts.whole, "seconds that the record of a tool's use is kept"
    )
    metrics: bool = _setting(False, casts.on_off, "serve Prometheus metrics at /metrics")
    console: bool = _setting(True, casts.on_off, "serve the console, the page at /")
    playground: bool = _setting(True, casts.on_off, "serve the GraphQL playground at /graphql")
    api_docs: bool = _setting(
        True, casts.on_off, "serve the REST reference at /api/docs and /api/openapi.json"
    )
    introspection: Literal["public", "users"] = _setting(
        "public", casts.one_of("public", "users"), "who may ask GraphQL for its schema"
    )
    log_level: str = _setting(
        "info", casts.one_of("debug", "info", "warning", "error"), "least severe log line"
    )
    log_format: Literal["console", "json"] = _setting(
        "console", casts.one_of("console", "json"), "how log lines look"
    )

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url

    @property
    def sqlite_file(self) -> Path:
        return self.data_dir / "luxx.db"


def load(
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = None,
) -> Settings:
    """Read the settings; `overrides` (by field name, already typed) win.

    Raises ConfigError, naming the variable, where a value does not fit or a `LUXX_` variable is
    unknown in `.env`.
    """
    file = env_file or Path(".env")
    written = dotenv_values(file)
    for problem in _unknown(written):
        raise ConfigError(f"{file}: {problem}")
    source = {**written, **(os.environ if environ is None else environ)}
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        text = source.get(PREFIX + setting.name.upper())
        if text:
            values[setting.name] = _cast(setting.name, setting.metadata["cast"], text)
    values.update({k: v for k, v in (overrides or {}).items() if v is not None})
    return check(Settings(**values))


def warn_of_unknown(environ: Iterable[str]) -> None:
    """Log the variables that look like settings and are none, by name alone: one may be a secret.

    They are not refused as those in `.env` are, for the environment may belong to others, too.
    """
    for problem in _unknown(environ):
        logger.warning(problem)


def _unknown(names: Iterable[str]) -> Iterator[str]:
    known = [setting.name.upper() for setting in fields(Settings)]
    for name in names:
        short = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and short not in known and name not in _OTHERS:
            near = get_close_matches(short, known, 1)
            hint = f": did you mean {PREFIX}{near[0]}?" if near else ""
            yield f"{name} is not a setting{hint}"


def _cast(name: str, cast: Callable[[str], Any], text: str) -> Any:
    try:
        return cast(text)
    except ValueError as error:
        raise ConfigError(f"{PREFIX}{name.upper()}={text!r} does not fit: {error}") from None


#: The least that makes sense; of what is not here, any value does.
_LEAST = {
    "token_ttl": 1,
    "auth_rate_limit": 0,
    "max_body": 1,
    "max_tool_rounds": 1,
    "max_runs": 1,
    "user_runs": 1,
    "user_followers": 0,
    "process_runs": 1,
    "workers": 1,
    "event_retention": 60,
    "idempotency_retention": 60,
    "tool_log_retention": 60,
    "default_context": 1,
    "first_token_timeout": 0.001,
    "progress_timeout": 0.001,
    "reply_timeout": 0.001,
    "turn_timeout": 0.001,
    "stream_interval_ms": 1,
    "sandbox_uid": 1,
    "tool_concurrency": 0,
    "workspace_quota": 1 << 20,
}


def check(settings: Settings) -> Settings:
    """Refuse settings that cannot work together, before anything is opened."""
    _check_database(settings)
    if settings.secret_key and len(settings.secret_key) < 32:  # noqa: PLR2004
        raise ConfigError("LUXX_SECRET_KEY must have at least 32 characters")
    for name, least in _LEAST.items():
        if not least <= getattr(settings, name) < inf:
            raise ConfigError(f"{PREFIX}{name.upper()} must be at least {least:,}")
    for entry in settings.allowed_private_hosts:
        _check_host(entry)
    return settings


def _check_database(settings: Settings) -> None:
    if settings.database_url and not settings.database_url.startswith(
        ("postgresql://", "postgres://")
    ):
        raise ConfigError("LUXX_DATABASE_URL must start with postgresql://, or be empty for SQLite")
    if settings.database_url and not settings.secret_key:
        raise ConfigError("LUXX_SECRET_KEY is required with PostgreSQL: every server shares it")
    if settings.is_sqlite and settings.workers > 1:
        raise ConfigError(
            f"LUXX_WORKERS={settings.workers}: several processes need PostgreSQL:"
            " set LUXX_DATABASE_URL, or serve with one"
        )
    if settings.is_sqlite and not settings.execute_runs:
        raise ConfigError("LUXX_EXECUTE_RUNS=off: with SQLite there is no other process to do it")


def _check_host(entry: str) -> None:
    if "/" not in entry:
        return
    try:
        ip_network(entry)
    except ValueError as error:
        raise ConfigError(f"LUXX_ALLOWED_PRIVATE_HOSTS: {entry!r} is no network: {error}") from None
