"""What a column may be one of."""

from enum import IntEnum, StrEnum


class Role(StrEnum):
    USER = "user"
    ADMIN = "admin"


class PermissionLevel(IntEnum):
    """Ordered: a tool runs when the level it requires is at most the user's."""

    READ_ONLY = 1
    WRITE = 2
    EXECUTE = 3
    ADMIN = 4


class ProviderType(StrEnum):
    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class MessageRole(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class MessageStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class RoomStatus(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ERROR = "error"


class RunKind(StrEnum):
    CHAT = "chat"
    ROOM = "room"


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class ToolCaller(StrEnum):
    """Who ran a tool: a model in the course of a reply, or the user by hand."""

    MODEL = "model"
    USER = "user"


class ToolOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    #: Arguments that do not fit.
    INVALID = "invalid"
    #: Above the user's level, or not offered.
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"


LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)
