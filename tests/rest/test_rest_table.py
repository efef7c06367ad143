"""The table covers the documented API, and every stored operation fits the schema."""

import re
from pathlib import Path

import pytest
from starlette.requests import Request

from luxx import operations
from luxx.rest.api import Context
from luxx.rest.binding import bind_all
from luxx.rest.routes import ROUTES
from luxx.schema import schema

DOCUMENTED = """
GET /api/health
GET /api/
POST /api/auth/register
POST /api/auth/login
POST /api/auth/logout
GET /api/auth/me
GET /api/auth/users
PUT /api/auth/users/{user_id}
GET /api/conversations/
POST /api/conversations/
GET /api/conversations/{id}
PUT /api/conversations/{id}
DELETE /api/conversations/{id}
GET /api/messages/
POST /api/messages/
POST /api/messages/stream
DELETE /api/messages/{message_id}
GET /api/providers/
POST /api/providers/
GET /api/providers/{provider_id}
PUT /api/providers/{provider_id}
DELETE /api/providers/{provider_id}
POST /api/providers/{provider_id}/test
GET /api/tools/
GET /api/tools/{name}
POST /api/tools/{name}/execute
GET /api/agents/
POST /api/agents/
GET /api/agents/{agent_id}
PUT /api/agents/{agent_id}
DELETE /api/agents/{agent_id}
GET /api/chat-rooms/
POST /api/chat-rooms/
GET /api/chat-rooms/{room_id}
PUT /api/chat-rooms/{room_id}
DELETE /api/chat-rooms/{room_id}
POST /api/chat-rooms/{room_id}/start
POST /api/chat-rooms/{room_id}/stop
POST /api/chat-rooms/{room_id}/reset
GET /api/chat-rooms/{room_id}/messages
POST /api/chat-rooms/{room_id}/agents
PUT /api/chat-rooms/{room_id}/agents/{agent_id}
DELETE /api/chat-rooms/{room_id}/agents/{agent_id}
"""
ADDED = """
GET /api/ready
GET /api/messages/{message_id}
GET /api/messages/{message_id}/stream
POST /api/messages/{message_id}/cancel
GET /api/providers/{provider_id}/models
GET /api/chat-rooms/{room_id}/stream
"""
MESSAGES = {
    "POST /api/auth/register": "Registration successful",
    "POST /api/auth/login": "Login successful",
    "POST /api/auth/logout": "Logout successful",
    "POST /api/conversations": "会话创建成功",
    "POST /api/agents": "Agent created",
    "POST /api/chat-rooms": "Room created",
}


def names(listing: str) -> set[str]:
    return {line.rstrip("/") for line in listing.strip().splitlines()}


def test_the_table_is_the_documented_api_and_its_named_additions() -> None:
    assert {f"{route.method} {route.path}" for route in ROUTES} == names(DOCUMENTED) | names(ADDED)


def test_no_method_of_a_path_is_listed_twice() -> None:
    keys = [(route.method, route.path) for route in ROUTES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("key", "message"), MESSAGES.items())
def test_documented_messages_are_exact(key: str, message: str) -> None:
    found = {f"{route.method} {route.path}": route.message for route in ROUTES}
    assert found[key] == message


def test_every_stored_operation_has_a_route_but_those_of_the_client() -> None:
    used = {route.operation for route in ROUTES}
    for route in ROUTES:
        if route.stream is not None:
            used |= {route.stream.follow, route.stream.deltas}
    own = {"BeginReply", "WatchReply", "ConversationMessages", "RoomHistory"}
    assert used - {None} == set(operations.load().operations) - own


def test_every_route_says_what_it_is_about() -> None:
    assert all(route.about for route in ROUTES)


def unasked(_request: Request) -> Context:
    pytest.fail("nothing is asked")


def test_only_real_enums_need_changing() -> None:
    """A converter visits what holds enums and nothing else."""
    bindings = bind_all(schema._schema, operations.load())
    assert bindings["Conversation"].converter() is None
    assert bindings["Me"].converter() is not None


def test_every_endpoint_is_explained_with_an_example() -> None:
    """docs/api.md has a section with a curl call for each row, and no other."""
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    sections = re.split(r"^### `(\w+ [^`]+)`$", text, flags=re.MULTILINE)
    explained = dict(zip(sections[1::2], sections[2::2], strict=True))
    listed = {f"{route.method} {route.path}" for route in ROUTES}
    assert {name.rstrip("/") for name in explained} == listed
    assert all("```sh\ncurl " in section for section in explained.values())
