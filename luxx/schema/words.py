"""Words: what each field and argument means, for people, editors and the REST reference.

A field is known by its name, or by `Type.name` where a type means something of its own; an input's
fields are those of what it makes or changes, and an argument's type is the field that takes it.
"""

import re
from collections.abc import Mapping

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)

_INPUT = re.compile(r"^(?:Create|Update|Send)?(\w+?)Input$")
_ROOTS = {"Query", "Mutation", "Subscription"}

_PAGE = {
    "page": "The page, from 1.",
    "pageSize": "How many a page has.",
    "total": "How many there are.",
    "items": "What is on the page.",
    "limit": "How many of the newest.",
    "before": "Only what is older than the message with this id.",
    "input": "What is given; what is left out has its default, or stays as it is.",
}
_ACCOUNTS = {
    "User.id": "The user.",
    "updateUser.id": "The user.",
    "user": "The user.",
    "username": "3 to 32 letters, digits and `_.-`; upper and lower case are one name.",
    "login.username": "The user's name.",
    "email": "An e-mail address.",
    "password": "8 characters or more.",
    "login.password": "The user's password.",
    "role": "An administrator may change users and see every use of a tool.",
    "permissionLevel": "The tools that the user may run.",
    "workspacePath": "The folder of the user's tools; null for the server's choice.",
    "isActive": "Whether the user may log in.",
    "accessToken": "Send it as `Authorization: Bearer <token>`.",
    "tokenType": "The kind of token.",
    "userId": "The owner.",
    "Session.user": "Who is logged in.",
    "toolExecutions.userId": "Only those of this user.",
    "Query.me": "Who the token belongs to.",
    "Query.users": "All users, for administrators.",
    "Mutation.register": "Makes an account, where the server takes strangers.",
    "Mutation.login": "Begins a session; its token is sent with every request.",
    "Mutation.logout": "Ends this session, and the streams that it follows.",
    "Mutation.updateUser": "Changes a user, for administrators.",
}
_CONVERSATIONS = {
    "Conversation.id": "The conversation.",
    "conversation.id": "The conversation.",
    "updateConversation.id": "The conversation.",
    "deleteConversation.id": "The conversation.",
    "conversationId": "The conversation.",
    "conversations.projectId": "Only those with this mark.",
    "projectId": "A mark of your own to list by.",
    "title": "Its name.",
    "Conversation.title": "Its name; without one the first message gives it.",
    "firstMessage": "How the first message begins (200 characters); null where there is none.",
    "provider": "The provider; null where it was deleted, or the default one is meant.",
    "providerId": "The provider; null for your default one.",
    "model": "The model; empty for the provider's default one.",
    "systemPrompt": "What the model is told first.",
    "temperature": "How freely the model writes.",
    "maxTokens": "How many tokens a reply may have.",
    "thinkingEnabled": "Whether the model thinks aloud first.",
    "createdAt": "When it was made.",
    "updatedAt": "When it last changed.",
    "Query.conversations": "Your conversations, the one changed last first.",
    "Query.conversation": "One of your conversations.",
    "Mutation.createConversation": "Makes a conversation.",
    "Mutation.updateConversation": "Changes what is given.",
    "Mutation.deleteConversation": "Deletes it with its messages; a running reply is stopped.",
}
_MESSAGES = {
    "cursor": "Pass the last one seen as `after` to go on.",
    "Message.id": "The message.",
    "message.id": "The message.",
    "cancelMessage.id": "The message.",
    "deleteMessage.id": "The message.",
    "messageId": "The message.",
    "content": "The message's text.",
    "userMessage": "What you said.",
    "assistantMessage": "The reply.",
    "text": "The same as `content`.",
    "attachments": "Always empty.",
    "processSteps": "How the reply came about, in the order of rendering.",
    "tokenCount": "Tokens of the text.",
    "usage": "What the provider counted; null where it said nothing.",
    "promptTokens": "Tokens that the model read.",
    "completionTokens": "Tokens that the model wrote.",
    "totalTokens": "Both.",
    "estimated": "Whether the provider said nothing, and the tokens were counted here.",
    "Message.status": "How it is; while it is running its text is in its stream only.",
    "status": "How it ended.",
    "error": "Why it failed or ended early.",
    "MessageFailed.content": "Why the reply ended early.",
    "code": "Why, for programs: CANCELLED, INTERRUPTED, or the code of an error.",
    "enabledTools": "Names of tools; left out means all that your level allows.",
    "idempotencyKey": (
        "Makes repeating the request safe: the same key finds what the first one started."
    ),
    "wait": "Whether to return when the reply has ended.",
    "after": "Only what comes after the event with this cursor.",
    "step": "A step as it is now; it replaces what you have for its `id`.",
    "delta": "What is new: append it.",
    "Query.message": "One of your messages.",
    "Mutation.deleteMessage": "Deletes it; a running reply is stopped first.",
}
_STEPS = {
    "Step.id": "The step's name in its message.",
    "index": "Its place.",
    "type": "What kind it is.",
    "callId": "The call that this is, or answers.",
    "arguments": "What the model calls the tool with: JSON text.",
    "executeTool.arguments": "The tool's arguments, as its `parameters` say.",
    "success": "Whether it went well.",
}
_PROVIDERS = {
    "Provider.id": "The provider.",
    "provider.id": "The provider.",
    "updateProvider.id": "The provider.",
    "deleteProvider.id": "The provider.",
    "testProvider.id": "The provider.",
    "Provider.name": "Your name for it.",
    "providerType": "The wire format; OpenAI's is that of every compatible API.",
    "baseUrl": "Where its API is.",
    "apiKey": "Stored sealed and never shown.",
    "hasApiKey": "Whether a key is stored.",
    "defaultModel": "The model where none is named.",
    "isDefault": "Whether it is taken where none is named.",
    "enabled": "Whether it may be used.",
    "statusCode": "The HTTP status; 0 where it could not be reached.",
    "responseBody": "The beginning of the answer.",
    "Query.providers": "Your model providers.",
    "Query.provider": "One of your model providers.",
    "Mutation.createProvider": "Adds a model provider; the first one becomes the default one.",
    "Mutation.updateProvider": "Changes what is given.",
    "Mutation.deleteProvider": "Deletes it; another one becomes the default one.",
    "Mutation.testProvider": "Sends the smallest real request.",
}
_TOOLS = {
    "Tool.name": "The tool.",
    "ToolCallStep.name": "The tool.",
    "ToolResultStep.name": "The tool.",
    "ToolResultStep.content": "What the tool gave: JSON text.",
    "tool.name": "The tool.",
    "tools.category": "Only those of this category.",
    "executeTool.name": "The tool.",
    "tool": "The tool.",
    "toolExecutions.tool": "Only those of this tool.",
    "toolExecutions.outcome": "Only those that ended so.",
    "ToolExecution.id": "The use.",
    "ToolExecution.user": "Who used it.",
    "caller": "Whether a model used it, or a user by hand.",
    "outcome": "How it ended.",
    "argumentBytes": "The size of what it was asked.",
    "resultBytes": "The size of what it gave.",
    "durationMs": "Milliseconds that it took.",
    "description": "What it does.",
    "category": "What it has to do with.",
    "requiredPermission": "The level that a user needs to run it.",
    "Query.tools": "The tools there are.",
    "Query.tool": "One tool.",
    "Mutation.executeTool": "Runs a tool by hand; gives any JSON value.",
}
_ROOMS = {
    "Agent.id": "The agent.",
    "agent.id": "The agent.",
    "updateAgent.id": "The agent.",
    "deleteAgent.id": "The agent.",
    "agentId": "The agent that the seat is a copy of; null where it was made for the room.",
    "Agent.name": "What it is called.",
    "Agent.role": "What it is there for.",
    "color": "`#rrggbb`.",
    "Room.id": "The room.",
    "room.id": "The room.",
    "updateRoom.id": "The room.",
    "deleteRoom.id": "The room.",
    "startRoom.id": "The room.",
    "stopRoom.id": "The room.",
    "resetRoom.id": "The room.",
    "roomId": "The room.",
    "task": "What is discussed.",
    "Room.status": (
        "How the discussion stands; to set it to idle resets the room, to paused stops it."
    ),
    "maxRounds": "How many rounds there are.",
    "messageCount": "How many messages there are, the task among them.",
    "agents": "Who speaks, in the order of speaking.",
    "RoomAgent.agent": "The agent that the seat is a copy of; null where there is none.",
    "RoomAgent.id": "The agent's seat in this room.",
    "updateRoomAgent.id": "The agent's seat in this room.",
    "removeRoomAgent.id": "The agent's seat in this room.",
    "RoomAgent.name": "What it is called.",
    "RoomAgent.role": "What it is there for.",
    "turnOrder": "The agent's place, from 0.",
    "senderName": "Who speaks.",
    "senderColor": "The speaker's colour.",
    "roundNumber": "The round, from 1; the task is in round 0.",
    "round": "The round, from 1.",
    "totalRounds": "How many rounds were spoken.",
    "MessageChunk.delta": "What is new.",
    "accumulated": "All of it so far.",
    "AgentFailed.agent": "Who failed.",
    "AgentFailed.error": "Why it failed.",
    "RoomFailed.content": "Why nobody could speak.",
    "Query.agents": "Your agents.",
    "Query.agent": "One of your agents.",
    "Mutation.createAgent": "Makes an agent: a persona to be seated in rooms.",
    "Mutation.updateAgent": "Changes what is given; rooms keep the copies that they have.",
    "Mutation.deleteAgent": "Deletes it; its copies in rooms stay.",
    "Query.rooms": "Your rooms, the one changed last first.",
    "Query.room": "One of your rooms.",
    "Mutation.createRoom": "Makes a room with its agents.",
    "Mutation.updateRoom": "Changes what is given.",
    "Mutation.deleteRoom": "Deletes it with all that was said; a discussion is stopped.",
    "Mutation.addRoomAgent": "Seats one more agent; it speaks last.",
    "Mutation.updateRoomAgent": "Changes a seat, or moves it.",
    "Mutation.removeRoomAgent": "Removes an agent from its room; what it said stays.",
}
_SERVER = {
    "message": "For the person who reads it.",
    "MessageStored.message": "The message as it is stored.",
    "Ready.status": "Whether requests can be sent here.",
    "database": "Whether the database answers.",
    "Query.health": "Whether the server answers, and what it stands on.",
}
WORDS: Mapping[str, str] = {
    **_PAGE, **_ACCOUNTS, **_CONVERSATIONS, **_MESSAGES, **_STEPS,
    **_PROVIDERS, **_TOOLS, **_ROOMS, **_SERVER,
}  # fmt: skip


def describe(schema: GraphQLSchema) -> None:
    """Give every field and argument that says nothing of itself what is known of it."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                field.description = field.description or word(subject(kind.name), name)
        elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)) and not _is_own(kind):
            _describe_fields(kind)


def _describe_fields(kind: GraphQLObjectType | GraphQLInterfaceType) -> None:
    shared = {name: each.name for each in kind.interfaces for name in each.fields}
    for name, field in kind.fields.items():
        if kind.name in _ROOTS:
            known = WORDS.get(f"{kind.name}.{name}")
        else:
            known = word(shared.get(name, kind.name), name)
        field.description = field.description or known
        for argument, definition in field.args.items():
            definition.description = definition.description or word(name, argument)


def word(owner: str, name: str) -> str | None:
    return WORDS.get(f"{owner}.{name}") or WORDS.get(name)


def subject(name: str) -> str:
    """The type that an input makes or changes, by their names."""
    match = _INPUT.match(name)
    return match[1] if match else name


def _is_own(kind: GraphQLNamedType) -> bool:
    """Whether it is a type of introspection."""
    return kind.name.startswith("__")
