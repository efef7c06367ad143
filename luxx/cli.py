"""The `luxx` command."""

import argparse
import contextlib
import getpass
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import fields
from typing import Any

from luxx import __version__, casts, loop
from luxx.config import PREFIX, Settings, load, warn_of_unknown
from luxx.datafolder import DataFolder
from luxx.errors import ConfigError, LuxxError

_DATA = ("data_dir", "database_url")
_SERVER = (*_DATA, "host", "sandbox", "log_level", "log_format")
#: The settings that a command has as flags: of those that it uses, the ones that are often changed.
FLAGS: dict[str, tuple[str, ...]] = {
    "serve": (*_SERVER, "port", "workers", "registration"),
    "worker": (*_SERVER, "worker_port"),
    "migrate": _DATA,
    "user": _DATA,
    "rotate-keys": ("data_dir",),  # with PostgreSQL no key is kept
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. An error that has a message ends the process with 2 and that message."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        options.command(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough. What is left must not be written again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        parser.exit(1)
    except LuxxError as error:
        parser.exit(2, f"luxx: {error.message}\n")
    except KeyboardInterrupt:
        parser.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="luxx", description="AI chat server behind one typed GraphQL schema"
    )
    parser.add_argument("--version", action="version", version=f"luxx {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add(commands, "serve", serve, "run the server")
    _add(commands, "worker", worker, "execute replies and discussions for servers")
    demo_ = _add(commands, "demo", demo, "run a server with a demo user and a scripted model")
    demo_.add_argument(
        "--port", type=_flag(casts.port), default=8000, help="port to try first (8000)"
    )
    demo_.add_argument("--once", action="store_true", help="end after the demonstration")
    _add(commands, "migrate", migrate, "bring the database up to date")
    users = _add(commands, "user", user, "add a user, or change one")
    users.add_argument("username")
    users.add_argument("--email", help="e-mail address; makes a new user")
    users.add_argument("--role", choices=("user", "admin"))
    users.add_argument(
        "--level", type=_flag(casts.one_of(*"1234")), help="permission level, 1 to 4"
    )
    users.add_argument("--set-password", action="store_true", help="ask for a new password")
    keys = _add(commands, "rotate-keys", rotate, "seal all provider keys anew")
    keys.epilog = "Needs the key files of the data folder; stop the server first."
    _add(commands, "schema", schema, "print the GraphQL schema")
    _add(commands, "openapi", openapi, "print the OpenAPI document of the REST API")
    _add(commands, "routes", routes, "print the REST endpoints and their operations")
    return parser


def _add(
    commands: Any, name: str, command: Callable[[argparse.Namespace], None], about: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(command=command)
    for setting in fields(Settings):
        if setting.name in FLAGS.get(name, ()):
            flag = setting.name.removeprefix("worker_")
            parser.add_argument(
                f"--{flag.replace('_', '-')}",
                dest=setting.name,
                metavar=flag.upper(),
                type=_flag(setting.metadata["cast"]),
                help=f"{setting.metadata['about']} ({PREFIX}{setting.name.upper()})",
            )
    return parser


def _flag(cast: Callable[[str], Any]) -> Callable[[str], Any]:
    """A flag says what it expected in the words in which a variable does."""

    def typed(text: str) -> Any:
        try:
            return cast(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} does not fit: {error}") from None

    return typed


def _settings(options: argparse.Namespace) -> Settings:
    names = {setting.name for setting in fields(Settings)}
    return load({name: value for name, value in vars(options).items() if name in names})


def _start(options: argparse.Namespace) -> Settings:
    """The settings of a process that stays, and logs."""
    from luxx import logs

    settings = _settings(options)
    logs.configure(settings)
    warn_of_unknown(os.environ)
    return settings


def serve(options: argparse.Namespace) -> None:
    settings = _start(options)
    from luxx import serving
    from luxx.app import Server
    from luxx.supervisor import supervise

    def started(url: str) -> None:
        print(f"Luxx {__version__} listens on {url}", flush=True)

    if settings.workers > 1:
        loop.run(supervise(settings, started))
    else:
        loop.run(serving.serve(Server(settings), started))


def worker(options: argparse.Namespace) -> None:
    settings = _start(options)
    from luxx import serving
    from luxx.app import Worker

    def started(url: str) -> None:
        print(f"Luxx {__version__} executes runs; its health is at {url}/api/ready", flush=True)

    loop.run(serving.serve(Worker(settings), started))


def demo(options: argparse.Namespace) -> None:
    from luxx import demo as demonstration

    loop.run(demonstration.run(options.port, once=options.once))


def migrate(options: argparse.Namespace) -> None:
    from luxx.db.migrate import migrate as apply

    settings = _settings(options)
    DataFolder(settings)

    async def run() -> None:
        names = await apply(settings)
        print("\n".join(f"applied {name}" for name in names) or "the database is up to date")

    loop.run(run())


def user(options: argparse.Namespace) -> None:
    """Add a user (with `--email`) or change one, while the server runs or not."""
    settings = _settings(options)
    if options.email:
        DataFolder(settings)
    else:
        _expect_data(settings)
    password = _password() if options.email or options.set_password else None

    async def run() -> None:
        from luxx.core import accounts

        async with _database(settings):
            changed = await accounts.administer(
                options.username,
                email=options.email,
                password=password,
                role=options.role,
                level=options.level and int(options.level),
            )
        print(f"{changed.username}: role {changed.role}, level {int(changed.permission_level)}")

    loop.run(run())


def _password() -> str:
    """From LUXX_PASSWORD where it is set, so that no command line holds it, else asked for."""
    if given := os.environ.get(f"{PREFIX}PASSWORD"):
        return given
    if not sys.stdin.isatty():
        raise ConfigError(f"There is no terminal to ask for a password: set {PREFIX}PASSWORD")
    try:
        typed = getpass.getpass("Password: ")
        again = getpass.getpass("Password again: ")
    except EOFError:
        raise ConfigError("No password was given: nothing is changed") from None
    if typed != again:
        raise ConfigError("The two passwords differ: nothing is changed")
    return typed


def _expect_data(settings: Settings) -> None:
    """Raises ConfigError where there is nothing to change: what is misspelt must not be made."""
    if settings.is_sqlite and not settings.sqlite_file.exists():
        raise ConfigError(f"LUXX_DATA_DIR={settings.data_dir}: there is no database in this folder")


def rotate(options: argparse.Namespace) -> None:
    """Make a new key and seal all provider keys with it; never under a server that runs."""
    from luxx.core import providers
    from luxx.core.assembly import make_services
    from luxx.sandbox.egress import Egress
    from luxx.security import rotate_keys

    settings = _settings(options)

    async def run() -> None:
        async with _database(settings):
            lost = await providers.reseal(services)
        print("a new key seals the provider keys")
        for provider in lost:
            print(f"the key of provider {provider.id} ({provider.name}) cannot be read")

    _expect_data(settings)
    with DataFolder(settings).owned():
        rotate_keys(settings)
        services = make_services(settings, Egress(()))
        loop.run(run())


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[None]:
    from luxx import db
    from luxx.db.migrate import migrate as apply

    await apply(settings)
    await db.open_database(settings)
    try:
        yield
    finally:
        await db.close_database()


def schema(_options: argparse.Namespace) -> None:
    from luxx.schema import schema as built

    print(built.as_str())


def openapi(_options: argparse.Namespace) -> None:
    from luxx.openapi import document

    print(json.dumps(document(), ensure_ascii=False, indent=2))


def routes(_options: argparse.Namespace) -> None:
    from luxx.rest.routes import ROUTES

    for route in ROUTES:
        sys.stdout.write(f"{route.method:<7}{route.path:<45}{route.operation or ''}\n")
