"""Every documented request of the REST API, in an order in which each finds what it needs."""

import re

from rest.contract import (
    ACCOUNT,
    AGENT,
    CATEGORIES,
    CONVERSATION,
    EVENTS,
    MESSAGE,
    PROVIDER,
    ROOM,
    ROOM_EVENTS,
    ROOM_MESSAGE,
    ROOM_SUMMARY,
    SEAT,
    TOOL,
    USAGE,
    USER,
    Row,
    ok,
)

ROWS = (
    Row("GET /api/ready", {"status": "ready", "database": "ok", "queue": "ok"}, by=""),
    Row("GET /api/health", {"status": "ok", "message": "Luxx API is running"}, by=""),
    Row("GET /api/", {"name": "Luxx", "version": "1.0.0", "description": "AI Chat API"}, by=""),
    Row(
        "POST /api/auth/register",
        ok({"id": int, "username": "string"}, "Registration successful"),
        {"username": "string", "email": "user@example.com", "password": "string 8"},
        by="",
        keep="user_id",
    ),
    Row(
        "POST /api/auth/login",
        ok({"access_token": str, "token_type": "bearer", "user": ACCOUNT}, "Login successful"),
        {"username": "string", "password": "string 8"},
        by="",
    ),
    Row("GET /api/auth/me", ok(USER)),
    Row("GET /api/auth/users", ok({"users": [USER]}), by="admin"),
    Row(
        "PUT /api/auth/users/{user_id}",
        ok({**USER, "permission_level": 2}, "User updated"),
        {"permission_level": 2},
        by="admin",
    ),
    Row(
        "POST /api/providers/",
        ok({**PROVIDER, "is_default": True, "max_tokens": 8192}, "Provider created"),
        {
            "name": "DeepSeek",
            "provider_type": "{wire}",
            "base_url": "{model_url}",
            "api_key": "{key}",
            "default_model": "deepseek-chat",
            "is_default": True,
        },
        keep="provider_id",
    ),
    Row("GET /api/providers/", ok({"providers": [PROVIDER], "total": 1})),
    Row("GET /api/providers/{provider_id}", ok(PROVIDER)),
    Row(
        "PUT /api/providers/{provider_id}",
        ok({**PROVIDER, "name": "新名称", "max_tokens": 16384}, "Provider updated"),
        {
            "name": "新名称",
            "base_url": "{model_url}",
            "api_key": "{key}",
            "default_model": "gpt-4",
            "max_tokens": 16384,
            "is_default": False,
            "enabled": True,
        },
    ),
    Row(
        "POST /api/providers/{provider_id}/test",
        ok(
            {"status_code": 200, "success": True, "response_body": str},
            re.compile("HTTP 200: .+"),
        ),
    ),
    Row("GET /api/providers/{provider_id}/models", ok({"models": ["luxx-demo"]})),
    Row(
        "POST /api/conversations/",
        ok({**CONVERSATION, "project_id": "p", "model": "deepseek-chat"}, "会话创建成功"),
        {
            "project_id": "p",
            "title": "新会话",
            "model": "deepseek-chat",
            "provider_id": "{provider_id}",
            "system_prompt": "You are a helpful assistant.",
            "temperature": 0.7,
            "max_tokens": 2000,
            "thinking_enabled": False,
        },
        keep="id",
    ),
    Row(
        "GET /api/conversations/",
        ok({"items": [CONVERSATION], "total": 1, "page": 1, "page_size": 20}),
    ),
    Row(
        "GET /api/conversations/",
        ok({"items": [CONVERSATION], "total": 1, "page": 1, "page_size": 5}),
        query={"project_id": "p", "page": 1, "page_size": 5},
    ),
    Row("GET /api/conversations/{id}", ok(CONVERSATION)),
    Row(
        "PUT /api/conversations/{id}",
        ok({**CONVERSATION, "title": "新标题", "temperature": 0.8}, "会话更新成功"),
        {
            "title": "新标题",
            "model": "gpt-4",
            "provider_id": "{provider_id}",
            "system_prompt": "You are...",
            "temperature": 0.8,
            "max_tokens": 4000,
            "thinking_enabled": True,
        },
    ),
    Row(
        "POST /api/messages/",
        ok(
            {
                "user_message": {**MESSAGE, "role": "user", "process_steps": [], "usage": None},
                "assistant_message": {**MESSAGE, "role": "assistant", "usage": USAGE},
            }
        ),
        {"conversation_id": "{id}", "content": "用户消息", "thinking_enabled": False},
    ),
    Row(
        "POST /api/messages/stream",
        EVENTS,
        {
            "conversation_id": "{id}",
            "content": "用户消息",
            "thinking_enabled": True,
            "enabled_tools": ["file_read", "process_data"],
        },
        keep="message_id",
    ),
    Row("GET /api/messages/{message_id}/stream", EVENTS),
    Row("GET /api/messages/{message_id}", ok({**MESSAGE, "status": "completed"})),
    Row(
        "POST /api/messages/{message_id}/cancel",
        ok({**MESSAGE, "status": "completed"}, "The message had ended already"),
    ),
    Row(
        "GET /api/messages/",
        ok({"messages": [MESSAGE], "title": "新标题", "first_message": "用户消息"}),
        query={"conversation_id": "{id}", "limit": 100},
    ),
    Row("DELETE /api/messages/{message_id}", ok(message="Message deleted")),
    Row(
        "GET /api/tools/",
        ok(
            {
                "tools": [TOOL],
                "categorized": {name: [TOOL] for name in CATEGORIES},
                "total": int,
            }
        ),
    ),
    Row("GET /api/tools/", ok(dict), query={"category": "file"}),
    Row("GET /api/tools/{name}", ok({**TOOL, "name": "process_data", "category": "data"})),
    Row(
        "POST /api/tools/{name}/execute",
        ok({"result": [1, 2]}),
        {"data": '{"a": [1, 2]}', "operation": "query", "query": "a"},
    ),
    Row(
        "POST /api/agents/",
        ok({**AGENT, "name": "代码助手", "color": "#10b981"}, "Agent created"),
        {
            "name": "代码助手",
            "role": "专注于 Python 和 JavaScript 开发",
            "provider_id": "{provider_id}",
            "model": "deepseek-chat",
            "system_prompt": "You are a helpful coding assistant.",
            "color": "#10b981",
        },
        keep="agent_id",
    ),
    Row("GET /api/agents/", ok([AGENT])),
    Row("GET /api/agents/{agent_id}", ok(AGENT)),
    Row(
        "PUT /api/agents/{agent_id}",
        ok({**AGENT, "name": "新名称", "color": "#ff6b6b"}, "Agent updated"),
        {
            "name": "新名称",
            "role": "新的角色描述",
            "system_prompt": "新的系统提示...",
            "color": "#ff6b6b",
        },
    ),
    Row(
        "POST /api/chat-rooms/",
        ok({**ROOM, "status": "idle", "max_rounds": 5, "current_round": 0}, "Room created"),
        {
            "title": "项目讨论",
            "task": "讨论新功能的实现方案",
            "max_rounds": 5,
            "agents": [
                {"agent_id": "{agent_id}", "name": "代码助手", "role": "后端开发"},
                {
                    "name": "测试助手",
                    "role": "QA 工程师",
                    "provider_id": "{provider_id}",
                    "model": "deepseek-chat",
                    "system_prompt": "你是一个测试工程师...",
                    "color": "#f59e0b",
                },
            ],
        },
        keep="room_id",
    ),
    Row(
        "GET /api/chat-rooms/",
        ok({"items": [ROOM_SUMMARY], "total": 1, "page": 1, "page_size": 20}),
    ),
    Row(
        "GET /api/chat-rooms/",
        ok({"items": [], "total": 1, "page": 2, "page_size": 5}),
        query={"page": 2, "page_size": 5},
    ),
    Row("GET /api/chat-rooms/{room_id}", ok({**ROOM, "message_count": 0})),
    Row(
        "PUT /api/chat-rooms/{room_id}",
        ok({**ROOM, "title": "新标题", "max_rounds": 10, "status": "idle"}, "Room updated"),
        {"title": "新标题", "task": "新的任务描述", "max_rounds": 10, "status": "idle"},
    ),
    Row(
        "POST /api/chat-rooms/{room_id}/agents",
        ok({**SEAT, "name": "自定义名称", "turn_order": 2}, "Agent added"),
        {"agent_id": "{agent_id}", "name": "自定义名称", "role": "自定义角色"},
        keep="agent_id",
    ),
    Row(
        "PUT /api/chat-rooms/{room_id}/agents/{agent_id}",
        ok({**SEAT, "name": "新名称", "role": "新角色", "turn_order": 2}, "Agent updated"),
        {"name": "新名称", "role": "新角色", "turn_order": 2},
    ),
    Row("DELETE /api/chat-rooms/{room_id}/agents/{agent_id}", ok(message="Agent removed")),
    Row("PUT /api/chat-rooms/{room_id}", ok(ROOM, "Room updated"), {"max_rounds": 1}),
    Row("POST /api/chat-rooms/{room_id}/start", ROOM_EVENTS, {}),
    Row("GET /api/chat-rooms/{room_id}/stream", ROOM_EVENTS),
    Row(
        "GET /api/chat-rooms/{room_id}/messages",
        ok({"messages": [ROOM_MESSAGE], "room": {**ROOM, "message_count": 3}}),
    ),
    Row(
        "POST /api/chat-rooms/{room_id}/stop",
        ok({**ROOM, "status": "completed", "current_round": 1}, "Room stopped"),
    ),
    Row(
        "POST /api/chat-rooms/{room_id}/reset",
        ok({**ROOM, "status": "idle", "current_round": 0, "message_count": 0}, "Room reset"),
    ),
    Row("DELETE /api/chat-rooms/{room_id}", ok(message="Room deleted")),
    Row("POST /api/agents/", ok(AGENT, "Agent created"), {"name": "代码助手"}, keep="agent_id"),
    Row("DELETE /api/agents/{agent_id}", ok(message="Agent deleted")),
    Row("DELETE /api/conversations/{id}", ok(message="会话删除成功")),
    Row("DELETE /api/providers/{provider_id}", ok(message="Provider deleted")),
    Row("POST /api/auth/logout", ok(message="Logout successful")),
)
