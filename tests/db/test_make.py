"""Making migrations: offline, for both dialects, and none is forgotten."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from luxx.db import make
from luxx.db.migrate import location


def test_migrations_and_models_agree(tmp_path: Path) -> None:
    """If this fails: run `python -m luxx.db.make <what changed>` and review the two files."""
    pytest.importorskip("psycopg", reason="needs the extra `postgres`")
    folders = {dialect: tmp_path / dialect for dialect in make.DIALECTS}
    for dialect, copy in folders.items():
        shutil.copytree(location(dialect), copy)
    assert make.make_all("check", folders) == {"sqlite": "", "postgres": ""}


@pytest.mark.parametrize("dialect", make.DIALECTS)
def test_making_notices_a_change(dialect: str, tmp_path: Path) -> None:
    """The first migration names everything; one behind the models gets what is missing."""
    (tmp_path / "luxx").mkdir()
    code = (
        "import sys; from pathlib import Path; from luxx import models;"
        "from luxx.db.make import make;"
        "from tortoise import fields;"
        "there = Path(sys.argv[1]);"
        "print(make('init', there, sys.argv[2]));"
        "models.User._meta.add_field('nick', fields.CharField(max_length=9, null=True));"
        "print(make('nick', there, sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), dialect],
        timeout=40,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["0_init.py", "1_nick.py"]
    assert 'ADD "nick" VARCHAR(9)' in (tmp_path / "luxx" / "1_nick.py").read_text()
    assert (
        'CREATE TABLE IF NOT EXISTS "room_agent"' in (tmp_path / "luxx" / "0_init.py").read_text()
    )


def test_the_command_tells_what_it_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["make", "rooms"])
    monkeypatch.setattr(
        make, "make_all", lambda name, folders: dict.fromkeys(folders, f"1_{name}.py") | {"x": ""}
    )
    make.main()
    assert capsys.readouterr().out.split("\n") == [
        "sqlite: 1_rooms.py",
        "postgres: 1_rooms.py",
        "x: nothing changed",
        "",
    ]
