"""Messages of conversations, and the stream of a reply."""

from types import MappingProxyType

from luxx.errors import Conflict, NotFound, RateLimited, Upstream
from luxx.rest.replies import cancelled, nothing
from luxx.rest.routes.endpoint import Endpoint, Stream

REPLY = Stream(
    follow="FollowReply",
    deltas="FollowReplyDeltas",
    run="message_id",
    events=MappingProxyType(
        {"StepUpdated": "process_step", "MessageCompleted": "done", "MessageFailed": "error"}
    ),
    location="/api/messages/{}/stream",
    ends=True,
)

ROUTES = (
    Endpoint(
        "GET",
        "/api/messages",
        "Messages",
        about="The newest messages of a conversation",
        fails=(NotFound,),
    ),
    Endpoint(
        "POST",
        "/api/messages",
        "SendMessage",
        about="Send a message and wait for the reply",
        fails=(NotFound, Conflict, Upstream),
    ),
    Endpoint(
        "POST",
        "/api/messages/stream",
        "StartReply",
        stream=REPLY,
        run_at=("exchange", "assistant_message", "id"),
        about="Send a message and stream the reply",
        fails=(NotFound, Conflict, RateLimited),
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
        fails=(RateLimited,),
    ),
    Endpoint(
        "POST",
        "/api/messages/{message_id}/cancel",
        "CancelMessage",
        cancelled,
        about="Stop a reply where it is",
    ),
)
