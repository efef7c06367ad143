"""Landlock's launcher: what it asks of each kernel, and what old ones still hold back."""

import asyncio
import ctypes
import json
import os
import runpy
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sandbox import jobs

from luxx.sandbox import confine, seccomp
from luxx.sandbox.base import Completed
from luxx.sandbox.landlock import Landlock

#: Lengths of what is handled, and the rights to files, networks and scopes that it names.
ASKED = {
    1: (0x1FFF,),
    2: (0x3FFF,),
    3: (0x7FFF,),
    4: (0x7FFF, 3),
    5: (0xFFFF, 3),
    6: (0xFFFF, 3, 3),
    9: (0xFFFF, 3, 3),
}


class Kernel:
    """Takes down what it is asked for."""

    def __init__(self) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self.answer = 3

    def syscall(self, number: int, *arguments: Any) -> int:
        plain = [a.value if isinstance(a, ctypes.c_size_t) else a for a in arguments]
        self.steps.append((number, *plain))
        return os.dup(0) if number == 444 and self.answer > 0 else self.answer

    def prctl(self, option: int, *_: Any) -> int:
        self.steps.append(("prctl", option))
        return self.answer


class BegunError(Exception):
    pass


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel()

    def begin(path: str, words: list[str]) -> None:
        kernel.steps.append(("exec", path, words))
        raise BegunError

    monkeypatch.setattr(confine, "_libc", lambda: kernel)
    monkeypatch.setattr(os, "execv", begin)
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, lambda *a, n=name: kernel.steps.append((n, *a)))
    monkeypatch.chdir("/")
    return kernel


def plan(folder: Path, version: int, user: int | None = None) -> confine.Plan:
    calls = folder / "calls"
    calls.write_bytes(bytes(16))
    return confine.Plan(
        user=user,
        readable=["/usr", "/etc/passwd", "/not/there"],
        devices=["/dev/null"],
        writable=[os.open(folder, os.O_PATH)],
        calls=os.open(calls, os.O_RDONLY),
        version=version,
    )


@pytest.mark.parametrize("version", ASKED)
def test_a_kernel_is_asked_for_what_its_version_knows(
    version: int, kernel: Kernel, tmp_path: Path
) -> None:
    wanted = plan(tmp_path, version)
    with pytest.raises(BegunError):
        confine.main(wanted, ["/bin/true", "x"])
    create, *rules = [step for step in kernel.steps if step[0] in {444, 445}]
    handled, size = create[1], create[2]
    assert size == len(handled) == 8 * len(ASKED[version])
    assert struct.unpack(f"={len(handled) // 8}Q", handled) == ASKED[version]
    rights = [struct.unpack("=Qi", rule[3])[0] for rule in rules]
    everything = ASKED[version][0]
    assert rights == [0b1101, 0b101, 0b110, everything & ~(1 << 6 | 1 << 11)]
    assert Path.cwd() == tmp_path
    assert not os.get_inheritable(wanted["writable"][0])
    os.close(wanted["writable"][0])


def test_the_user_is_left_before_the_walls_and_the_filter_comes_last(
    kernel: Kernel, tmp_path: Path
) -> None:
    wanted = plan(tmp_path, 7, user=1234)
    with pytest.raises(BegunError):
        confine.main(wanted, ["/bin/true", "x"])
    os.close(wanted["writable"][0])
    steps = [step for step in kernel.steps if step[0] not in {444, 445}]
    assert steps[:3] == [
        ("setgroups", []),
        ("setresgid", 1234, 1234, 1234),
        ("setresuid", 1234, 1234, 1234),
    ]
    assert [step[:2] for step in steps[3:]] == [
        ("prctl", 1),
        ("prctl", 38),
        (446, steps[5][1]),
        ("prctl", 22),
        ("exec", "/bin/true"),
    ]


def test_a_step_that_fails_ends_it_before_the_job(kernel: Kernel, tmp_path: Path) -> None:
    kernel.answer = -1
    wanted = plan(tmp_path, 7)
    with pytest.raises(OSError, match="Errno"):
        confine.main(wanted, ["/bin/true"])
    os.close(wanted["writable"][0])
    assert not any(step[0] == "exec" for step in kernel.steps)
    assert confine.version() == 0


@pytest.mark.parametrize("argument", ["no json", "{}", json.dumps({"calls": 999})])
def test_the_script_says_that_it_failed(
    argument: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["confine.py", argument, "/bin/true"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(confine.__file__, run_name="__main__")
    assert caught.value.code == confine.EXIT_FAILED
    assert capsys.readouterr().err.startswith("the sandbox could not be entered: ")


@pytest.fixture(params=[1, 3, 4, 6])
def old(request: pytest.FixtureRequest) -> Landlock:
    """As on a kernel of that version."""
    backend = jobs.make("landlock")
    if not isinstance(backend, Landlock) or backend.version < request.param:
        pytest.skip("this kernel is too old itself")
    return replace(backend, version=request.param, calls=seccomp.shared(request.param))


@pytest.fixture
def place() -> Iterator[Path]:
    with jobs.folder() as folder:
        yield folder


def run(backend: Landlock, place: Path, source: str) -> Completed:
    return asyncio.run(jobs.run(backend, place, source, "python"))


def test_an_old_kernel_confines_as_well(old: Landlock, place: Path) -> None:
    other = place.parent / f"{place.name}-other"
    other.write_text("secret")
    try:
        other.chmod(0o666)
        source = f"""
import os, signal, subprocess
for attempt in (
    lambda: open({str(other)!r}), lambda: os.truncate({str(other)!r}, 0),
    lambda: os.kill({os.getpid()}, 0) if {old.version} < 6 else os.kill({os.getpid()}, 19),
    lambda: os.link({str(other)!r}, "mine"), lambda: os.rename({str(other)!r}, "mine"),
):
    try: attempt()
    except PermissionError: print("no")
    except OSError as error: print(error)
open("a", "w").write("1")
print(subprocess.run("echo yes | cat - a", shell=True, stdout=-1).stdout)
"""
        done = run(old, place, source)
        assert done.stdout.split("\n")[:3] == ["no"] * 3, done.stderr
        assert "b'yes\\n1'" in done.stdout
        assert other.read_text() == "secret"
        assert not (place / "mine").exists()
    finally:
        other.unlink()
