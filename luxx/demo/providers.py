"""The providers of the demo: the scripted model, and real ones that this machine can reach."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from luxx.demo.calls import call
from luxx.errors import LuxxError

SCRIPTED = "Scripted model"
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


async def scripted(http: httpx.AsyncClient, url: str) -> str:
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


async def real(http: httpx.AsyncClient) -> AsyncIterator[str]:
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
