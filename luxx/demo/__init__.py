"""`luxx demo`: a server, a user, a scripted model, a first conversation and a room in the terminal.

Everything goes the ordinary way: the model is an HTTP server spoken to by the ordinary adapter, and
all that is shown comes over the REST API.
"""

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import Any

import httpx
from starlette.routing import Mount

from luxx import logs, serving
from luxx.app import Server
from luxx.config import Secret, Settings, check, warn_of_unknown
from luxx.demo import providers
from luxx.demo.calls import call, stream
from luxx.demo.room import discuss
from luxx.demo.screen import PASSWORD, USERNAME, Screen
from luxx.llm.demo import ScriptedModel

QUESTION = "Write words.py about what you can do, then run it, please."
#: Where the scripted model is, beside the server.
MODEL = "/demo-model"
#: Seconds between two pieces of the scripted model's answer: about the pace of a real one.
PACE = 0.02


async def run(port: int, *, once: bool = False, folder: Path = Path("luxx-demo")) -> None:
    """Serve the demo on loopback until interrupted; with `once`, until it has been shown."""
    settings = demo_settings(folder, port if _is_free(port) else 0)
    logs.configure(settings)
    warn_of_unknown(os.environ)
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serving.serve(demo_server(settings), url.set_result, stop=stop))
    either: list[asyncio.Future[Any]] = [server, url]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not url.done():
        await server  # raises what kept it from starting
        return
    try:
        screen = Screen(colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
        await _show(screen, url.result())
        if once:
            screen.end()
        else:
            screen.next_steps(url.result())
            await asyncio.wait({server})
    finally:
        stop.set()
        await server


def demo_settings(folder: Path, port: int) -> Settings:
    """Those of the demo: its user's password is known, so it listens on loopback alone."""
    return check(
        Settings(
            data_dir=folder,
            port=port,
            admin_username=USERNAME,
            admin_password=Secret(PASSWORD),
            log_level="warning",
        )
    )


def demo_server(settings: Settings) -> Server:
    """A server with the scripted model beside it."""
    return Server(settings, extra_routes=[Mount(MODEL, ScriptedModel(pace=PACE))])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def _show(screen: Screen, url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        login = await call(http, "POST", "/api/auth/login", username=USERNAME, password=PASSWORD)
        http.headers["Authorization"] = f"Bearer {login['access_token']}"
        names = [await providers.scripted(http, url), *[n async for n in providers.real(http)]]
        screen.title(f"Luxx is running at {url}", f"providers: {', '.join(names)}")
        conversation = await call(
            http,
            "POST",
            "/api/conversations/",
            system_prompt="You are a helpful assistant.",
            thinking_enabled=True,
        )
        screen.said("you", QUESTION)
        asked = {"conversation_id": conversation["id"], "content": QUESTION}
        async for kind, event in stream(http, "/api/messages/stream", **asked):
            screen.reply(kind, event)
        await discuss(http, screen)
