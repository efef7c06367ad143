"""A listening server, clients that are closed when the test is over, and a jail to break out of."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from sandbox import jobs
from sandbox.jail import SECRET
from sandbox.loopback import PUBLIC, Listener, MakeEgress, answer

from luxx.sandbox import beneath
from luxx.sandbox.base import Backend
from luxx.sandbox.egress import Egress
from luxx.sandbox.workspace import Workspace


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.handle, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


@pytest.fixture
async def private() -> AsyncIterator[Listener]:
    """A server that nobody may reach, on both loopback addresses where there are two."""
    private = Listener()
    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(private.handle, "127.0.0.1", 0)
        private.port = server.sockets[0].getsockname()[1]
        await stack.enter_async_context(server)
        with suppress(OSError):
            other = await asyncio.start_server(private.handle, "::1", private.port)
            await stack.enter_async_context(other)
        yield private


@pytest.fixture
async def public(private: Listener) -> AsyncIterator[Listener]:
    """A server that stands for a public one, on the same port as the private one."""
    public = Listener()
    public.answer = answer("Content-Type: text/plain", body=b"public")
    public.port = private.port
    async with await asyncio.start_server(public.handle, PUBLIC, private.port):
        yield public


@pytest.fixture
async def make_egress() -> AsyncIterator[MakeEgress]:
    async with AsyncExitStack() as stack:

        def make(*allowed: str, **options: Any) -> Egress:
            egress = Egress(allowed, **options)
            stack.push_async_callback(egress.close)
            return egress

        yield make


@pytest.fixture(params=[beneath.openat2, beneath.walk], ids=["openat2", "walk"])
def opener(request: pytest.FixtureRequest) -> beneath.Opener:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "jail"
    root.mkdir()
    (tmp_path / "secret").write_bytes(SECRET)
    (root / "a.txt").write_bytes(b"hello")
    (root / "a").mkdir()
    (root / "a" / "b.txt").write_bytes(b"inner")
    (root / "out").symlink_to(tmp_path)
    (root / "chain").symlink_to("out/secret")
    (root / "absolute").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to("loop")
    (root / "self").symlink_to("/proc/self/root" + str(tmp_path))
    (root / "inside").symlink_to("a.txt")
    return root


@pytest.fixture
def workspace(root: Path, opener: beneath.Opener) -> Workspace:
    return Workspace(root, opener=opener)


@pytest.fixture(params=["bubblewrap", "landlock", "unsafe"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each that this machine offers."""
    backend = jobs.make(request.param)
    if backend is None:
        pytest.skip(f"{request.param} does not run here")
    return backend


@pytest.fixture
def place() -> Iterator[Path]:
    """A workspace."""
    with jobs.folder() as folder:
        yield folder
