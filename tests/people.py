"""Users who register, log in and keep providers."""

from collections.abc import Awaitable

import pytest

from luxx.core import accounts, providers
from luxx.core.services import Services
from luxx.errors import LuxxError
from luxx.models import Provider, User

IP = "203.0.113.7"
PASSWORD = "correct horse"
KEY = "sk-canary-0123456789"
URL = "https://api.example.com/v1"


async def join(services: Services, name: str = "alice", **changes: str) -> User:
    usual = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "ip": IP}
    return await accounts.register(services, **usual | changes)


async def enter(services: Services, name: str = "alice", password: str = PASSWORD) -> str:
    entered = await accounts.login(services, username=name, password=password, ip=IP)
    return entered.access_token


async def connect(services: Services, user: User, **fields: object) -> Provider:
    usual: dict[str, object] = {
        "name": "DeepSeek",
        "provider_type": "openai",
        "base_url": URL,
        "api_key": KEY,
        "default_model": "deepseek-chat",
    }
    return await providers.create(services, user, usual | fields)


async def refused(error: type[LuxxError], attempt: Awaitable[object]) -> str:
    with pytest.raises(error) as caught:
        await attempt
    return caught.value.message
