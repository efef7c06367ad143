"""Tools in hostile hands, on a real server: its other users notice nothing and nothing is left."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from server.conftest import Upstream
from server.running import Client, Luxx, Viewer, client, launch
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

MEGABYTE = 1 << 20
#: What running hostile tools may cost the server's own process.
ROOM = 200 * MEGABYTE
QUICK_SECONDS = 2.0
#: A stream's longest gap meanwhile, other work on the machine included.
GAP_SECONDS = 1.5

CODE = {
    "reads the environment": "print(open('/proc/1/environ').read())",
    "reads the parent's environment": (
        "import os\nprint([open(f'/proc/{p}/environ').read() for p in os.listdir('/proc')"
        " if p.isdigit()])"
    ),
    "spins": "while True: pass",
    "forks without end": "import os\nwhile True: os.fork()",
    "takes memory": "x = []\nwhile True: x.append(bytearray(10_000_000))",
    "floods": "while True: print('x' * 1000)",
    "calls home": "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
    "leaves a child": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    os.close(1)\n    os.close(2)\n"
        "    time.sleep(600)\n"
    ),
    "kills what it can": "import os, signal; os.kill(-1, signal.SIGKILL)",
    "crashes": "import ctypes; ctypes.string_at(0)",
}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("python_eval", {"expression": "9**9**9**9"}),
    ("python_eval", {"expression": "[0 for _ in iter(int, 1)]"}),
    ("file_read", {"path": "../../luxx.db"}),
    ("file_read", {"path": "/workspace/../../secret.key"}),
    ("file_grep", {"pattern": "(a+)+$" * 20}),
    ("web_fetch", {"url": "http://127.0.0.1:{port}/api/health"}),
    ("web_fetch", {"url": "http://169.254.169.254/latest/meta-data/"}),
    ("batch_fetch", {"urls": ["http://0x7f.1:{port}/", "http://[::1]:{port}/"]}),
    ("process_data", {"data": "[1]", "operation": "query", "query": "[@,@]|" * 100 + "@"}),
)


@pytest.fixture
async def eve(luxx: Luxx, admin: Client) -> AsyncIterator[Client]:
    """A stranger whom an administrator lets run code."""
    login = {"username": "eve", "password": "a password"}
    async with client(luxx.url, enter=False) as stranger:
        await stranger.call("POST", "/api/auth/register", email="eve@example.com", **login)
        await stranger.enter(**login)
        me = await stranger.call("GET", "/api/auth/me")
        await admin.call("PUT", f"/api/auth/users/{me['id']}", permission_level=3)
        yield stranger


class Watch(Viewer):
    """Notes when the pieces of a stream came."""

    def __init__(self, client: Client, message_id: str) -> None:
        super().__init__(client, message_id)
        self.moments: list[float] = []

    async def note(self) -> None:
        path = f"/api/messages/{self.message_id}/stream?delta=true"
        async with self._client.http.stream("GET", path) as response:
            async for _ in response.aiter_raw():
                self.moments.append(time.monotonic())

    @property
    def longest(self) -> float:
        pairs = zip(self.moments, self.moments[1:], strict=False)
        return max((later - earlier for earlier, later in pairs), default=0.0)


def _filled(value: Any, port: str) -> Any:
    if isinstance(value, str):
        return value.replace("{port}", port)
    if isinstance(value, list):
        return [_filled(each, port) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, port) for name, each in value.items()}
    return value


async def _attack(eve: Client, port: str) -> dict[str, Any]:
    """Everything at once; the answers by name."""
    calls = [(name, "python_execute", {"code": code, "timeout": 2}) for name, code in CODE.items()]
    calls += [(f"{tool} {number}", tool, given) for number, (tool, given) in enumerate(CALLS)]

    async def call(tool: str, given: Any) -> Any:
        path = f"/api/tools/{tool}/execute"
        return (await eve.http.post(path, json=_filled(given, port), timeout=60)).json()

    answers = await asyncio.gather(*(call(tool, given) for _, tool, given in calls))
    return {name: answer for (name, _, _), answer in zip(calls, answers, strict=True)}


@pytest.mark.usefixtures("sqlite_only")  # what it is about is the same on every database
@pytest.mark.timeout(120)
async def test_hostile_tools_cost_nobody_else_anything(
    luxx: Luxx, admin: Client, eve: Client, upstream: Upstream
) -> None:
    await admin.provider(upstream.url)
    upstream.model.script.append(Reply(text="tok " * 1_500, chunk=4, pace=0.02))
    watch = Watch(admin, await admin.start(await admin.conversation()))
    process = psutil.Process(luxx.process.pid)
    before = process.memory_info().rss
    watching = asyncio.create_task(watch.note())
    await until(lambda: len(watch.moments) > 10)

    answers = await _attack(eve, luxx.url.rpartition(":")[2])
    assert await luxx.healthy() < QUICK_SECONDS
    watching.cancel()
    assert len(watch.moments) > 50
    assert watch.longest < GAP_SECONDS

    for name in CODE:
        assert answers[name]["success"], (name, answers[name])
        result = answers[name]["data"]["result"]
        assert "LUXX_" not in result["stdout"], name
        assert result["exit_code"] != 0 or name == "leaves a child" or "read" in name, name
    for name in answers.keys() - CODE.keys():
        answer = answers[name]
        refused = not answer["success"] and answer["code"] == "BAD_USER_INPUT"
        each_refused = answer["success"] and "error" in str(answer["data"])
        harmless = name.startswith("file_grep") and answer["data"]["result"]["matches"] == []
        assert refused or each_refused or harmless, (name, answer)

    assert process.memory_info().rss - before < ROOM
    await until(lambda: not _left(process))
    files = await eve.call("POST", "/api/tools/file_list/execute", recursive=True)
    assert files["result"]["entries"] == []
    assert "Traceback" not in luxx.logged


@pytest.fixture
def passage() -> Iterator[Path]:
    """A folder that lies open; pytest's own are closed to other users."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("backend", ["bubblewrap", "landlock"])
async def test_each_backend_works_where_anybody_may_pass(backend: str, passage: Path) -> None:
    """As in a container: the server may be root, and its folder lies where others can pass."""
    settings = Settings(data_dir=passage / "data")
    async with launch(settings, LUXX_SANDBOX=backend) as luxx, client(luxx.url) as admin:
        health = (await admin.http.get("/api/health")).json()
        assert health["sandbox"]["safe"] is True
        assert backend in health["sandbox"]["backend"].lower()
        code = {"code": "open('a', 'w').write('b'); import os; print(os.getuid() != 0)"}
        ran = await admin.call("POST", "/api/tools/python_execute/execute", **code)
        assert ran["result"]["stdout"] == "True\n"
        listed = await admin.call("POST", "/api/tools/file_list/execute", recursive=True)
        assert [entry["path"] for entry in listed["result"]["entries"]] == ["a"]
        assert await luxx.stop() == 0


def _left(process: psutil.Process) -> list[str]:
    """What still runs below the server, but for its own workers."""
    names = [child.name() for child in process.children(recursive=True)]
    return [name for name in names if name in {"bwrap", "sh"} or name.startswith("unshare")]
