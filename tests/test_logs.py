"""Log lines: both formats, what they say of a request, and what they leave out."""

import json
import logging
from collections.abc import Iterator

import pytest

from luxx import logs
from luxx.config import Settings
from luxx.logs import ConsoleFormatter, JsonFormatter, RequestInfo


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def request_info() -> Iterator[RequestInfo]:
    info = RequestInfo("the-id")
    token = logs.current.set(info)
    yield info
    logs.current.reset(token)


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("luxx.test").makeRecord(
        "luxx.test", logging.WARNING, "file.py", 1, message, args, None, extra=extra
    )


def failed() -> logging.LogRecord:
    made = record("it failed")
    error = ValueError("because")
    made.exc_info = (type(error), error, error.__traceback__)
    return made


def test_a_json_line_is_one_object(request_info: RequestInfo) -> None:
    line = json.loads(JsonFormatter().format(record("took %s", "long", ms=1.5, odd={1})))
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "luxx.test",
        "message": "took long",
        "ms": 1.5,
        "odd": "{1}",
        "request": "the-id",
    }


def test_a_console_line_says_the_same() -> None:
    line = ConsoleFormatter().format(record("took %s", "long", ms=1.5))
    assert line.endswith(" WARNING luxx.test  took long  ms=1.5")
    assert ConsoleFormatter().format(record("plain")).endswith("luxx.test  plain")


def test_an_exception_is_part_of_its_line() -> None:
    assert json.loads(JsonFormatter().format(failed()))["exception"].endswith("ValueError: because")
    assert ConsoleFormatter().format(failed()).endswith("ValueError: because")


def test_colours_of_libraries_are_left_out() -> None:
    coloured = record("started", color_message="\x1b[32mstarted\x1b[0m")
    assert "color" not in JsonFormatter().format(coloured)
    assert "\x1b" not in ConsoleFormatter().format(coloured)


def test_notes_belong_to_the_current_request(request_info: RequestInfo) -> None:
    logs.note(user="ann")
    logs.note(operation="Login")
    logs.note()
    assert (request_info.user, request_info.operation) == ("ann", "Login")


def test_a_note_outside_of_a_request_is_nobodys() -> None:
    logs.note(user="ann")
    assert logs.current.get() is None


def test_the_chosen_level_and_format_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_level="warning", log_format="json"))
    logging.getLogger("luxx.test").info("not shown")
    logging.getLogger("luxx.test").warning("shown")
    logging.getLogger("uvicorn.error").info("not shown either")
    shown = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["message"] for line in shown] == ["shown"]
