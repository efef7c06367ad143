"""The scene, which all attacks of a module share, or one of its own for what does damage."""

import os
from collections.abc import Iterator

import pytest
from sandbox import jobs
from sandbox.attacks.scene import Scene, built

from luxx.sandbox.base import Backend


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with built(jobs.UID if os.geteuid() == 0 else os.geteuid()) as scene:
        yield scene


@pytest.fixture
def own_scene() -> Iterator[Scene]:
    """Of the user that unconfined jobs run as."""
    with built(os.geteuid()) as scene:
        yield scene


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """By its name."""
    made = jobs.make(request.param)
    if made is None:
        pytest.skip(f"this machine does not offer {request.param}")
    return made
