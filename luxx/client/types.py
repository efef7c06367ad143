"""What the server gives, as values: decoded once, checked by their types.

Names are those of the REST API, enumerations those of GraphQL. Times are in UTC.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from msgspec import Struct, field


class MessageStatus(StrEnum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    INTERRUPTED = "INTERRUPTED"


class RoomStatus(StrEnum):
    IDLE = "IDLE"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"


class MessageRole(StrEnum):
    USER = "USER"
    ASSISTANT = "ASSISTANT"


class Tokens(Struct, frozen=True, kw_only=True):
    """Tokens of one message, or of several together."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    #: The provider sent none: they were counted by the server.
    estimated: bool = False

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            total_tokens=self.total_tokens + other.total_tokens,
            estimated=self.estimated or other.estimated,
        )


class _Step(Struct, kw_only=True, tag_field="type"):
    id: str
    index: int

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)


class ThinkingStep(_Step, tag="THINKING"):
    content: str = ""


class TextStep(_Step, tag="TEXT"):
    content: str = ""


class ToolCallStep(_Step, tag="TOOL_CALL"):
    """`arguments` is JSON, as the model wrote it."""

    id_ref: str
    name: str
    arguments: str = ""


class ToolResultStep(_Step, tag="TOOL_RESULT"):
    id_ref: str
    name: str
    content: str = ""
    success: bool = True


Step: TypeAlias = ThinkingStep | TextStep | ToolCallStep | ToolResultStep


class Message(Struct, kw_only=True):
    id: str
    role: MessageRole
    status: MessageStatus
    content: str = ""
    steps: list[Step] = field(name="process_steps", default_factory=list)
    token_count: int = 0
    usage: Tokens | None = None
    error: str | None = None
    #: Rooms only: who spoke, in which round (0 is the task itself).
    sender_name: str | None = None
    sender_color: str | None = None
    round_number: int | None = None
    created_at: datetime | None = None

    @property
    def is_reply(self) -> bool:
        return self.role is MessageRole.ASSISTANT


class Conversation(Struct, kw_only=True):
    id: str
    title: str
    model: str
    provider_id: int | None
    system_prompt: str
    temperature: float
    max_tokens: int
    thinking_enabled: bool
    created_at: datetime
    updated_at: datetime


class Provider(Struct, kw_only=True):
    id: int
    name: str
    provider_type: str
    base_url: str
    default_model: str
    max_tokens: int
    is_default: bool
    enabled: bool


class ProviderTest(Struct, kw_only=True):
    status_code: int | None
    success: bool
    response_body: str
    message: str


class Tool(Struct, kw_only=True):
    name: str
    description: str
    category: str
    #: JSON Schema of the arguments.
    parameters: dict[str, Any]


class _Persona(Struct, kw_only=True):
    id: int
    name: str
    role: str
    model: str
    provider_id: int | None
    system_prompt: str
    color: str
    enabled_tools: list[str]


class Agent(_Persona, kw_only=True):
    """A persona that can be seated in any room."""


class Seat(_Persona, kw_only=True):
    """One in a room: a copy of an agent, or made for it."""

    turn_order: int
    agent_id: int | None = None


class RoomInfo(Struct, kw_only=True):
    id: str
    title: str
    task: str
    status: RoomStatus
    max_rounds: int
    current_round: int
    agents: list[Seat]
    created_at: datetime
    updated_at: datetime


class User(Struct, kw_only=True):
    id: int
    username: str
    role: str
    permission_level: str


class Session(Struct, kw_only=True):
    access_token: str
    user: User

    def __repr__(self) -> str:  # the token is a secret
        return f"Session(user={self.user!r})"


class _Event(Struct, kw_only=True, tag_field="type"):
    """`cursor` is where to go on after it; empty for what the client itself tells."""

    #: Nothing follows it.
    is_last: ClassVar[bool] = False
    cursor: str = ""


class StepUpdated(_Event, tag="StepUpdated"):
    """`delta` continues the text of the step at `step.index`; a tool's step comes whole."""

    message_id: str
    step: Step
    delta: str = ""


class MessageCompleted(_Event, tag="MessageCompleted"):
    is_last: ClassVar[bool] = True
    message_id: str
    token_count: int
    usage: Tokens


class MessageFailed(_Event, tag="MessageFailed"):
    is_last: ClassVar[bool] = True
    message_id: str
    content: str
    code: str


class MessageStored(_Event, tag="MessageStored"):
    message: Message


class RoomStarted(_Event, tag="RoomStarted"):
    room_id: str
    task: str


class RoundStarted(_Event, tag="RoundStarted"):
    round: int
    max_rounds: int


class MessageStarted(_Event, tag="MessageStarted"):
    id: str
    room_id: str
    role: MessageRole
    sender_name: str
    sender_color: str
    round_number: int


class MessageChunk(_Event, tag="MessageChunk"):
    """`content` is what is new."""

    id: str
    content: str


class MessageEnded(_Event, tag="MessageEnded"):
    id: str
    content: str
    token_count: int
    status: MessageStatus


class RoundEnded(_Event, tag="RoundEnded"):
    round: int


class RoomCompleted(_Event, tag="RoomCompleted"):
    is_last: ClassVar[bool] = True
    room_id: str
    total_rounds: int


class RoomPaused(_Event, tag="RoomPaused"):
    is_last: ClassVar[bool] = True
    room_id: str
    round: int


class AgentFailed(_Event, tag="AgentFailed"):
    agent: str
    error: str


class RoomFailed(_Event, tag="RoomFailed"):
    is_last: ClassVar[bool] = True
    content: str


ReplyEvent: TypeAlias = MessageStored | StepUpdated | MessageCompleted | MessageFailed
RoomEvent: TypeAlias = (
    RoomStarted
    | RoundStarted
    | MessageStarted
    | MessageChunk
    | StepUpdated
    | MessageEnded
    | MessageStored
    | RoundEnded
    | RoomCompleted
    | RoomPaused
    | AgentFailed
    | RoomFailed
)
Event: TypeAlias = ReplyEvent | RoomEvent
