"""The table: every REST endpoint as data.

An endpoint names a stored operation, or for a stream two: the one that starts a run and the one
that follows it (`stream.follow`). Paths are written without the slash that may end them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from luxx import __version__
from luxx.rest.replies import (
    Shape,
    bare,
    cancelled,
    categorized,
    counted,
    nothing,
    told,
    value,
    whole,
)

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Stream:
    """How a run is followed.

    `run` is the variable that names it; `events` gives the SSE name of each type of event;
    `deltas` is the operation that `?delta=true` chooses.
    """

    follow: str
    deltas: str
    run: str
    events: Mapping[str, str]
    location: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path.

    `run_at` is where the result of a start holds what names the run; empty where a run is only
    followed. `fixed` is an answer that is always the same and has no envelope.
    """

    method: Method
    path: str
    operation: str | None
    shape: Shape = value
    message: str | None = None
    public: bool = False
    whole_body: str | None = None
    stream: Stream | None = None
    run_at: tuple[str, ...] = ()
    fixed: Mapping[str, str] | None = None
    about: str = ""

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def has_body(self) -> bool:
        return self.method in {"POST", "PUT"}


REPLY = Stream(
    follow="FollowReply",
    deltas="FollowReplyDeltas",
    run="message_id",
    events=MappingProxyType(
        {"StepUpdated": "process_step", "MessageCompleted": "done", "MessageFailed": "error"}
    ),
    location="/api/messages/{}/stream",
)

ROUTES: tuple[Endpoint, ...] = (
    # Public
    Endpoint(
        "GET",
        "/api/health",
        "Health",
        bare,
        public=True,
        about="Whether the server answers; for administrators also what contains the tools' code",
    ),
    Endpoint(
        "GET",
        "/api",
        None,
        fixed={"name": "Luxx", "version": __version__, "description": "AI Chat API"},
        public=True,
        about="What this server is",
    ),
    # Accounts
    Endpoint(
        "POST",
        "/api/auth/register",
        "Register",
        message="Registration successful",
        public=True,
        about="Register",
    ),
    Endpoint(
        "POST",
        "/api/auth/login",
        "Login",
        message="Login successful",
        public=True,
        about="Log in",
    ),
    Endpoint(
        "POST", "/api/auth/logout", "Logout", nothing, "Logout successful", about="End this session"
    ),
    Endpoint("GET", "/api/auth/me", "Me", about="Who the token belongs to"),
    Endpoint("GET", "/api/auth/users", "Users", whole, about="All users (administrators only)"),
    Endpoint(
        "PUT",
        "/api/auth/users/{user_id}",
        "UpdateUser",
        message="User updated",
        about="Change a user (administrators only)",
    ),
    # Conversations
    Endpoint("GET", "/api/conversations", "Conversations", about="A page of your conversations"),
    Endpoint(
        "POST",
        "/api/conversations",
        "CreateConversation",
        message="会话创建成功",
        about="Create a conversation",
    ),
    Endpoint("GET", "/api/conversations/{id}", "Conversation", about="One conversation"),
    Endpoint(
        "PUT",
        "/api/conversations/{id}",
        "UpdateConversation",
        message="会话更新成功",
        about="Change a conversation",
    ),
    Endpoint(
        "DELETE",
        "/api/conversations/{id}",
        "DeleteConversation",
        nothing,
        "会话删除成功",
        about="Delete a conversation with its messages",
    ),
    # Messages
    Endpoint("GET", "/api/messages", "Messages", about="The newest messages of a conversation"),
    Endpoint("POST", "/api/messages", "SendMessage", about="Send a message and wait for the reply"),
    Endpoint(
        "POST",
        "/api/messages/stream",
        "StartReply",
        stream=REPLY,
        run_at=("exchange", "assistant_message", "id"),
        about="Send a message and stream the reply",
    ),
    Endpoint("GET", "/api/messages/{message_id}", "Message", about="One message"),
    Endpoint(
        "DELETE",
        "/api/messages/{message_id}",
        "DeleteMessage",
        nothing,
        "Message deleted",
        about="Delete a message",
    ),
    Endpoint(
        "GET",
        "/api/messages/{message_id}/stream",
        REPLY.follow,
        stream=REPLY,
        about="Follow a reply from its beginning, or on from an event",
    ),
    Endpoint(
        "POST",
        "/api/messages/{message_id}/cancel",
        "CancelMessage",
        cancelled,
        about="Stop a reply where it is",
    ),
    # Providers
    Endpoint("GET", "/api/providers", "Providers", counted, about="Your model providers"),
    Endpoint(
        "POST",
        "/api/providers",
        "CreateProvider",
        message="Provider created",
        about="Add a model provider",
    ),
    Endpoint("GET", "/api/providers/{provider_id}", "Provider", about="One provider"),
    Endpoint(
        "PUT",
        "/api/providers/{provider_id}",
        "UpdateProvider",
        message="Provider updated",
        about="Change a provider",
    ),
    Endpoint(
        "DELETE",
        "/api/providers/{provider_id}",
        "DeleteProvider",
        nothing,
        "Provider deleted",
        about="Delete a provider",
    ),
    Endpoint(
        "POST",
        "/api/providers/{provider_id}/test",
        "TestProvider",
        told,
        about="Send the smallest real request to a provider",
    ),
    Endpoint(
        "GET",
        "/api/providers/{provider_id}/models",
        "ProviderModels",
        about="The models that a provider lists",
    ),
    # Tools
    Endpoint("GET", "/api/tools", "Tools", categorized, about="The tools there are"),
    Endpoint("GET", "/api/tools/{name}", "Tool", about="One tool"),
    Endpoint(
        "POST",
        "/api/tools/{name}/execute",
        "ExecuteTool",
        whole,
        whole_body="arguments",
        about="Run a tool by hand; the body is its arguments",
    ),
)
