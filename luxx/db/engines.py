"""Which engine the settings ask for, in Tortoise's terms."""

from importlib.util import find_spec
from typing import Any

from luxx.config import Settings
from luxx.errors import ConfigError

APP = "luxx"
NAME = "default"


def options(settings: Settings, *models: str) -> dict[str, Any]:
    """What Tortoise is initialised with."""
    connection = _sqlite(settings) if settings.is_sqlite else _postgres(settings)
    app = {"models": ["luxx.models", *models], "default_connection": NAME}
    return {"connections": {NAME: connection}, "apps": {APP: app}}


def _sqlite(settings: Settings) -> dict[str, Any]:
    return {"engine": "luxx.db.sqlite", "credentials": {"file_path": str(settings.sqlite_file)}}


def _postgres(settings: Settings) -> dict[str, Any]:
    check_driver()
    credentials = {
        "dsn": str(settings.database_url),
        # PgBouncer gives each transaction another session, which does not know the statement.
        "prepares": not settings.database_direct_url,
    }
    return {"engine": "luxx.db.postgres", "credentials": credentials}


def check_driver() -> None:
    """Raises ConfigError where PostgreSQL's driver is not installed."""
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        raise ConfigError(
            "PostgreSQL needs its driver, which the extra 'postgres' brings: install Luxx with it,"
            " such as pip install '.[postgres]' in the folder of its repository"
        )
