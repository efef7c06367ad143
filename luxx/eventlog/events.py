"""The lines of a run's log.

Text is stored as deltas only; whatever is accumulated is derived by the reader. `data` is JSON:

| type    | data |
|---------|------|
| `delta` | `{"m": message id, "i": step index, "t": "thinking" or "text", "d": new text}` |
| `step`  | `{"m": message id, "step": {a whole tool_call or tool_result step}}` |
| `ended` | `{"m": message id, "status", "token_count", "usage": {...} or null, "error", "code"}` |
| `end`   | `{"status": the run's}`: nothing follows it |
"""

from dataclasses import dataclass
from typing import Any

DELTA = "delta"
STEP = "step"
ENDED = "ended"
END = "end"
#: Never stored: a reader that asked for it is told that nothing is coming at the moment.
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Event:
    """One line; `id` is the cursor: `(attempt << 32) | sequence number`."""

    id: int
    type: str
    data: dict[str, Any]


def first_id(attempt: int) -> int:
    """The id before the first event of an attempt: ids of one run only ever grow."""
    return attempt << 32
