"""A server in this process, as a script has one, with the scripted model beside it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import luxx
from luxx.client import Luxx
from luxx.client.embedded import close_all


@pytest.fixture(autouse=True)
def _no_blocked_loop() -> None:
    """A whole server starts and stops here, which may block its own loop."""


@pytest.fixture(scope="module")
def lx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Luxx]:
    folder = tmp_path_factory.mktemp("embedded") / "data"
    connected = luxx.connect(demo=True, data_dir=folder)
    yield connected
    connected.close()
    close_all()


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Poll until something holds; fails after ten seconds."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, "it does not come to that"
            time.sleep(0.005)

    return wait


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
