"""Evaluating an expression without a process that could do harm.

The interpreter is Monty, a Python of its own in Rust without files, network and processes, that
runs in worker processes beside the server. What comes back crosses as text of bounded length: a
value itself could be far larger in this process than it was in the worker.
"""

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from luxx.errors import ToolFailed

if TYPE_CHECKING:
    from pydantic_monty import Monty, ResourceLimits

SECONDS = 2.0
MEMORY = 64 << 20
MAX_EXPRESSION = 10_000
MAX_TEXT = 20_000
WORKERS = 2

_LIMITS: "ResourceLimits" = {
    "max_feed_duration_secs": SECONDS,
    "max_memory": MEMORY,
    "max_total_sleep_secs": 0.0,
    "max_suspensions": 1,
    "max_recursion_depth": 500,
}
#: Beyond the worker's own clock: after so long it is killed.
_DEADLINE = SECONDS + 3
_PREPARE = "import datetime, json, math, re"
#: The last line is what comes back. A value that JSON has not is shown as Python writes it.
_REPORT = f"""
def __json(value):
    try:
        return json.dumps(value)
    except Exception:
        return ""
__text, __data = repr(__value), __json(__value)
[type(__value).__name__, len(__text), __text[:{MAX_TEXT}], __data[:{MAX_TEXT} + 1]]
"""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """`value` is the result where JSON can carry it exactly, else its text as Python writes it."""

    value: Any
    type: str
    truncated: bool
    printed: str


class Evaluator:
    """Its workers are started by the first expression. Everything here blocks: use a thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: Monty | None = None
        self._closed = False

    def evaluate(self, expression: str) -> Evaluated:
        """Raises ToolFailed, saying what Python says, for what cannot be evaluated."""
        from pydantic_monty import CollectString, MontyError  # noqa: PLC0415 - slow to import

        if not expression.strip():
            raise ToolFailed("expression: expected an expression", field="expression")
        printed = CollectString(max_bytes=MAX_TEXT)
        try:
            with self._workers().checkout(limits=_LIMITS, script_name="expression") as session:
                session.feed_run(_PREPARE)
                session.feed_run(f"__value = (\n{expression}\n)", print_callback=printed)
                name, length, text, data = session.feed_run(_REPORT)
        except MontyError as error:
            raise _refused(error) from error
        except TimeoutError as error:
            raise ToolFailed("python_eval: all evaluators are busy: try again") from error
        return Evaluated(_value(text, data), name, length > MAX_TEXT, printed.output)

    def close(self) -> None:
        """End the workers; nothing can be evaluated afterwards."""
        with self._lock:
            self._closed = True
            if self._pool is not None:
                self._pool.__exit__(None, None, None)
                self._pool = None

    def _workers(self) -> "Monty":
        from pydantic_monty import Monty  # noqa: PLC0415 - slow to import

        with self._lock:
            if self._closed:
                raise ToolFailed("python_eval: the server is stopping")
            if self._pool is None:
                pool = Monty(
                    max_processes=WORKERS, checkout_timeout=2 * _DEADLINE, request_timeout=_DEADLINE
                )
                self._pool = pool.__enter__()
            return self._pool


def _refused(error: Exception) -> ToolFailed:
    from pydantic_monty import MontyCrashedError, MontyRuntimeError, MontySyntaxError  # noqa: PLC0415

    if isinstance(error, MontyRuntimeError | MontySyntaxError):
        said = error.display("type-msg")
    elif isinstance(error, MontyCrashedError):
        said = "it was too much for the evaluator"
    else:
        said = "it cannot be evaluated"
    return ToolFailed(f"expression: {said[:500]}", field="expression")


def _value(text: str, data: str) -> Any:
    """JSON where it says the same as Python, within what every reader of JSON can hold."""
    if not data or len(data) > MAX_TEXT:
        return text
    try:
        return json.loads(data, parse_int=_small, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _small(digits: str) -> int:
    """RFC 8259, section 6: integers within 53 bits are the same for everybody."""
    number = int(digits) if len(digits) < 20 else 1 << 53  # noqa: PLR2004 - longer is larger
    if abs(number) >= 1 << 53:
        _refuse(digits)
    return number


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)
