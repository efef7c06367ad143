"""The commands beside `serve`, as an operator types them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from graphql import build_schema
from server.conftest import Upstream
from server.running import PASSWORD, Client, Luxx, client, environment, launch, run

from luxx import __version__
from luxx.cli import _parser, main
from luxx.config import Settings
from luxx.llm.demo import Reply

COMMANDS = (
    "serve",
    "worker",
    "demo",
    "migrate",
    "user",
    "rotate-keys",
    "schema",
    "openapi",
    "routes",
)
KEY = "sk-the-key-of-the-provider"

Said = Callable[..., Awaitable[str]]


def exit_code(arguments: Sequence[str]) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def said(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Said:
    """What a command prints where it succeeds, and what it complains about where it does not."""
    monkeypatch.chdir(tmp_path)

    async def said(*arguments: str, code: int = 0, **variables: str) -> str:
        with monkeypatch.context() as patch:
            for name, value in environment(settings, **variables).items():
                patch.setenv(name, value)
            # As in a process of its own: not in the event loop of the test.
            assert await asyncio.to_thread(exit_code, arguments) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return said


def test_the_package_is_a_command(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout == f"luxx {__version__}\n"


async def test_help_needs_nothing(said: Said, settings: Settings) -> None:
    before = list(settings.data_dir.iterdir()) if settings.data_dir.exists() else []
    overview = await said("--help")
    for name in COMMANDS:
        assert name in overview
        assert f"usage: luxx {name}" in await said(name, "--help")
    assert "invalid choice" in await said("dance", code=2)
    assert before == (list(settings.data_dir.iterdir()) if settings.data_dir.exists() else [])


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("serve", "--port", "abc"), "--port: 'abc' does not fit: expected a whole number from"),
        (("serve", "--registration", "yes"), "'yes' does not fit: expected one of open, closed"),
        (("demo", "--once", "--port", "70000"), "'70000' does not fit: expected a whole number"),
        (("demo", "--once", "--port", "-1"), "'-1' does not fit: expected a whole number"),
        (("user", "zoe", "--level", "5"), "'5' does not fit: expected one of 1, 2, 3, 4"),
        (("migrate", "--workers", "2"), "unrecognized arguments: --workers 2"),
        (("worker", "--registration", "open"), "unrecognized arguments: --registration open"),
    ],
)
async def test_a_flag_that_does_not_fit_is_told_what_was_expected(
    said: Said, flags: tuple[str, ...], complaint: str
) -> None:
    assert complaint in await said(*flags, code=2)


def test_the_port_of_a_worker_is_its_own() -> None:
    options = _parser().parse_args(["worker", "--port", "7777"])
    assert (options.worker_port, "port" in options) == (7777, False)


@pytest.mark.usefixtures("sqlite_only")
async def test_a_setting_that_is_misspelt_is_told_at_the_start(settings: Settings) -> None:
    async with launch(settings, LUXX_PORTS="canary") as luxx:
        await luxx.stop()
    assert "LUXX_PORTS is not a setting: did you mean LUXX_PORT?" in luxx.logged
    assert "canary" not in luxx.logged


@pytest.mark.usefixtures("sqlite_only")
async def test_where_there_is_no_data_there_is_nothing_to_change(
    said: Said, tmp_path: Path
) -> None:
    folder = tmp_path / "typo"
    for command in (("user", "ivy", "--level", "2"), ("rotate-keys",)):
        told = await said(*command, "--data-dir", str(folder), code=2)
        assert told == f"luxx: LUXX_DATA_DIR={folder}: there is no database in this folder\n"
    assert not folder.exists()


@pytest.mark.parametrize("command", ["schema", "openapi", "routes"])
def test_who_has_read_enough_ends_a_command_without_a_word(tmp_path: Path, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "luxx", command],
        cwd=tmp_path,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, b"")


async def test_the_schema_and_the_routes_are_printed_without_a_server(said: Said) -> None:
    printed = build_schema(await said("schema")).subscription_type
    assert printed is not None
    assert list(printed.fields["messageEvents"].args) == ["messageId", "after"]
    described = json.loads(await said("openapi"))
    assert described["openapi"].startswith("3.1")
    routes = await said("routes")
    assert "POST   /api/messages/stream" in routes
    assert "StartReply" in routes


async def test_migrating_is_needed_once(empty_settings: Settings, said: Said) -> None:
    flags = ("--data-dir", str(empty_settings.data_dir / "new"))
    if not empty_settings.is_sqlite:
        flags = ("--database-url", str(empty_settings.database_url))
    assert (await said("migrate", *flags)).startswith("applied 0_")
    assert await said("migrate", *flags) == "the database is up to date\n"


async def test_users_are_made_and_changed_while_the_server_runs(
    luxx: Luxx, admin: Client, said: Said
) -> None:
    async def user(*arguments: str, code: int = 0, password: str = "") -> str:
        return await said("user", *arguments, code=code, LUXX_PASSWORD=password)

    made = await user("bob", "--email", "bob@example.com", "--level", "2", password=PASSWORD)
    assert made == "bob: role user, level 2\n"
    async with client(luxx.url, enter=False) as bob:
        await bob.enter("bob")
        # A password in the environment changes nothing unless that is asked for.
        changed = await user("bob", "--level", "3", "--role", "admin", password="another one")
        assert changed == "bob: role admin, level 3\n"
        me = await bob.call("GET", "/api/auth/me")
        assert (me["role"], me["permission_level"]) == ("admin", 3)
        assert await user("bob", "--set-password", password="quite another") == changed
        assert await bob.refused("GET", "/api/auth/me") == 401
        await bob.enter("bob", "quite another")
    taken = await user("BOB", "--email", "b@example.com", code=2, password=PASSWORD)
    assert taken == "luxx: This username is taken\n"
    assert "give an e-mail address to make one" in await user("eve", "--level", "2", code=2)
    assert "password must have" in await user("bob", "--set-password", code=2, password="short")
    assert (await user("admin", "--role", "user")) == "admin: role user, level 4\n"
    assert "last administrator" in await user("bob", "--role", "user", code=2)


@pytest.mark.usefixtures("sqlite_only")
async def test_rotated_keys_open_what_the_old_ones_sealed(
    settings: Settings, upstream: Upstream, said: Said
) -> None:
    async with launch(settings) as luxx, client(luxx.url) as here:
        token = here.token
        number = await here.provider(upstream.url, api_key=KEY)
        in_use = await said("rotate-keys", code=2)
        assert luxx.url in in_use
    file = settings.data_dir / "fernet.keys"
    before = file.read_text().split()
    told = await said("rotate-keys")
    assert told == "a new key seals the provider keys\n"
    new, *old = file.read_text().split()
    assert old == before
    # The old keys are not needed any more.
    file.write_text(new)
    upstream.model.script.append(Reply(text="Still here"))
    async with launch(settings) as luxx, client(luxx.url, token=token) as here:
        body = {"conversation_id": await here.conversation(), "content": "Hello"}
        sent = await here.call("POST", "/api/messages", **body)
    assert sent["assistant_message"]["content"] == "Still here"
    assert upstream.model.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    for path in (file, file.with_name("secret.key")):
        path.unlink()
    told = await said("rotate-keys")
    assert told.endswith(f"the key of provider {number} (Scripted) cannot be read\n")


async def test_derived_keys_are_not_rotated(said: Said) -> None:
    told = await said("rotate-keys", code=2, LUXX_SECRET_KEY="x" * 40)
    assert told.startswith("luxx: The keys are derived from LUXX_SECRET_KEY")


async def test_a_password_is_asked_for_and_may_be_refused(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: list[str | BaseException] = [PASSWORD, PASSWORD, "one", "another", EOFError()]
    answers.append(KeyboardInterrupt())

    def typed(prompt: str) -> str:
        asked.append(prompt)
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr("getpass.getpass", typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    new, change = ("user", "bob", "--email", "bob@example.com"), ("user", "bob", "--set-password")
    assert await said(*new) == "bob: role user, level 1\n"
    assert asked == ["Password: ", "Password again: "]
    differ = await said(*change, code=2)
    assert differ == "luxx: The two passwords differ: nothing is changed\n"
    assert await said(*change, code=2) == "luxx: No password was given: nothing is changed\n"
    assert await said(*change, code=130) == ""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    told = await said("user", "eve", "--email", "eve@example.com", code=2)
    assert told == "luxx: There is no terminal to ask for a password: set LUXX_PASSWORD\n"
