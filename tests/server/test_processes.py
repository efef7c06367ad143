"""Several processes on one database: any client follows any run through any of them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
from server.conftest import Upstream
from server.running import START_SECONDS, Client, Luxx, Viewer, client, launch
from server.test_start import refusal
from server.watching_rooms import RoomViewer, make_room, messages_of, start, texts
from support import until

from luxx.config import Settings
from luxx.llm.demo import Reply

TEXT = "All of this is said slowly, word by word, so that there is a middle. " * 12
TAKEOVER_SECONDS = 20.0


@pytest.fixture
def shared(settings: Settings) -> Settings:
    """The settings of processes that share a database."""
    if settings.is_sqlite:
        pytest.skip("one process at a time has a SQLite file")
    return settings


class Pair:
    """Two servers with a data folder each, and a client of both with one login."""

    def __init__(self, first: Luxx, second: Luxx, here: Client, there: Client) -> None:
        self.first, self.second, self.here, self.there = first, second, here, there


def elsewhere(settings: Settings) -> Settings:
    return replace(settings, data_dir=settings.data_dir.with_name("elsewhere"))


@pytest.fixture
async def pair(shared: Settings, upstream: Upstream) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(launch(shared))
        second = await stack.enter_async_context(launch(elsewhere(shared)))
        here = await stack.enter_async_context(client(first.url))
        there = await stack.enter_async_context(client(second.url, token=here.token))
        await here.provider(upstream.url)
        yield Pair(first, second, here, there)


async def test_a_run_is_followed_and_stopped_through_any_server(
    pair: Pair, upstream: Upstream
) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.01), Reply(TEXT, pace=0.02)]
    whole = await pair.here.start(await pair.here.conversation())
    viewers = [Viewer(each, whole) for each in (pair.here, pair.there, pair.there)]
    await asyncio.gather(*(viewer.watch() for viewer in viewers))
    assert {viewer.text for viewer in viewers} == {TEXT}
    ids = [[frame.id for frame in viewer.seen] for viewer in viewers]
    assert ids[0] == ids[1] == ids[2]
    stopped = await pair.here.start(await pair.here.conversation())
    viewer = Viewer(pair.there, stopped)
    async with asyncio.TaskGroup() as group:
        group.create_task(viewer.watch())
        await until(lambda: len(viewer.seen) > 3)
        await pair.there.call("POST", f"/api/messages/{stopped}/cancel")
    shown = await pair.here.call("GET", f"/api/messages/{stopped}")
    assert (shown["status"], shown["content"]) == ("cancelled", viewer.text)


async def test_a_login_that_ends_at_one_server_ends_streams_at_the_other(
    pair: Pair, upstream: Upstream
) -> None:
    upstream.model.script.append(Reply(TEXT, pace=0.02))
    viewer = Viewer(pair.there, await pair.here.start(await pair.here.conversation()))
    async with asyncio.TaskGroup() as group:
        group.create_task(viewer.watch())
        await until(lambda: len(viewer.seen) > 3)
        await pair.here.call("POST", "/api/auth/logout")
    assert viewer.seen[-1].data == {"content": "This login has ended: log in again"}


async def test_who_waits_at_one_server_sees_the_room_that_starts_at_the_other(
    pair: Pair, upstream: Upstream
) -> None:
    upstream.model.script += [Reply("One."), Reply("Two.")]
    room = await make_room(pair.here, "Ada", "Bob", max_rounds=1)
    viewer = RoomViewer(pair.there, room, deltas=True)
    async with asyncio.TaskGroup() as group:
        group.create_task(viewer.watch())
        await asyncio.sleep(0.2)  # it may come before or after the start: it sees the same
        await start(pair.here, room)
    assert list(texts(viewer.events).values()) == ["One.", "Two."]


async def test_two_starts_at_two_servers_are_one_run(pair: Pair, upstream: Upstream) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.01)] * 2
    conversation = await pair.here.conversation()
    body = {"conversation_id": conversation, "content": "Hello"}
    answers = await asyncio.gather(
        *(
            each.http.post("/api/messages", json=body)
            for each in (pair.here, pair.there)
            for _ in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 19]
    assert len(await pair.there.messages(conversation)) == 2


@pytest.mark.timeout(120)
async def test_a_server_that_is_told_to_stop_hands_its_room_over_at_once(
    pair: Pair, upstream: Upstream
) -> None:
    """A reply that ends in time is whole; viewers are told to come back, and find the rest."""
    upstream.model.script += [Reply(TEXT, pace=0.05), Reply(TEXT, pace=0.002), Reply("Two.")]
    room = await make_room(pair.here, "Ada", "Bob", max_rounds=1)
    await start(pair.here, room)
    viewer = RoomViewer(pair.here, room, deltas=True)
    async with asyncio.TaskGroup() as group:
        group.create_task(viewer.watch())
        await until(lambda: len(viewer.events) > 5)
        began = asyncio.get_running_loop().time()
        assert await pair.first.stop() == 0
        assert asyncio.get_running_loop().time() - began < 10
    assert viewer.broken is None
    assert "come back" in viewer.farewell
    await viewer.watch(pair.there)
    viewer.check()
    assert viewer.seen[-1].event == "room_completed"
    # It was the server that stopped that gave the room back: no lease had to run out.
    assert asyncio.get_running_loop().time() - began < 9
    said = await messages_of(pair.there, room)
    assert [(each["sender_name"], each["status"]) for each in said] == [
        ("Ada", "interrupted"),
        ("Ada", "completed"),
        ("Bob", "completed"),
    ]
    assert texts(viewer.events) == {each["id"]: each["content"] for each in said}
    assert "Traceback" not in pair.first.logged + pair.second.logged


@pytest.mark.timeout(120)
async def test_what_a_killed_server_ran_is_gone_on_with_by_the_other(
    pair: Pair, upstream: Upstream
) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.03)] * 2 + [Reply(TEXT), Reply("Two.")]
    room = await make_room(pair.here, "Ada", "Bob", max_rounds=1)
    await start(pair.here, room)
    reply = await pair.here.start(await pair.here.conversation())
    watched, answered = RoomViewer(pair.there, room, deltas=True), Viewer(pair.there, reply)
    async with asyncio.timeout(TAKEOVER_SECONDS + 5), asyncio.TaskGroup() as group:
        group.create_task(watched.watch())
        group.create_task(answered.watch())
        await until(lambda: len(watched.events) > 5 and len(answered.seen) > 3)
        began = asyncio.get_running_loop().time()
        pair.first.kill()
    # Who watches at the other server notices nothing but a pause.
    assert asyncio.get_running_loop().time() - began < TAKEOVER_SECONDS
    assert watched.seen[-1].event == "room_completed"
    assert answered.seen[-1].data == {"content": "The server stopped in mid-reply"}
    said = await messages_of(pair.there, room)
    assert texts(watched.events) == {each["id"]: each["content"] for each in said}
    assert [each["status"] for each in said] == ["interrupted", "completed", "completed"]


@pytest.mark.timeout(120)
async def test_a_server_that_was_frozen_finds_its_run_taken_and_leaves_it(
    pair: Pair, upstream: Upstream
) -> None:
    upstream.model.script += [Reply(TEXT, pace=0.03), Reply("One."), Reply("Two.")]
    room = await make_room(pair.here, "Ada", "Bob", max_rounds=1)
    await start(pair.here, room)
    viewer = RoomViewer(pair.there, room, deltas=True)
    try:
        async with asyncio.timeout(TAKEOVER_SECONDS + 5), asyncio.TaskGroup() as group:
            group.create_task(viewer.watch())
            await until(lambda: len(viewer.events) > 5)
            pair.first.process.send_signal(signal.SIGSTOP)
    finally:
        pair.first.process.send_signal(signal.SIGCONT)
    await until(lambda: "taken for dead" in pair.first.logged)
    await pair.first.healthy()
    late = RoomViewer(pair.here, room, deltas=True)
    await late.watch()
    assert [frame.id for frame in late.events] == [frame.id for frame in viewer.events]
    assert [each["status"] for each in await messages_of(pair.there, room)] == [
        "interrupted",
        "completed",
        "completed",
    ]
    assert "Traceback" not in pair.first.logged


async def test_a_worker_executes_what_servers_leave_to_it(
    shared: Settings, upstream: Upstream
) -> None:
    upstream.model.script.append(Reply(TEXT))
    async with launch(shared, LUXX_EXECUTE_RUNS="off") as luxx, client(luxx.url) as here:
        await here.provider(upstream.url)
        refused = await here.http.get("/api/ready")
        assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
        reply = await here.start(await here.conversation())
        waiting = await here.start(await here.conversation())
        cancelled = asyncio.create_task(here.call("POST", f"/api/messages/{waiting}/cancel"))
        viewer = Viewer(here, reply)
        async with (
            launch(elsewhere(shared), command="worker", LUXX_EXECUTE_RUNS="off") as worker,
            httpx.AsyncClient(base_url=worker.url, trust_env=False) as http,
        ):
            await viewer.watch()
            await cancelled
            assert viewer.text == TEXT
            assert (await http.get("/api/ready")).status_code == 200
            assert (await http.get("/api/conversations")).status_code == 404
            async with asyncio.timeout(10):  # it looks for who executes every two seconds
                while (await here.http.get("/api/ready")).status_code != 200:
                    await asyncio.sleep(0.05)
            assert await worker.stop() == 0
        shown = await here.call("GET", f"/api/messages/{waiting}")
        assert shown["status"] == "cancelled"
    assert len(upstream.model.requests) == 1


async def test_one_process_needs_no_workers(settings: Settings, tmp_path: Path) -> None:
    if not settings.is_sqlite:
        pytest.skip("this is about SQLite")
    line = await asyncio.to_thread(refusal, tmp_path, "--workers", "2", settings=settings)
    assert "several processes need PostgreSQL" in line


def children(luxx: Luxx) -> set[int]:
    """The processes that serve, of a server with several."""
    return {each.pid for each in psutil.Process(luxx.process.pid).children() if serves(each)}


def serves(process: psutil.Process) -> bool:
    try:
        is_alive = process.status() != psutil.STATUS_ZOMBIE
        return is_alive and "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it has gone since it was listed
        return False


@pytest.mark.timeout(120)
async def test_processes_on_one_socket_are_replaced_when_they_die_and_when_asked_to(
    shared: Settings,
) -> None:
    async with launch(shared, "--workers", "2") as luxx, client(luxx.url) as here:
        first = children(luxx)
        assert len(first) == 2
        os.kill(min(first), signal.SIGKILL)
        await until(lambda: len(children(luxx) - {min(first)}) == 2, START_SECONDS)
        await here.call("GET", "/api/auth/me")
        before = children(luxx)
        luxx.process.send_signal(signal.SIGHUP)
        while children(luxx) & before or len(children(luxx)) != 2:
            # As every client of HTTP does: a kept connection may be closed while it is asked again.
            with suppress(httpx.RemoteProtocolError):
                await here.call("GET", "/api/auth/me")
                await asyncio.sleep(0.05)
        await here.call("GET", "/api/auth/me")
        assert await luxx.stop() == 0


@pytest.mark.timeout(120)
async def test_processes_end_with_the_one_that_watches_them(shared: Settings) -> None:
    async with launch(shared, "--workers", "2") as luxx:
        orphans = [psutil.Process(pid) for pid in children(luxx)]
        luxx.kill()
        await until(lambda: not any(each.is_running() for each in orphans), 15)


async def test_what_keeps_one_of_many_from_serving_is_said_once(
    shared: Settings, tmp_path: Path
) -> None:
    away = replace(shared, database_url=type(shared.database_url)("postgresql://127.0.0.1:1/none"))
    line = await asyncio.to_thread(refusal, tmp_path, "--workers", "2", settings=away)
    assert "cannot be reached" in line
