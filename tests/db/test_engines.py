"""Which engine is taken, and what is said where it is not installed."""

import pytest

from luxx.config import Secret, Settings
from luxx.db import engines
from luxx.errors import ConfigError


def test_a_driver_that_is_not_installed_is_named_by_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"the extra 'postgres' .* pip install '\.\[postgres\]'"):
        engines.options(Settings(database_url=Secret("postgresql://h/luxx")))
