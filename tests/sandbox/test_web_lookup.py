import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from luxx.sandbox.lookup import THREADS, Lookup


@pytest.fixture
async def lookup() -> AsyncIterator[Lookup]:
    lookup = Lookup()
    yield lookup
    await lookup.close()


async def test_a_name_has_its_addresses(lookup: Lookup) -> None:
    found = await lookup.resolve("localhost", 8080)
    assert ("127.0.0.1", 8080) in {(each["host"], each["port"]) for each in found}
    assert {each["hostname"] for each in found} == {"localhost"}


async def test_a_name_without_addresses_is_an_error(lookup: Lookup) -> None:
    with pytest.raises(socket.gaierror):
        await lookup.resolve("nowhere.invalid", 80)


async def test_names_that_hang_keep_nobody_else_waiting(
    lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop's own threads, by which providers are found, stay free."""
    release = threading.Event()
    real = socket.getaddrinfo

    def hang(host: str, *args: Any, **options: Any) -> Any:
        if host == "slow.example":
            release.wait(10)
            raise socket.gaierror
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    waiting = [asyncio.create_task(lookup.resolve("slow.example", 80)) for _ in range(3 * THREADS)]
    try:
        async with asyncio.timeout(5):
            assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    finally:
        for each in waiting:
            each.cancel()
        release.set()
    await asyncio.gather(*waiting, return_exceptions=True)
