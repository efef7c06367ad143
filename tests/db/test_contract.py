"""What the rest of Luxx may rely on, whichever database it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from tortoise.exceptions import (
    IntegrityError,
    OperationalError,
    TransactionManagementError,
)

from luxx.config import Secret, Settings
from luxx.db import (
    INFRASTRUCTURE,
    close_database,
    connection,
    open_database,
    transaction,
)
from luxx.db.trouble import DatabaseFull, DatabaseTrouble
from luxx.errors import Unavailable
from luxx.models import Message, MessageRole, Provider, ProviderType, Run, RunKind, User

Outside = Callable[[str], list[tuple[object, ...]]]
MakeUser = Callable[[str], User]


async def names_in_order() -> list[object]:
    return list(await User.all().order_by("id").values_list("username", flat=True))


async def test_a_row_comes_back_as_it_was_written(database: Settings, user: MakeUser) -> None:
    made = user("ada")
    await made.save()
    steps = [{"id": "step-0", "content": "zero \x00 byte and ünïcödé"[:5]}]
    written = await Message.create(id="msg_1", role=MessageRole.USER, content="é😀", steps=steps)
    read = await Message.get(id="msg_1")
    assert (read.seq, read.content, read.steps) == (written.seq, "é😀", steps)
    assert read.created_at.utcoffset() is not None
    assert (await User.get(id=made.id)).is_active is True


async def test_plain_sql_counts_what_it_changed(database: Settings, user: MakeUser) -> None:
    await User.bulk_create([user("a"), user("b")])
    changed, _ = await connection().execute_query("UPDATE user_account SET token_version = 3")
    assert changed == 2
    rows = await connection().execute_query_dict("SELECT token_version AS v FROM user_account")
    assert rows == [{"v": 3}, {"v": 3}]


async def test_a_transaction_is_all_or_nothing(
    database: Settings, outside: Outside, user: MakeUser
) -> None:

    async def work() -> None:
        async with transaction():
            await user("a").save()
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    async with transaction():
        await user("b").save()
        assert await User.all().count() == 1
        assert outside("SELECT username FROM user_account") == []
    assert outside("SELECT username FROM user_account") == [("b",)]


async def test_a_savepoint_is_undone_alone(database: Settings, user: MakeUser) -> None:
    async def work() -> None:
        async with transaction():
            await user("inner").save()
            await user("outer").save()

    async with transaction():
        await user("outer").save()
        with pytest.raises(IntegrityError):
            await work()
        async with transaction(), transaction():
            await user("third").save()
    names = await names_in_order()
    assert names == ["outer", "third"]


async def test_a_transaction_may_be_ended_early(database: Settings, user: MakeUser) -> None:
    """What follows in the block is autocommit, and a second ending is refused."""
    async with connection()._in_transaction() as unit:
        await user("kept").save()
        await unit.commit()
        await user("also").save()
        with pytest.raises(TransactionManagementError):
            await unit.commit()
    async with connection()._in_transaction() as unit:
        await user("gone").save()
        await unit.rollback()
        async with transaction():
            await user("last").save()
    names = await names_in_order()
    assert names == ["kept", "also", "last"]


async def test_a_savepoint_may_be_steered_by_hand(database: Settings, user: MakeUser) -> None:
    async with connection()._in_transaction() as outer:
        async with outer._in_transaction() as inner:
            await user("gone").save()
            await inner.savepoint_rollback()
        async with outer._in_transaction() as inner:
            await user("kept").save()
            await inner.release_savepoint()
    async with connection()._in_transaction() as unit:
        again = unit._in_transaction()
        async with again:
            await user("more").save()
    assert await names_in_order() == ["kept", "more"]


async def test_bulk_writes_are_whole(database: Settings, outside: Outside, user: MakeUser) -> None:
    """Outside a transaction all rows or none; inside they share its fate."""

    async def work() -> None:
        async with transaction():
            await User.bulk_create([user("x"), user("y")])
            raise LookupError

    await user("taken").save()
    with pytest.raises(IntegrityError):
        await User.bulk_create([user("new"), user("taken")])
    with pytest.raises(LookupError):
        await work()
    assert outside("SELECT username FROM user_account") == [("taken",)]


async def test_a_script_in_a_transaction_is_undone_with_it(
    database: Settings, outside: Outside
) -> None:
    script = (
        "CREATE TABLE half (id INT); CREATE INDEX i ON half (id); INSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(OperationalError):
        async with transaction() as unit:
            await unit.execute_script(script)
    with pytest.raises(OperationalError):
        await connection().execute_query("SELECT * FROM half")
    assert outside("SELECT 1") == [(1,)]


async def test_writers_take_turns(database: Settings, user: MakeUser) -> None:
    """Read, then write: no update is lost and nobody is told that the database is locked."""
    made = user("counter")
    await made.save()

    async def raise_it() -> None:
        async with transaction():
            row = await User.select_for_update().get(id=made.id)
            row.token_version += 1
            await row.save(update_fields=["token_version"])

    await asyncio.wait_for(asyncio.gather(*(raise_it() for _ in range(50))), 20)
    assert (await User.get(id=made.id)).token_version == 50


async def test_deleting_a_user_deletes_what_is_his(database: Settings, user: MakeUser) -> None:
    made = user("ada")
    await made.save()
    provider = await Provider.create(
        user=made, name="p", provider_type=ProviderType.OPENAI, base_url="-", default_model="m"
    )
    run = await Run.create(id="run_1", kind=RunKind.CHAT, user=made)
    with pytest.raises(IntegrityError):
        await Run.create(id="run_2", kind=RunKind.CHAT, user_id=made.id + 1)
    await made.delete()
    assert not await Provider.exists(id=provider.id)
    assert not await Run.exists(id=run.id)


async def test_a_closed_database_refuses(settings: Settings) -> None:
    """Also somebody who still holds the connection: nothing is opened behind our back."""
    await open_database(settings)
    held = connection()
    await close_database()
    await close_database()
    with pytest.raises(INFRASTRUCTURE):
        await held.execute_query("SELECT 1")
    with pytest.raises(INFRASTRUCTURE):
        await held.create_connection(with_db=True)


async def test_a_second_opening_is_refused_and_harmless(database: Settings) -> None:
    with pytest.raises(Exception, match="already enabled"):
        await open_database(database)
    assert await User.all().count() == 0


async def test_a_database_out_of_reach_is_unavailable(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.is_sqlite:
        settings.sqlite_file.unlink()
        settings.sqlite_file.mkdir()
    else:
        from luxx.db import postgres  # noqa: PLC0415 - only with the driver

        monkeypatch.setattr(postgres, "PATIENCE", 0.5)
        address = f"{settings.database_url}".replace("host=", "host=/nowhere")
        settings = replace(settings, database_url=Secret(f"{address}&connect_timeout=1"))
    with pytest.raises(Unavailable):
        await asyncio.wait_for(open_database(settings), 15)
    with pytest.raises(RuntimeError):
        connection()


async def test_trouble_is_told_without_what_the_driver_says() -> None:
    for trouble, code in (
        (DatabaseTrouble("the password is hunter2"), "UNAVAILABLE"),
        (DatabaseFull("/srv/hunter2 is full"), "OUT_OF_SPACE"),
    ):
        assert isinstance(trouble, INFRASTRUCTURE)
        assert isinstance(trouble, Unavailable)
        assert trouble.code == code
        assert "hunter2" not in str(trouble)
        assert "hunter2" in repr(trouble)
