"""Agents."""

from luxx.errors import Conflict, NotFound
from luxx.rest.replies import nothing
from luxx.rest.routes.endpoint import Endpoint

ROUTES = (
    Endpoint("GET", "/api/agents", "Agents", about="Your agents"),
    Endpoint(
        "POST",
        "/api/agents",
        "CreateAgent",
        message="Agent created",
        about="Create an agent",
        fails=(NotFound, Conflict),
    ),
    Endpoint("GET", "/api/agents/{agent_id}", "Agent", about="One agent"),
    Endpoint(
        "PUT",
        "/api/agents/{agent_id}",
        "UpdateAgent",
        message="Agent updated",
        about="Change an agent; the rooms that it is in stay as they are",
    ),
    Endpoint(
        "DELETE",
        "/api/agents/{agent_id}",
        "DeleteAgent",
        nothing,
        "Agent deleted",
        about="Delete an agent; its copies in rooms stay",
    ),
)
