"""One user of the REST API over a real server, who registers, logs in and calls it."""

from typing import Any

import httpx
from frames import Frame, frames

from luxx.llm.demo import ScriptedModel

PASSWORD = "correct horse"


class Visitor:
    """One user's view of the server."""

    def __init__(self, http: httpx.AsyncClient, model: ScriptedModel, model_url: str) -> None:
        self.http = http
        self.model = model
        self.model_url = model_url

    async def call(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = await self.http.request(method, path, **options)
        body = answer.json()
        assert answer.status_code == status, body
        assert body["success"] is (status == 200)
        return body

    async def data(self, method: str, path: str, **options: Any) -> Any:
        return (await self.call(method, path, **options))["data"]

    async def enter(self, name: str) -> None:
        """Register and log in; from then on requests carry the token."""
        account = {"username": name, "password": PASSWORD}
        email = f"{name}@example.com"
        await self.call("POST", "/api/auth/register", json={**account, "email": email})
        session = await self.data("POST", "/api/auth/login", json=account)
        self.http.headers["Authorization"] = f"Bearer {session['access_token']}"

    async def provide(self) -> Any:
        fields = {
            "name": "Scripted",
            "provider_type": "openai",
            "base_url": self.model_url,
            "api_key": "sk-secret",
            "default_model": "luxx-demo",
        }
        return await self.data("POST", "/api/providers/", json=fields)

    async def converse(self) -> str:
        return str((await self.data("POST", "/api/conversations/", json={}))["id"])

    async def stream(self, body: dict[str, Any], query: str = "") -> list[Frame]:
        answer = await self.http.post(f"/api/messages/stream{query}", json=body)
        assert answer.status_code == 200, answer.text
        return frames(answer.text)
