"""The application in somebody else's server: its lifespan does everything, its log says all."""

import logging

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from support import serve
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from luxx.app import create_app
from luxx.config import Settings
from luxx.models import User


async def broken(_request: Request) -> Response:
    raise RuntimeError("a defect with a secret in it")


def line(caplog: pytest.LogCaptureFixture, message: str) -> dict[str, object]:
    return next(vars(record) for record in caplog.records if record.getMessage() == message)


async def test_the_application_opens_and_closes_what_it_needs(
    settings: Settings, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO, "luxx")
    app = create_app(settings, extra_routes=[Route("/broken", broken)])
    async with serve(app, lifespan="on") as url:
        assert "log in as 'admin'" in capsys.readouterr().out
        assert await User.all().count() == 1
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            assert (await http.get("/api/health")).is_success
            answer = await http.get("/broken")
        assert answer.json() == {"success": False, "message": "Internal error", "code": "INTERNAL"}
        with pytest.raises(InvalidStatus):
            await connect(url.replace("http:", "ws:") + "/nowhere", proxy=None)
    assert line(caplog, "GET /api/health")["status"] == 200
    assert line(caplog, "GET /broken")["status"] == 500
    assert line(caplog, "WEBSOCKET /nowhere")["status"] in {403, 404}
    assert not (settings.data_dir / "server.json").exists()
