"""What a crash of the database may have undone is written again, before what follows it."""

import pytest
from eventlog.reading import MakeRun

from luxx.config import Settings
from luxx.db import connection
from luxx.eventlog import recent
from luxx.eventlog.events import END, Event
from luxx.eventlog.log import EventLog
from luxx.eventlog.recent import Recent
from luxx.models import RunEvent


def events(*ids: int) -> list[Event]:
    return [Event(id_, "note", {}) for id_ in ids]


def test_nothing_is_lost_while_no_connection_breaks() -> None:
    kept = Recent()
    kept.add(0, events(1))
    kept.add(0, events(2))
    assert kept.lost(0) == []


def test_after_a_loss_all_that_the_disk_may_not_have_is_written_again_once() -> None:
    kept = Recent()
    kept.add(0, events(1))
    kept.add(0, events(2))
    assert kept.lost(1) == events(1, 2)
    assert kept.lost(1) == events(1, 2)  # the try may have failed
    kept.add(1, events(3))
    assert kept.lost(1) == []
    assert kept.lost(2) == events(1, 2, 3)


def test_what_the_disk_has_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Recent()
    kept.add(0, events(1))
    kept.safe(0)
    assert kept.lost(1) == []
    monkeypatch.setattr(recent, "SAFE", -1.0)
    kept.add(1, events(2))
    kept.add(1, events(3))
    assert kept.lost(2) == events(3)


@pytest.mark.parametrize("how", ["flush", "commit"])
async def test_the_log_is_whole_again_with_the_next_thing_written(
    log: EventLog, make_run: MakeRun, database: Settings, how: str
) -> None:
    """The crash is played: what was committed is deleted, and the connection broken."""
    if database.is_sqlite:
        pytest.skip("a file has no connection that breaks")
    run = await make_run()
    writer = log.writer(run.id, 1)
    for number in range(3):
        writer.emit("note", number=number)
        await writer.flush()
    await RunEvent.filter(run_id=run.id).delete()
    client = connection()
    client._pool.losses += 1
    writer.emit(END, status="completed")
    if how == "flush":
        await writer.flush()
    else:
        async with writer.commit():
            pass
    found = [event async for event in log.replay(run.id)]
    assert [event.data.get("number") for event in found] == [0, 1, 2, None]
