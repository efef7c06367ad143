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
        if lines:
            data = json.loads(lines["data"])
            found.append(Frame(lines.get("id"), lines["event"], data, lines.get("retry")))
    return found
