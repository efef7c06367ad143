"""Asking a provider: a real client against a real server."""

import logging
import socket
from collections.abc import AsyncIterator

import pytest
from people import KEY, connect
from support import serve

from luxx.core import providers
from luxx.core.services import Services
from luxx.errors import RateLimited, Upstream
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import User


@pytest.fixture
async def model() -> ScriptedModel:
    return ScriptedModel(models=("luxx-demo", "other"))


@pytest.fixture
async def url(model: ScriptedModel) -> AsyncIterator[str]:
    async with serve(model) as base:
        yield f"{base}/v1"


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_a_test_makes_the_smallest_real_request(
    services: Services, admin: User, model: ScriptedModel, url: str, wire: str
) -> None:
    made = await connect(services, admin, base_url=url, provider_type=wire)
    await providers.update(services, admin, made.id, {"enabled": False})
    found = await providers.test(services, admin, made.id)
    assert (found.status_code, found.success, found.message) == (200, True, "HTTP 200: OK")
    assert found.response_body.startswith("{")
    (asked,) = model.requests
    assert asked.json()["model"] == "deepseek-chat"
    assert KEY in "".join(asked.headers.values())


@pytest.mark.parametrize(
    ("status", "message"),
    [(401, "HTTP 401: Unauthorized"), (299, "HTTP 299: not a standard status")],
)
async def test_what_the_provider_says_comes_back_short_and_without_secrets(
    services: Services, admin: User, model: ScriptedModel, url: str, status: int, message: str
) -> None:
    said = f'{{"error": "no key {KEY}, no Bearer {KEY}, nor sk-another-0123456789"}}'
    model.script.append(Reply(status=status, raw=said.encode() + b"x" * 5000))
    made = await connect(services, admin, base_url=url)
    found = await providers.test(services, admin, made.id)
    assert (found.status_code, found.message) == (status, message)
    assert found.success == (status == 299)
    assert "no key ***" in found.response_body
    assert "0123456789" not in repr(found)
    assert len(found.response_body) <= 2000


async def test_a_provider_that_cannot_be_reached_is_no_failure_of_ours(
    services: Services, admin: User
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    made = await connect(services, admin, base_url=url)
    found = await providers.test(services, admin, made.id)
    assert (found.status_code, found.success) == (0, False)
    assert found.message
    with pytest.raises(Upstream):
        await providers.models(services, admin, made.id)


async def test_only_an_admin_s_provider_reaches_this_machine(
    services: Services, user: User, model: ScriptedModel, url: str
) -> None:
    made = await connect(services, user, base_url=url)
    found = await providers.test(services, user, made.id)
    assert (found.status_code, found.success) == (0, False)
    assert "may not reach" in found.message
    assert model.requests == []


async def test_the_provider_itself_lists_its_models(
    services: Services, admin: User, url: str
) -> None:
    made = await connect(services, admin, base_url=url)
    assert await providers.models(services, admin, made.id) == ["luxx-demo", "other"]


async def test_tests_are_limited_for_each_user(
    services: Services, user: User, admin: User, url: str
) -> None:
    made = await connect(services, admin, base_url=url)
    for _ in range(10):
        assert (await providers.test(services, admin, made.id)).success
    with pytest.raises(RateLimited):
        await providers.test(services, admin, made.id)
    own = await connect(services, user)
    await providers.update(services, user, own.id, {"base_url": "http://127.0.0.1:1"})
    assert (await providers.test(services, user, own.id)).status_code == 0


async def test_lists_of_models_are_limited_for_each_user(
    services: Services, admin: User, model: ScriptedModel, url: str
) -> None:
    made = await connect(services, admin, base_url=url)
    for _ in range(30):
        assert await providers.models(services, admin, made.id) == ["luxx-demo", "other"]
    with pytest.raises(RateLimited):
        await providers.models(services, admin, made.id)
    assert len(model.requests) == 30
    assert (await providers.test(services, admin, made.id)).success


async def test_no_key_is_logged(
    services: Services, admin: User, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = await connect(services, admin, base_url=url)
    await providers.update(services, admin, made.id, {"api_key": KEY + "-2"})
    await providers.test(services, admin, made.id)
    await providers.models(services, admin, made.id)
    assert caplog.records
    assert KEY not in caplog.text
    assert KEY not in repr(made) + repr(services.keys)
