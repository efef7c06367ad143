"""The lines of a run's log.

Text is stored as deltas only; whatever is accumulated is derived by the reader. `data` is JSON:

| type    | data |
|---------|------|
| `delta` | `{"m": message id, "i": step index, "t": "thinking" or "text", "d": new text}` |
| `step`  | `{"m": message id, "step": {a whole tool_call or tool_result step}}` |
| `ended` | `{"m": message id, "status", "token_count", "usage": {...} or null, "error", "code"}` |
| `end`   | `{"status": the run's}`: nothing follows it |

A room's run has these as well. Each message is between its `message_started` and its `stored`.

| type              | data |
|-------------------|------|
| `room_started`    | `{"task"}` |
| `round_started`   | `{"round", "max_rounds"}` |
| `message_started` | `{"m", "name", "color", "round"}` |
| `stored`          | `{"message": {the message's row}}`, right behind its `ended` |
| `agent_failed`    | `{"agent": its name, "error"}` |
| `round_ended`     | `{"round"}` |
| `room_completed`  | `{"rounds"}` |
| `room_paused`     | `{"round"}` |
| `room_failed`     | `{"error"}` |
"""

from dataclasses import dataclass
from typing import Any

DELTA = "delta"
STEP = "step"
ENDED = "ended"
END = "end"
ROOM_STARTED = "room_started"
ROUND_STARTED = "round_started"
MESSAGE_STARTED = "message_started"
STORED = "stored"
AGENT_FAILED = "agent_failed"
ROUND_ENDED = "round_ended"
ROOM_COMPLETED = "room_completed"
ROOM_PAUSED = "room_paused"
ROOM_FAILED = "room_failed"
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


def attempt_of(id_: int) -> int:
    """The attempt that wrote the event."""
    return id_ >> 32
