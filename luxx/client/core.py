"""The async client: one method for each thing that can be asked, typed, without a state of its own.

Everything is a stored operation of `luxx.operations`, sent over HTTP. Errors are those of
`luxx.errors`, as the server reports them; Unavailable where it does not answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import msgspec

from luxx import operations
from luxx.client.following import follow
from luxx.client.transport import Transport
from luxx.client.types import (
    Agent,
    Conversation,
    Message,
    Provider,
    ProviderTest,
    ReplyEvent,
    RoomEvent,
    RoomInfo,
    Session,
    Tool,
    User,
)
from luxx.errors import Unavailable

T = TypeVar("T")
#: Messages that are read at a time.
PAGE = 200
#: How often a start is sent again, and after how many seconds: it carries a key, so that what
#: arrived already is not done twice.
START_ATTEMPTS, START_PAUSE = 4, 0.5


class AsyncClient:
    """A server and a login. Belongs to one event loop; close it, or use it as a context."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        renew: Callable[[], Awaitable[str]] | None = None,
        again: str = "",
    ) -> None:
        self.url = url
        #: The Python that connects to the same server another time; no secret is in it.
        self.again = again or f"luxx.connect({url!r})  # with the login in LUXX_TOKEN"
        self._transport = Transport(url, token=token, renew=renew)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._transport.close()

    async def execute(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """Any operation of your own."""
        return await self._transport.execute(document, variables)

    def subscribe(self, document: str, /, **variables: Any) -> AsyncGenerator[dict[str, Any]]:
        """The results of any subscription of your own; a broken connection is Unavailable."""
        return self._transport.subscribe(document, variables)

    async def _call(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """A variable that is None is left out: the server's default counts."""
        given = {key: value for key, value in variables.items() if value is not None}
        return await self._transport.execute(operations.load()[name].text, given)

    async def _start(self, name: str, /, **variables: Any) -> dict[str, Any]:
        key = uuid4().hex
        for attempt in range(START_ATTEMPTS):
            try:
                return await self._call(name, **variables, idempotency_key=key)
            except Unavailable:
                if attempt == START_ATTEMPTS - 1:
                    raise
            await asyncio.sleep(START_PAUSE * 2**attempt)
        raise AssertionError

    def _watch(self, name: str, given: Mapping[str, Any]) -> Callable[..., Any]:
        document = operations.load()[name].text
        return lambda more: self._transport.subscribe(document, {**given, **more})

    # Accounts

    async def login(self, username: str, password: str) -> Session:
        data = await self._call("Login", username=username, password=password)
        return _read(Session, data["session"])

    async def me(self) -> User:
        return _read(User, (await self._call("Me"))["user"])

    # Providers

    async def providers(self) -> list[Provider]:
        return _read(list[Provider], (await self._call("Providers"))["providers"])

    async def create_provider(self, **fields: Any) -> Provider:
        return _read(Provider, (await self._call("CreateProvider", **fields))["provider"])

    async def update_provider(self, provider_id: int, **fields: Any) -> Provider:
        data = await self._call("UpdateProvider", provider_id=provider_id, **fields)
        return _read(Provider, data["provider"])

    async def delete_provider(self, provider_id: int) -> None:
        await self._call("DeleteProvider", provider_id=provider_id)

    async def provider_models(self, provider_id: int) -> list[str]:
        data = await self._call("ProviderModels", provider_id=provider_id)
        return _read(list[str], data["provider"]["models"])

    async def test_provider(self, provider_id: int) -> ProviderTest:
        data = await self._call("TestProvider", provider_id=provider_id)
        return _read(ProviderTest, data["test"])

    # Tools

    async def tools(self) -> list[Tool]:
        return _read(list[Tool], (await self._call("Tools"))["tools"])

    async def execute_tool(self, name: str, arguments: Mapping[str, Any]) -> Any:
        return (await self._call("ExecuteTool", name=name, arguments=dict(arguments)))["result"]

    # Conversations

    async def conversations(self, page: int = 1, page_size: int = 20) -> list[Conversation]:
        """One page, the newest first."""
        data = await self._call("Conversations", page=page, page_size=page_size)
        return _read(list[Conversation], data["page"]["items"])

    async def conversation(self, conversation_id: str) -> Conversation:
        data = await self._call("Conversation", id=conversation_id)
        return _read(Conversation, data["conversation"])

    async def create_conversation(self, **fields: Any) -> Conversation:
        data = await self._call("CreateConversation", **fields)
        return _read(Conversation, data["conversation"])

    async def update_conversation(self, conversation_id: str, **fields: Any) -> Conversation:
        data = await self._call("UpdateConversation", id=conversation_id, **fields)
        return _read(Conversation, data["conversation"])

    async def delete_conversation(self, conversation_id: str) -> None:
        await self._call("DeleteConversation", id=conversation_id)

    async def messages(self, conversation_id: str) -> list[Message]:
        """All of them, oldest first."""
        read = partial(self._call, "ConversationMessages", conversation_id=conversation_id)
        return await _all_messages(read, "conversation")

    async def message(self, message_id: str) -> Message:
        return _read(Message, (await self._call("Message", message_id=message_id))["message"])

    async def begin_reply(
        self,
        conversation_id: str,
        content: str,
        *,
        thinking: bool | None = None,
        tools: Sequence[str] | None = None,
    ) -> tuple[Message, Message]:
        """Send; the user's message and the reply, which is being written: follow it."""
        data = await self._start(
            "BeginReply",
            conversation_id=conversation_id,
            content=content,
            thinking_enabled=thinking,
            enabled_tools=None if tools is None else list(tools),
        )
        exchange = data["exchange"]
        return (
            _read(Message, exchange["user_message"]),
            _read(Message, exchange["assistant_message"]),
        )

    def follow_reply(self, message_id: str, after: str | None = None) -> AsyncGenerator[ReplyEvent]:
        """Its events to the last, through broken connections; from the first one, or `after`."""
        subscribe = self._watch("WatchReply", {"message_id": message_id})
        return follow(subscribe, _read_reply_event, after=after)

    async def cancel(self, message_id: str) -> Message:
        data = await self._call("CancelMessage", message_id=message_id)
        return _read(Message, data["message"])

    async def delete_message(self, message_id: str) -> None:
        await self._call("DeleteMessage", message_id=message_id)

    # Agents and rooms

    async def agents(self) -> list[Agent]:
        return _read(list[Agent], (await self._call("Agents"))["agents"])

    async def create_agent(self, **fields: Any) -> Agent:
        return _read(Agent, (await self._call("CreateAgent", **fields))["agent"])

    async def update_agent(self, agent_id: int, **fields: Any) -> Agent:
        data = await self._call("UpdateAgent", agent_id=agent_id, **fields)
        return _read(Agent, data["agent"])

    async def rooms(self, page: int = 1, page_size: int = 20) -> list[RoomInfo]:
        """One page, the newest first."""
        data = await self._call("Rooms", page=page, page_size=page_size)
        return _read(list[RoomInfo], data["page"]["items"])

    async def room(self, room_id: str) -> RoomInfo:
        return _read(RoomInfo, (await self._call("Room", room_id=room_id))["room"])

    async def create_room(self, **fields: Any) -> RoomInfo:
        """`agents` are inputs as GraphQL names them (RoomAgentInput)."""
        return _read(RoomInfo, (await self._call("CreateRoom", **fields))["room"])

    async def update_room(self, room_id: str, **fields: Any) -> RoomInfo:
        data = await self._call("UpdateRoom", room_id=room_id, **fields)
        return _read(RoomInfo, data["room"])

    async def delete_room(self, room_id: str) -> None:
        await self._call("DeleteRoom", room_id=room_id)

    async def room_messages(self, room_id: str) -> list[Message]:
        """All of them, oldest first; the task is the first."""
        return await _all_messages(partial(self._call, "RoomHistory", room_id=room_id), "room")

    async def start_room(self, room_id: str) -> None:
        await self._start("StartRoom", room_id=room_id)

    async def stop_room(self, room_id: str) -> RoomInfo:
        return _read(RoomInfo, (await self._call("StopRoom", room_id=room_id))["room"])

    async def reset_room(self, room_id: str) -> RoomInfo:
        return _read(RoomInfo, (await self._call("ResetRoom", room_id=room_id))["room"])

    def follow_room(self, room_id: str, after: str | None = None) -> AsyncGenerator[RoomEvent]:
        """The events of its run to the last, through broken connections.

        A room that has not started is waited for.
        """
        subscribe = self._watch("FollowRoomDeltas", {"room_id": room_id})
        return follow(subscribe, _read_room_event, after=after)


def _read(kind: type[T], data: Any) -> T:
    return msgspec.convert(data, kind)


def _read_reply_event(data: Any) -> ReplyEvent:
    return msgspec.convert(data, ReplyEvent)  # type: ignore[no-any-return]


def _read_room_event(data: Any) -> RoomEvent:
    return msgspec.convert(data, RoomEvent)  # type: ignore[no-any-return]


async def _all_messages(
    read: Callable[..., Awaitable[dict[str, Any]]], owner: str
) -> list[Message]:
    found: list[Message] = []
    before: str | None = None
    while True:
        data = await read(limit=PAGE, before=before)
        page: list[Message] = _read(list[Message], data[owner]["messages"])
        found[:0] = page
        if len(page) < PAGE:
            return found
        before = page[0].id
