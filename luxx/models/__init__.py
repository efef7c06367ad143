"""The tables. Rows are read and written by `luxx.core` and, for runs, by `luxx.eventlog`.

Ids that clients see as strings are random (`conv_…`, `msg_…`, `run_…`, `room_…`); a message's order
is its `seq`, never the clock. Times are UTC.
"""

from luxx.models.accounts import Provider, RevokedToken, User
from luxx.models.conversations import Conversation
from luxx.models.ids import new_id
from luxx.models.kinds import (
    LIVE,
    MessageRole,
    MessageStatus,
    PermissionLevel,
    ProviderType,
    Role,
    RoomStatus,
    RunKind,
    RunStatus,
    ToolCaller,
    ToolOutcome,
)
from luxx.models.messages import Message
from luxx.models.rooms import Agent, Room, Seat
from luxx.models.runs import IdempotencyKey, Process, Run, RunEvent
from luxx.models.tools import ToolExecution

__all__ = [
    "LIVE",
    "Agent",
    "Conversation",
    "IdempotencyKey",
    "Message",
    "MessageRole",
    "MessageStatus",
    "PermissionLevel",
    "Process",
    "Provider",
    "ProviderType",
    "RevokedToken",
    "Role",
    "Room",
    "RoomStatus",
    "Run",
    "RunEvent",
    "RunKind",
    "RunStatus",
    "Seat",
    "ToolCaller",
    "ToolExecution",
    "ToolOutcome",
    "User",
    "new_id",
]
