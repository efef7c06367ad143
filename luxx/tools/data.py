"""The tool for JSON and CSV."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, NoReturn

import orjson
from msgspec import Meta

from luxx.errors import BadInput
from luxx.models import PermissionLevel
from luxx.tools.base import ToolContext, tool
from luxx.tools.query import MAX_QUERY, query
from luxx.tools.tables import MAX_OUTPUT, bad_data, flatten, from_csv, to_csv

MAX_INPUT = 2_000_000

Operation = Literal["format", "minify", "query", "flatten", "to_csv", "from_csv"]
Query = Annotated[
    str, Meta(max_length=MAX_QUERY, description="JMESPath expression, for the operation query")
]


@tool(category="data", required=PermissionLevel.READ_ONLY)
async def process_data(
    context: ToolContext,
    data: Annotated[Any, Meta(description="JSON, as a value or as text; CSV text for from_csv")],
    operation: Annotated[Operation, Meta(description="What to do with the data")],
    query: Query = "",
) -> Any:
    """Convert JSON data: format, minify, query, flatten, or turn it into CSV and back.

    `query` selects with a JMESPath expression; `flatten` gives every value under its path;
    `to_csv` takes a list of objects, and `from_csv` gives one. At most 2 MB in and out.
    """
    return await context.in_thread(process, data, operation, query)


def process(data: Any, operation: Operation, expression: str) -> Any:
    """Do it, in a thread: what it costs is bounded, but may take a second or two."""
    if bool(expression) != (operation == "query"):
        raise BadInput("query: required by the operation query, and only by it", field="query")
    try:
        result = _convert(data, operation, expression)
        size = len(orjson.dumps(result))
        if size > MAX_OUTPUT:
            raise bad_data(f"the result has {size} bytes; the most is {MAX_OUTPUT}")
        _dump(result)  # orjson took infinity and what is no number for null
    except RecursionError:
        raise bad_data("nested too deeply") from None
    except (orjson.JSONEncodeError, ValueError) as error:
        raise bad_data(f"the result does not fit into JSON: {error}") from error
    return result


def _convert(data: Any, operation: Operation, expression: str) -> Any:
    if operation == "from_csv":
        if not isinstance(data, str):
            raise bad_data("expected CSV text")
        return from_csv(_bounded(data))
    value = _value(data)
    if operation == "query":
        return query(value, expression)
    return _CONVERSIONS[operation](value)


def _value(data: Any) -> Any:
    if not isinstance(data, str):
        if len(orjson.dumps(data)) > MAX_INPUT:
            raise bad_data(f"expected at most {MAX_INPUT} bytes")
        return data
    try:
        return json.loads(_bounded(data), parse_constant=_refuse)
    except ValueError as error:
        raise bad_data(f"expected JSON: {error}") from error


def _bounded(text: str) -> str:
    if len(text) > MAX_INPUT:
        raise bad_data(f"expected at most {MAX_INPUT} characters")
    return text


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _format(value: Any) -> str:
    """Deep data makes the indent much larger than itself: stop in time."""
    pieces: list[str] = []
    size = 0
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, allow_nan=False)
    for piece in encoder.iterencode(value):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_OUTPUT:
            raise bad_data(f"the result has more than {MAX_OUTPUT} characters")
    return "".join(pieces)


def _dump(value: Any) -> str:
    """Raises ValueError for a number that JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "format": _format,
    "minify": _dump,
    "flatten": flatten,
    "to_csv": to_csv,
}
