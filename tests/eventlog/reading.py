"""How the tests of this folder end a run and read its log."""

import asyncio
from collections.abc import Awaitable, Callable

from luxx.eventlog.events import DELTA, END, Event
from luxx.eventlog.log import EventLog
from luxx.eventlog.writer import RunWriter
from luxx.models import Run, RunStatus

MakeRun = Callable[[], Awaitable[Run]]


async def read_all(log: EventLog, run_id: str, after: int = 0) -> list[Event]:
    async with asyncio.timeout(10):
        return [event async for event in log.read(run_id, after)]


async def end(writer: RunWriter) -> None:
    async with writer.commit():
        await Run.filter(id=writer.run_id).update(status=RunStatus.COMPLETED)
        writer.emit(END, status="completed")


def text(events: list[Event]) -> str:
    return "".join(event.data["d"] for event in events if event.type == DELTA)
