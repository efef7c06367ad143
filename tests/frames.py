"""What a client reads from a stream of server-sent events."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass
class Frame:
    id: str | None
    event: str
    data: dict[str, Any]
    retry: str | None


def frames(text: str) -> list[Frame]:
    found = []
    for block in text.split("\n\n")[:-1]:
        lines = dict(line.split(": ", 1) for line in block.split("\n") if line[0] != ":")
        if "data" in lines:
            data = json.loads(lines["data"])
            found.append(Frame(lines.get("id"), lines["event"], data, lines.get("retry")))
    return found


def farewell(text: str) -> str:
    """What a stream says that ends before the run does; nothing where it ended with an event."""
    last = text.split("\n\n")[-2].split("\n")
    is_empty = not any(line.startswith("data:") for line in last)
    assert not is_empty or any(line.startswith("retry: ") for line in last)
    return last[-1].removeprefix(": ") if is_empty else ""
