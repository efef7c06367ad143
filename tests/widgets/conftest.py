"""Whole servers start and stop in these tests' own process."""

import pytest


@pytest.fixture(autouse=True)
def _no_blocked_loop() -> None:
    """They may block their own loops meanwhile."""
