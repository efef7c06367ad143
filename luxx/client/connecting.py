"""How a face is made: of a server somewhere else, or of one in this process."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from luxx.client.core import AsyncClient
from luxx.client.face import Luxx
from luxx.client.portal import Portal
from luxx.client.view import View, usual
from luxx.errors import BadInput

#: The thread on which all clients of the process speak.
_portal = Portal("luxx-io")


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    username: str | None = None,
    password: str | None = None,
    data_dir: str | Path | None = None,
    demo: bool = False,
    view: View | None = None,
) -> Luxx:
    """A server and a login.

    With `url` (or LUXX_URL), a server somewhere: give `token` (or LUXX_TOKEN), or `username` and
    `password`. Without, one in this process, on SQLite in `data_dir` (LUXX_DATA_DIR, ./luxx-data),
    whose administrator you are; it is started once, found again by the next call, and ends with
    the process. `demo` starts it with the scripted model, which needs no key and is no AI, on
    ./luxx-demo.

    Raises Unavailable where nothing answers, Unauthenticated for a login that is not right, and
    ConfigError where the folder is in use by a server that lets nobody in.
    """
    url = url or (None if demo or data_dir else os.environ.get("LUXX_URL"))
    if url is None:
        if token or username or password:
            raise BadInput("token, username and password are for a server that has a url")
        client = _embedded(None if data_dir is None else Path(data_dir), demo=demo)
    elif demo or data_dir:
        raise BadInput("demo and data_dir are for a server in this process: leave url out")
    else:
        token = token or (None if username else os.environ.get("LUXX_TOKEN"))
        client = _portal.run(_remote(url, token, username, password))
    _portal.run(_tried(client))
    return Luxx(client, _portal, view or usual())


async def _tried(client: AsyncClient) -> None:
    """Say now what is wrong, rather than later."""
    try:
        await client.me()
    except BaseException:
        await client.close()
        raise


def _embedded(folder: Path | None, *, demo: bool) -> AsyncClient:
    from luxx.client.embedded import open_folder  # noqa: PLC0415 - a whole server, in a second

    find = open_folder(folder, demo=demo)
    # Whole: what runs it may stand in another folder.
    given = [] if folder is None else [f"data_dir={str(folder.resolve())!r}"]
    again = f"luxx.connect({', '.join([*given, *(['demo=True'] if demo else [])])})"

    async def make() -> AsyncClient:
        found = await find()
        return AsyncClient(found.url, token=found.token, renew=found.renew, again=again)

    return _portal.run(make())


async def _remote(
    url: str, token: str | None, username: str | None, password: str | None
) -> AsyncClient:
    if token:
        return AsyncClient(url, token=token)
    if not username or not password:
        raise BadInput("token is required, or username and password", field="token")
    renew = _logging_in(url, username, password)
    return AsyncClient(url, token=await renew(), renew=renew)


def _logging_in(url: str, username: str, password: str) -> Callable[[], Awaitable[str]]:
    async def log_in() -> str:
        async with AsyncClient(url) as client:
            return (await client.login(username, password)).access_token

    return log_in
