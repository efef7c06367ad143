"""A server as its users run it, a process of its own, and a client of it."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
from frames import Frame, frames
from support import until

from luxx.config import Settings

ADMIN, PASSWORD = "admin", "a password for the tests"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
WAIT = 20.0
#: What is printed once it can be asked; the line is whole.
_LISTENS = re.compile(r"(http://\S+?)(?:/api/ready)?\n")


def environment(settings: Settings | None = None, **variables: str) -> dict[str, str]:
    """What a process of Luxx sees: nothing of ours but what is given."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LUXX_") and not name.endswith("_API_KEY")
    }
    if settings is not None:
        env["LUXX_DATA_DIR"] = str(settings.data_dir)
        env["LUXX_DATABASE_URL"] = str(settings.database_url)
        env["LUXX_SECRET_KEY"] = str(settings.secret_key)
    return env | variables


def run(
    folder: Path, *arguments: str, settings: Settings | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "luxx", *arguments],
        cwd=folder,
        env=environment(settings, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass
class Luxx:
    """One `luxx serve` or `luxx worker`."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path
    #: Seconds from the start to the first healthy answer.
    took: float = field(default=0.0)

    @property
    def printed(self) -> str:
        return self.out.read_text()

    @property
    def logged(self) -> str:
        return self.err.read_text()

    @property
    def url(self) -> str:
        found = _LISTENS.search(self.printed)
        return found[1] if found else ""

    async def ready(self) -> None:
        began = time.perf_counter()
        await until(lambda: self.url or self.process.poll() is not None, START_SECONDS)
        assert self.url, f"the server did not start: {self.logged}"
        await self.healthy()
        self.took = time.perf_counter() - began

    async def healthy(self) -> float:
        """Seconds that the answer took."""
        began = time.perf_counter()
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=5) as http:
            answer = await http.get("/api/health")
        assert answer.json()["status"] == "ok"
        return time.perf_counter() - began

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return await self.gone()

    async def gone(self) -> int:
        await until(lambda: self.process.poll() is not None, STOP_SECONDS)
        return int(self.process.returncode)


def _popen(folder: Path, arguments: tuple[str, ...], env: dict[str, str], out: IO[bytes]) -> Luxx:
    err = Path(out.name).with_suffix(".err")
    with err.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "luxx", *arguments],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
    return Luxx(process, Path(out.name), err)


@contextmanager
def _started(settings: Settings, arguments: tuple[str, ...], env: dict[str, str]) -> Iterator[Luxx]:
    folder = settings.data_dir.parent
    with (folder / f"{time.monotonic_ns()}.out").open("wb") as out:
        luxx = _popen(folder, arguments, env, out)
    try:
        yield luxx
    finally:
        if luxx.process.poll() is None:
            luxx.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                luxx.process.wait(STOP_SECONDS)
        if luxx.process.poll() is None:
            luxx.kill()


@asynccontextmanager
async def launch(
    settings: Settings,
    *arguments: str,
    command: str = "serve",
    password: str = PASSWORD,
    **variables: str,
) -> AsyncIterator[Luxx]:
    """A process that answers; it ends with the block at the latest."""
    env = environment(settings, LUXX_ADMIN_PASSWORD=password, **variables)
    with _started(settings, (command, "--port", "0", *arguments), env) as luxx:
        await luxx.ready()
        yield luxx


class Client:
    """Somebody who speaks REST; `answers` are all that were refusals."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        limits = httpx.Limits(max_connections=None)
        self.token = token
        self.refusals: list[str] = []
        self.http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=WAIT, limits=limits, trust_env=False
        )

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """The data of a success."""
        answer = (await self.http.request(method, path, json=body or None)).json()
        assert answer["success"], answer
        return answer.get("data")

    async def refused(self, method: str, path: str, **options: Any) -> int:
        answer = await self.http.request(method, path, **options)
        self.refusals.append(answer.text)
        return answer.status_code

    async def graphql(self, query: str, **variables: Any) -> Any:
        return (
            await self.http.post("/graphql", json={"query": query, "variables": variables})
        ).json()

    async def enter(self, username: str = ADMIN, password: str = PASSWORD) -> None:
        login = await self.call("POST", "/api/auth/login", username=username, password=password)
        self.token = login["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    async def provider(self, url: str, **fields: object) -> int:
        usual: dict[str, object] = {
            "name": "Scripted",
            "provider_type": "openai",
            "base_url": f"{url}/v1",
            "api_key": "key",
            "default_model": "luxx-demo",
        }
        made = await self.call("POST", "/api/providers", **usual | fields)
        return int(made["id"])

    async def conversation(self) -> str:
        made = await self.call("POST", "/api/conversations", title="Talk")
        return str(made["id"])

    async def start(self, conversation: str, content: str = "Hello") -> str:
        """Send; the id of the reply, which is being written."""
        sent = await self.graphql(
            "mutation ($conversation: ID!, $content: String!) { sendMessage(input:"
            " {conversationId: $conversation, content: $content}) { assistantMessage { id } } }",
            conversation=conversation,
            content=content,
        )
        return str(sent["data"]["sendMessage"]["assistantMessage"]["id"])

    async def messages(self, conversation: str) -> list[dict[str, Any]]:
        listed = await self.call("GET", f"/api/messages?conversation_id={conversation}")
        return list(listed["messages"])


@asynccontextmanager
async def client(url: str, *, token: str = "", enter: bool = True) -> AsyncIterator[Client]:
    made = Client(url, token)
    async with made.http:
        if enter and not token:
            await made.enter()
        yield made


class Viewer:
    """Somebody who watches a reply over REST, from where they were before."""

    def __init__(self, client: Client, message_id: str) -> None:
        self._client = client
        self.message_id = message_id
        self._before: list[Frame] = []
        self._text = ""
        #: How the connection broke; None while it did not.
        self.broken: httpx.HTTPError | None = None

    @property
    def seen(self) -> list[Frame]:
        return [*self._before, *frames(self._text)]

    @property
    def text(self) -> str:
        return "".join(frame.data.get("delta", "") for frame in self.seen)

    async def watch(self, client: Client | None = None) -> None:
        """Watch until the stream ends or breaks; with another client, where it was left."""
        self._client = client or self._client
        self._before, self._text, self.broken = self.seen, "", None
        headers = {"Last-Event-ID": str(self._before[-1].id)} if self._before else {}
        try:
            async with asyncio.timeout(WAIT):
                await self._read(headers)
        except httpx.HTTPError as error:
            self.broken = error

    async def _read(self, headers: dict[str, str]) -> None:
        path = f"/api/messages/{self.message_id}/stream?delta=true"
        async with self._client.http.stream("GET", path, headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            async for piece in response.aiter_text():
                self._text += piece
