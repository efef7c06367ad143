"""`python -m luxx.db.make <name>` writes what leads from the last migration to the models.

One file for each dialect. Needs no database. Review what it wrote: a removed and an added
column look like a renamed one, and SQLite cannot change a column in place.
"""

import argparse
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tortoise.context import TortoiseContext

from luxx.config import Secret, Settings
from luxx.db.engines import APP, options
from luxx.db.migrate import FILES, location

DIALECTS = ("sqlite", "postgres")


def make(name: str, folder: Path, dialect: str) -> str:
    """Write one dialect's file below `folder` and return its name, or "" when nothing changed."""
    return asyncio.run(_make(name, folder, dialect))


async def _make(name: str, folder: Path, dialect: str) -> str:
    from aerich import Command  # noqa: PLC0415 - only with a command line

    url = "" if dialect == "sqlite" else "postgresql:///"
    config = options(Settings(database_url=Secret(url)), "aerich.models")
    async with TortoiseContext() as context:
        await context.init(config)
        _forget_comments(context)
        command = Command(config, app=APP, location=str(folder))
        if any((folder / APP).glob(FILES)):
            await command.init(offline=True)
            made = await command.migrate(name, no_input=True, offline=True)
        else:
            await command.init_migrations(safe=True)
            made = next((folder / APP).glob(FILES)).name
    return _named(folder / APP, made, name) if made else ""


def _named(folder: Path, made: str, name: str) -> str:
    """Without the time that aerich puts in: both dialects' files have the same name."""
    number, _, _ = made.partition("_")
    return (folder / made).rename(folder / f"{number}_{name}.py").name


def _forget_comments(context: TortoiseContext) -> None:
    """Docstrings are for readers of the code: to reword one is no migration."""
    for app in (context.apps or {}).values():
        for model in app.values():
            meta = model._meta  # noqa: SLF001 - Tortoise has no other name for it
            meta.table_description = ""
            for field in meta.fields_map.values():
                field.description = field.docstring = None


def make_all(name: str, folders: dict[str, Path]) -> dict[str, str]:
    """Each dialect in a process of its own: aerich keeps what it found in class attributes."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        jobs = {dialect: pool.submit(make, name, folders[dialect], dialect) for dialect in folders}
        return {dialect: job.result(timeout=60) for dialect, job in jobs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m luxx.db.make", description=__doc__)
    parser.add_argument("name", help="what changes, in a word or two with underscores")
    name = parser.parse_args().name
    made = make_all(name, {dialect: location(dialect) for dialect in DIALECTS})
    for dialect, file in made.items():
        print(f"{dialect}: {file or 'nothing changed'}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
