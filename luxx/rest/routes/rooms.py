"""Rooms: the task, those who discuss it, and what they said."""

from types import MappingProxyType

from luxx.errors import Conflict, NotFound, RateLimited
from luxx.rest.replies import discussed, nothing
from luxx.rest.routes.endpoint import Endpoint, Stream

DISCUSSION = Stream(
    follow="FollowRoom",
    deltas="FollowRoomDeltas",
    run="room_id",
    events=MappingProxyType(
        {
            "RoomStarted": "room_started",
            "RoundStarted": "round_start",
            "MessageStarted": "message_start",
            "MessageChunk": "message_chunk",
            "StepUpdated": "process_step",
            "MessageEnded": "message_end",
            "MessageStored": "message",
            "RoundEnded": "round_end",
            "RoomCompleted": "room_completed",
            "RoomPaused": "room_paused",
            "AgentFailed": "agent_error",
            "RoomFailed": "error",
        }
    ),
    location="/api/chat-rooms/{}/stream",
    lifted=MappingProxyType({"MessageStored": "message"}),
    broken=MappingProxyType({"type": "error"}),
)

ROUTES = (
    Endpoint("GET", "/api/chat-rooms", "Rooms", about="A page of your rooms"),
    Endpoint(
        "POST",
        "/api/chat-rooms",
        "CreateRoom",
        message="Room created",
        about="Create a room with its agents",
        fails=(NotFound,),
    ),
    Endpoint("GET", "/api/chat-rooms/{room_id}", "Room", about="One room"),
    Endpoint(
        "PUT",
        "/api/chat-rooms/{room_id}",
        "UpdateRoom",
        message="Room updated",
        about="Change a room; status idle resets it, paused stops it",
        fails=(Conflict,),
    ),
    Endpoint(
        "DELETE",
        "/api/chat-rooms/{room_id}",
        "DeleteRoom",
        nothing,
        "Room deleted",
        about="Delete a room with its messages",
    ),
    Endpoint(
        "POST",
        "/api/chat-rooms/{room_id}/start",
        "StartRoom",
        stream=DISCUSSION,
        run_at=("room", "id"),
        about="Begin the discussion, or go on with it, and stream it",
        fails=(Conflict, RateLimited),
    ),
    Endpoint(
        "GET",
        "/api/chat-rooms/{room_id}/stream",
        DISCUSSION.follow,
        stream=DISCUSSION,
        about="Follow a room from the beginning of its run, or on from an event",
        fails=(RateLimited,),
    ),
    Endpoint(
        "POST",
        "/api/chat-rooms/{room_id}/stop",
        "StopRoom",
        message="Room stopped",
        about="Pause the discussion",
    ),
    Endpoint(
        "POST",
        "/api/chat-rooms/{room_id}/reset",
        "ResetRoom",
        message="Room reset",
        about="Delete what was said and begin anew",
    ),
    Endpoint(
        "GET",
        "/api/chat-rooms/{room_id}/messages",
        "RoomMessages",
        discussed,
        about="The newest messages of a room",
    ),
    Endpoint(
        "POST",
        "/api/chat-rooms/{room_id}/agents",
        "AddRoomAgent",
        message="Agent added",
        about="Seat an agent in a room",
        fails=(Conflict,),
    ),
    Endpoint(
        "PUT",
        "/api/chat-rooms/{room_id}/agents/{agent_id}",
        "UpdateRoomAgent",
        message="Agent updated",
        about="Change an agent of a room, or move it",
        fails=(Conflict,),
    ),
    Endpoint(
        "DELETE",
        "/api/chat-rooms/{room_id}/agents/{agent_id}",
        "RemoveRoomAgent",
        nothing,
        "Agent removed",
        about="Remove an agent from a room",
        fails=(Conflict,),
    ),
)
