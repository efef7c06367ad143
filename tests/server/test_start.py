"""Starting: from an empty folder in one command, and with one clear sentence where it cannot be."""

import asyncio
import os
import re
import socket
from pathlib import Path

import httpx
import orjson
import pytest
from server.running import ADMIN, Luxx, client, launch, run

from luxx.config import Settings

COLD_SECONDS = 10.0
MADE = re.compile(r"log in as 'admin' with the password (\S+)")


def refusal(folder: Path, *arguments: str, settings: Settings, **variables: str) -> str:
    """The one line with which `luxx serve` ends."""
    ended = run(folder, "serve", "--port", "0", *arguments, settings=settings, **variables)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    *_, line = ended.stderr.splitlines()
    assert line.startswith("luxx: ")
    return line


async def test_an_empty_folder_is_served_in_one_command_with_a_password_that_works(
    empty_settings: Settings,
) -> None:
    async with launch(empty_settings, password="") as luxx:
        assert luxx.took < COLD_SECONDS
        (password,) = MADE.findall(luxx.printed)
        async with client(luxx.url, enter=False) as here:
            await here.enter(ADMIN, password)
            me = await here.call("GET", "/api/auth/me")
        assert (me["username"], me["role"], me["permission_level"]) == ("admin", "admin", 4)
        assert password not in luxx.logged
        folder = empty_settings.data_dir
        assert (folder.stat().st_mode & 0o777) == (0o711 if os.geteuid() == 0 else 0o700)
        secrets = [file for file in folder.iterdir() if file.suffix in {".db", ".key", ".keys"}]
        assert bool(secrets) is empty_settings.is_sqlite
        assert all((file.stat().st_mode & 0o777) == 0o600 for file in secrets)
    async with launch(empty_settings, password="") as luxx:
        assert "password" not in luxx.printed
        async with client(luxx.url, enter=False) as here:
            await here.enter(ADMIN, password)


@pytest.mark.usefixtures("sqlite_only")
async def test_a_second_server_says_where_the_first_one_listens(
    settings: Settings, luxx: Luxx, tmp_path: Path
) -> None:
    line = await asyncio.to_thread(refusal, tmp_path, settings=settings)
    assert line.endswith(f"is in use by another Luxx server, which listens on {luxx.url}")
    announced = settings.data_dir / "server.json"
    assert orjson.loads(announced.read_bytes()) == {"url": luxx.url, "pid": luxx.process.pid}
    await luxx.healthy()
    assert await luxx.stop() == 0
    assert not announced.exists()


async def test_an_address_that_cannot_be_used_is_named(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        # The flag of `run` comes first: the last one counts.
        line = await asyncio.to_thread(refusal, tmp_path, "--port", port, settings=settings)
    assert line.startswith(f"luxx: LUXX_HOST=127.0.0.1, LUXX_PORT={port}: cannot listen: ")
    assert "address already in use" in line


async def test_a_bad_setting_is_named(settings: Settings, tmp_path: Path) -> None:
    """One that a check finds and one that only the work finds; tests of the settings have more."""
    for name, value in (("LUXX_LOG_FORMAT", "xml"), ("LUXX_ADMIN_PASSWORD", "short")):
        line = await asyncio.to_thread(refusal, tmp_path, settings=settings, **{name: value})
        assert name in line


async def test_a_server_on_ipv6_names_an_address_that_works(settings: Settings) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    async with launch(settings, "--host", "::1") as luxx:
        assert luxx.url.startswith("http://[::1]:")
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{luxx.url}/api")).json()["name"] == "Luxx"
