"""A consumer of the documented REST API: what it knows of a running server, and how it calls it."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from world import make_user

from luxx.core.services import Services
from luxx.llm.demo import ScriptedModel
from luxx.models import PermissionLevel
from luxx.rest.routes import ROUTES

SECONDS = 20.0
KEY = "sk-canary-0123456789"
WIRES = ("openai", "anthropic")
SCOPE = (
    "/api/auth",
    "/api/conversations",
    "/api/messages",
    "/api/providers",
    "/api/tools",
    "/api/agents",
    "/api/chat-rooms",
)
IN_SCOPE = [route for route in ROUTES if route.path.startswith(SCOPE)]
OWN_IDS = ("{id}", "{message_id}", "{provider_id}", "{agent_id}", "{room_id}")


@dataclass
class Luxx:
    """A running server, the model it can reach, and its users' tokens by name."""

    http: httpx.AsyncClient
    model: ScriptedModel
    model_url: str
    services: Services
    tokens: dict[str, str] = field(default_factory=dict)

    async def send(self, by: str, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**options.pop("headers", {})}
        if by:
            headers["Authorization"] = f"Bearer {self.tokens[by]}"
        answer = await self.http.request(method, path, headers=headers, **options)
        assert KEY not in answer.text
        return answer

    async def data(self, by: str, method: str, path: str, **options: Any) -> Any:
        answer = await self.send(by, method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json().get("data")

    async def refused(self, by: str, method: str, path: str, status: int, **options: Any) -> Any:
        """The envelope of a failure."""
        answer = await self.send(by, method, path, **options)
        body = answer.json()
        assert (answer.status_code, body["success"]) == (status, False), answer.text
        assert set(body) - {"errors"} == {"success", "message", "code"}
        return body

    async def enter(self, name: str, role: str = "user") -> None:
        """A user as registration makes one, with a token as login gives it."""
        level = PermissionLevel.ADMIN if role == "admin" else PermissionLevel.READ_ONLY
        user = await make_user(name, role=role, permission_level=level)
        self.tokens[name] = self.services.keys.tokens.issue(user.id, user.token_version)

    async def provide(self, by: str, wire: str = "openai", **fields: Any) -> int:
        body = {
            "name": "Scripted",
            "provider_type": wire,
            "base_url": self.model_url,
            "api_key": KEY,
            "default_model": "luxx-demo",
        }
        made = await self.data(by, "POST", "/api/providers/", json=body | fields)
        return int(made["id"])

    async def converse(self, by: str = "ann", **fields: Any) -> str:
        return str((await self.data(by, "POST", "/api/conversations/", json=fields))["id"])

    async def invent(self, by: str = "ann", **fields: Any) -> int:
        """An agent."""
        made = await self.data(by, "POST", "/api/agents/", json={"name": "A"} | fields)
        return int(made["id"])

    async def convene(self, by: str = "ann", **fields: Any) -> Any:
        """A room, with one agent where nothing else is given."""
        usual = {"title": "t", "task": "x", "agents": [{"name": "A"}]}
        return await self.data(by, "POST", "/api/chat-rooms/", json=usual | fields)

    async def messages(self, by: str, conversation_id: str) -> list[Any]:
        query = {"conversation_id": conversation_id}
        listed = await self.data(by, "GET", "/api/messages/", params=query)
        return list(listed["messages"])


CODES = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    422: "BAD_USER_INPUT",
}


async def say(luxx: Luxx, conversation_id: str, content: str, **headers: str) -> Any:
    body = {"conversation_id": conversation_id, "content": content}
    return await luxx.data("ann", "POST", "/api/messages/", json=body, headers=headers)
