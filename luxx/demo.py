"""`luxx demo`: a server, a user, a scripted model and a first conversation in the terminal.

Everything goes the ordinary way: the model is an HTTP server spoken to by the ordinary adapter, and
the conversation is held over the REST API.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
from starlette.routing import Mount

from luxx import logs, serving
from luxx.app import Server
from luxx.config import Secret, Settings, check
from luxx.errors import LuxxError, Unavailable
from luxx.llm.demo import ScriptedModel

USERNAME, PASSWORD = "demo", "luxx-demo"  # known on purpose: loopback only
QUESTION = "Write a short note about what you can do, please."
SCRIPTED = "Scripted model"
#: Seconds between two pieces of the scripted model's answer: about the pace of a real one.
PACE = 0.02
OLLAMA = "http://127.0.0.1:11434/v1"


@dataclass(frozen=True, slots=True)
class Known:
    """A real provider that is offered when its key is in the environment."""

    variable: str
    name: str
    wire: str
    base_url: str
    #: The first of the provider's models that contains the earliest of these is taken.
    preferred: tuple[str, ...]


KNOWN = (
    Known("OPENAI_API_KEY", "OpenAI", "openai", "https://api.openai.com/v1", ("mini", "gpt")),
    Known(
        "ANTHROPIC_API_KEY",
        "Anthropic",
        "anthropic",
        "https://api.anthropic.com/v1",
        ("haiku", "sonnet"),
    ),
    Known("DEEPSEEK_API_KEY", "DeepSeek", "openai", "https://api.deepseek.com/v1", ("flash",)),
)


async def run(port: int, *, once: bool = False, folder: Path = Path("luxx-demo")) -> None:
    """Serve the demo on loopback until interrupted; with `once`, until it has been shown."""
    settings = check(
        Settings(
            data_dir=folder,
            port=port if _is_free(port) else 0,
            admin_username=USERNAME,
            admin_password=Secret(PASSWORD),
            log_level="warning",
        )
    )
    logs.configure(settings)
    model = Mount("/demo-model", ScriptedModel(pace=PACE))
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(
        serving.serve(Server(settings, extra_routes=[model]), url.set_result, stop=stop)
    )
    either: list[asyncio.Future[Any]] = [server, url]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not url.done():
        await server  # raises what kept it from starting
        return
    try:
        await _show(url.result())
        if not once:
            print("  Serving. Press Ctrl-C to stop.\n", flush=True)
            await asyncio.wait({server})
    finally:
        stop.set()
        await server


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def _show(url: str) -> None:
    screen = Screen(colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        login = await call(http, "POST", "/api/auth/login", username=USERNAME, password=PASSWORD)
        http.headers["Authorization"] = f"Bearer {login['access_token']}"
        names = [await _scripted(http, url), *[name async for name in _real(http)]]
        screen.title(f"Luxx is running at {url}", f"providers: {', '.join(names)}")
        conversation = await call(
            http,
            "POST",
            "/api/conversations/",
            system_prompt="You are a helpful assistant.",
            thinking_enabled=True,
        )
        screen.said("you", QUESTION)
        async for kind, event in stream(http, conversation["id"], QUESTION):
            screen.event(kind, event)
    screen.next_steps(url)


async def call(http: httpx.AsyncClient, method: str, path: str, **body: Any) -> Any:
    """One REST call; answers with `data`. Raises Unavailable with the server's message."""
    answer = (await http.request(method, path, json=body or None)).json()
    if not answer["success"]:
        raise Unavailable(f"{path}: {answer['message']}")
    return answer.get("data")


async def _scripted(http: httpx.AsyncClient, url: str) -> str:
    """The scripted model as an ordinary provider; its address changes with the port."""
    base_url = f"{url}/demo-model/v1"
    listed = (await call(http, "GET", "/api/providers/"))["providers"]
    for provider in listed:
        if provider["name"] == SCRIPTED:
            path = f"/api/providers/{provider['id']}"
            await call(http, "PUT", path, base_url=base_url, api_key="none")
            return SCRIPTED
    await call(
        http,
        "POST",
        "/api/providers/",
        name=SCRIPTED,
        provider_type="openai",
        base_url=base_url,
        api_key="none",
        default_model="luxx-demo",
    )
    return SCRIPTED


async def _real(http: httpx.AsyncClient) -> AsyncIterator[str]:
    """Add the providers whose key is in the environment, and an Ollama that answers."""
    offered = [(known, os.environ.get(known.variable, "")) for known in KNOWN]
    found = [(known, key) for known, key in offered if key]
    if await _answers(OLLAMA):
        found.append((Known("", "Ollama", "openai", OLLAMA, ()), "ollama"))
    listed = (await call(http, "GET", "/api/providers/"))["providers"]
    have = {provider["name"] for provider in listed}
    for known, key in found:
        if known.name in have or await _add(http, known, key):
            yield known.name


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=1, trust_env=False) as http:
            return (await http.get(f"{url}/models")).is_success
    except httpx.HTTPError:
        return False


async def _add(http: httpx.AsyncClient, known: Known, key: str) -> bool:
    provider = await call(
        http,
        "POST",
        "/api/providers/",
        name=known.name,
        provider_type=known.wire,
        base_url=known.base_url,
        api_key=key,
        default_model="unknown",
    )
    path = f"/api/providers/{provider['id']}"
    try:
        models = (await call(http, "GET", f"{path}/models"))["models"]
    except (LuxxError, httpx.HTTPError):
        models = []
    if not models:
        await call(http, "DELETE", path)
        return False
    wanted = [model for part in known.preferred for model in models if part in model]
    await call(http, "PUT", path, default_model=(wanted or models)[0])
    return True


async def stream(
    http: httpx.AsyncClient, conversation_id: str, content: str
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Send a message and yield the events of the reply: (name, data)."""
    body = {"conversation_id": conversation_id, "content": content}
    address = "/api/messages/stream?delta=true"
    async with http.stream("POST", address, json=body) as response:
        if response.status_code != httpx.codes.OK:
            await response.aread()
            raise Unavailable(response.json()["message"])
        kind = ""
        async for line in response.aiter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                yield kind, orjson.loads(line[5:])


class Screen:
    """The terminal."""

    DIM, BOLD, BLUE, GREEN, RED, RESET = (
        "\033[2m",
        "\033[1m",
        "\033[36m",
        "\033[32m",
        "\033[31m",
        "\033[0m",
    )

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._step = -1

    def _write(self, text: str, style: str = "") -> None:
        sys.stdout.write(f"{style}{text}{self.RESET}" if self._colour and style else text)
        sys.stdout.flush()

    def title(self, text: str, more: str) -> None:
        self._write(f"\n  {text}\n", self.BOLD)
        self._write(f"  {more}\n\n", self.DIM)

    def said(self, who: str, text: str) -> None:
        self._write(f"{who}: ", self.BOLD)
        self._write(f"{text}\n")

    def event(self, kind: str, event: dict[str, Any]) -> None:
        if kind == "process_step":
            self._show_step(event["step"], event.get("delta", ""))
        elif kind == "done":
            usage = event["usage"]
            self._write(
                f"\n\n  done: {usage['prompt_tokens']} + {usage['completion_tokens']} tokens\n",
                self.DIM,
            )
        else:
            self._write(f"\n\n  error: {event['content']}\n", self.RED)

    def _show_step(self, step: dict[str, Any], delta: str) -> None:
        if step["index"] != self._step:
            self._step = step["index"]
            self._write(f"\n[{step['type'].replace('_', ' ')}] ", self.BLUE)
        if step["type"] == "tool_call":
            self._write(f"{step['name']} {step['arguments']}", self.GREEN)
        elif step["type"] == "tool_result":
            self._write(step["content"], self.GREEN if step["success"] else self.RED)
        else:
            self._write(delta, self.DIM if step["type"] == "thinking" else "")

    def next_steps(self, url: str) -> None:
        """What to try next."""
        self._write("\n  The scripted model is no AI: add a provider of your own.\n", self.DIM)
        self._write("\n  Try next\n", self.BOLD)
        body = f'{{"username": "{USERNAME}", "password": "{PASSWORD}"}}'
        question = '{"query": "{ me { username } conversations { items { id title } } }"}'
        self._write(
            f"""
    log in       username {USERNAME}, password {PASSWORD}
    playground   {url}/graphql
    REST         TOKEN=$(curl -s {url}/api/auth/login -H 'Content-Type: application/json' \\
                   -d '{body}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
                 curl -s {url}/api/conversations/ -H "Authorization: Bearer $TOKEN"
    GraphQL      curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" \\
                   -H 'Content-Type: application/json' -d '{question}'

"""
        )
