"""Conversations."""

from luxx.errors import NotFound
from luxx.rest.replies import nothing
from luxx.rest.routes.endpoint import Endpoint

ROUTES = (
    Endpoint("GET", "/api/conversations", "Conversations", about="A page of your conversations"),
    Endpoint(
        "POST",
        "/api/conversations",
        "CreateConversation",
        message="会话创建成功",
        about="Create a conversation",
        fails=(NotFound,),
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
)
