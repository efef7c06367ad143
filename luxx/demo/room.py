"""The room of the demo: three agents with different characters and a task for two rounds."""

from collections.abc import Mapping

import httpx

from luxx.demo.calls import call, stream
from luxx.demo.screen import Screen

TASK = "Plan a launch party for a small open-source project."
ROUNDS = 2
CAST: tuple[Mapping[str, str], ...] = (
    {
        "name": "Ada",
        "role": "the host",
        "color": "#2563eb",
        "system_prompt": "You are warm, concrete, and think of the guests. One or two sentences.",
    },
    {
        "name": "Ben",
        "role": "the treasurer",
        "color": "#d97706",
        "system_prompt": "You are dry and precise, and count every coin. One or two sentences.",
    },
    {
        "name": "Cleo",
        "role": "the sceptic",
        "color": "#db2777",
        "system_prompt": "You are friendly, and look for what may break. One or two sentences.",
    },
)


async def discuss(http: httpx.AsyncClient, screen: Screen) -> None:
    """Seat the agents, which are made at the first time, and show what they say."""
    have = {agent["name"]: agent["id"] for agent in await call(http, "GET", "/api/agents/")}
    seats = []
    for agent in CAST:
        agent_id = have.get(agent["name"])
        if agent_id is None:
            agent_id = (await call(http, "POST", "/api/agents/", **agent))["id"]
        seats.append({"agent_id": agent_id})
    room = await call(
        http,
        "POST",
        "/api/chat-rooms/",
        title="Launch party",
        task=TASK,
        max_rounds=ROUNDS,
        agents=seats,
    )
    names = ", ".join(agent["name"] for agent in CAST)
    screen.title(f"A room: {names}", f"task: {TASK}")
    async for kind, event in stream(http, f"/api/chat-rooms/{room['id']}/start"):
        screen.discussion(kind, event)
