"""The leaf types: how a time, a JSON value and each enum look to a client."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from luxx import models


def rfc3339(moment: datetime) -> str:
    """In UTC, ending in Z; a time without a zone is one of ours and therefore UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{aware.replace(tzinfo=None).isoformat()}Z"


def _as_is(value: Any) -> Any:
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 date and time in UTC, e.g. 2024-01-01T00:00:00Z.",
        serialize=rfc3339,
        parse_value=datetime.fromisoformat,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value: tool parameters (a JSON Schema), arguments and results.",
        serialize=_as_is,
        parse_value=_as_is,
    ),
}


@strawberry.enum
class ToolCategory(StrEnum):
    CODE = "code"
    FILE = "file"
    SHELL = "shell"
    CRAWLER = "crawler"
    DATA = "data"


@strawberry.enum
class StepType(StrEnum):
    THINKING = "thinking"
    TEXT = "text"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"


# In place: the enums of the tables are the enums of the schema.
_ABOUT = {
    models.PermissionLevel: (
        "Ordered: a tool runs when the permission it requires <= the user's. "
        "On REST the integers 1 to 4."
    ),
    models.MessageStatus: (
        "RUNNING while it streams; INTERRUPTED where the process that wrote it died and it could "
        "not be finished."
    ),
}
for kind in (
    models.Role,
    models.PermissionLevel,
    models.ProviderType,
    models.MessageRole,
    models.MessageStatus,
    models.RoomStatus,
    models.ToolCaller,
    models.ToolOutcome,
):
    strawberry.enum(kind, description=_ABOUT.get(kind))
