"""The jobs that a SQLite connection's thread runs; each is whole."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from tortoise.exceptions import TransactionManagementError

from luxx.db.link import Job

T = TypeVar("T")


def begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def first(job: Job[T], connection: sqlite3.Connection) -> T:
    """Begin a transaction with its first statement: one trip to the thread for both."""
    begin(connection)
    return job(connection)


def undo(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except BaseException:
        undo(connection)
        raise


def inside(job: Job[T], connection: sqlite3.Connection) -> T:
    # A full disk makes SQLite roll back by itself; what followed would commit on its own.
    if not connection.in_transaction:
        raise TransactionManagementError("The transaction was rolled back")
    return job(connection)


def insert(query: str, values: Sequence[Any], connection: sqlite3.Connection) -> int:
    cursor = connection.execute(query, values)
    cursor.fetchall()
    return cursor.lastrowid or 0


def query(
    query: str, values: Sequence[Any], connection: sqlite3.Connection
) -> tuple[int, list[Any]]:
    before = connection.total_changes
    rows = connection.execute(query.replace("\x00", "'||CHAR(0)||'"), values).fetchall()
    return (connection.total_changes - before) or len(rows), rows


def many(query: str, values: list[list[Any]], connection: sqlite3.Connection) -> None:
    connection.executemany(query, values)


def whole_many(query: str, values: list[list[Any]], connection: sqlite3.Connection) -> None:
    begin(connection)
    try:
        connection.executemany(query, values)
        commit(connection)
    finally:
        undo(connection)


def script(text: str, connection: sqlite3.Connection) -> None:
    """Statement by statement: `executescript` would commit the open transaction first."""
    for statement in statements(text):
        connection.execute(statement)


def closed_script(text: str, connection: sqlite3.Connection) -> None:
    try:
        script(text, connection)
    finally:
        undo(connection)


def statements(text: str) -> Iterator[str]:
    """Split a script where a statement is complete."""
    pending = ""
    for part in text.split(";"):
        pending += part
        if sqlite3.complete_statement(f"{pending};"):
            if pending.strip():
                yield pending
            pending = ""
        else:
            pending += ";"
    if pending.strip("; \n\t"):
        yield pending
