"""JSON written flat: as paths and values, and as CSV. What is made is bounded as it is made."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from luxx.errors import BadInput

MAX_OUTPUT = 2_000_000
MAX_CELLS = 500_000

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def bad_data(reason: str) -> BadInput:
    return BadInput(f"data: {reason}", field="data")


def flatten(value: Any) -> dict[str, Any]:
    """Every leaf under its path, which is the JMESPath expression that selects it."""
    flat: dict[str, Any] = {}
    written = 0
    rest = [iter([("", value)])]
    while rest:
        path, item = next(rest[-1], (None, None))
        if path is None:
            rest.pop()
            continue
        written += len(path)
        if written > MAX_OUTPUT:
            raise bad_data(f"its paths have more than {MAX_OUTPUT} characters")
        if isinstance(item, dict | list) and item:
            rest.append(_children(path, item))
        else:
            flat[path or "@"] = item
    return flat


def _children(path: str, item: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """One after another: all paths at once could be much longer than the data."""
    if isinstance(item, dict):
        return ((_member(path, key), inner) for key, inner in item.items())
    return ((f"{path}[{index}]", inner) for index, inner in enumerate(item))


def _member(path: str, key: str) -> str:
    name = key if _IDENTIFIER.fullmatch(key) else json.dumps(key)
    return f"{path}.{name}" if path else name


def to_csv(value: Any) -> str:
    """A list of objects as rows under a header, or a list of lists as rows."""
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list) or not rows:
        raise bad_data("expected an object, a list of objects or a list of lists")
    if all(isinstance(row, list) for row in rows):
        return _written(rows)
    if not all(isinstance(row, dict) for row in rows):
        raise bad_data("expected rows of one kind, objects or lists")
    header = list(dict.fromkeys(key for row in rows for key in row))
    if len(header) * len(rows) > MAX_CELLS:
        raise bad_data(f"{len(rows)} rows of {len(header)} columns; at most {MAX_CELLS} cells")
    return _written([header, *([row.get(key) for key in header] for row in rows)])


def _written(rows: list[list[Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([_cell(item) for item in row])
    return file.getvalue()


def _cell(item: Any) -> str:
    if item is None:
        return ""
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, allow_nan=False)


def from_csv(text: str) -> list[dict[str, str]]:
    """The rows below the header as objects; all values are text, a missing one is empty."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise bad_data(f"expected CSV: {error}") from error
    if not rows:
        raise bad_data("expected CSV with a header")
    header = rows.pop(0)
    if len(set(header)) < len(header):
        raise bad_data("expected a header that names every column once")
    if len(header) * len(rows) > MAX_CELLS:
        raise bad_data(f"{len(rows)} rows of {len(header)} columns; at most {MAX_CELLS} cells")
    for number, row in enumerate(rows, 1):
        if len(row) > len(header):
            raise bad_data(f"row {number} has {len(row)} values for {len(header)} columns")
    return [dict(zip(header, row + [""] * (len(header) - len(row)), strict=True)) for row in rows]
