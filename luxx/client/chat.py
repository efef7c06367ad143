"""A conversation: ask, watch the answer being written, ask again."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from typing import Unpack

from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.reply import Reply
from luxx.client.settings import Settings, fields_of
from luxx.client.talk import Talk
from luxx.client.transcript import Transcript, blank
from luxx.client.types import (
    Conversation,
    Event,
    Message,
    MessageRole,
    MessageStatus,
    MessageStored,
    ReplyEvent,
)
from luxx.client.view import View
from luxx.errors import BadInput, Conflict, Upstream


class Chat(Talk):
    """One conversation of the server's; display it to go on with it in the browser."""

    def __init__(
        self,
        client: AsyncClient,
        portal: Portal,
        view: View,
        conversation: Conversation,
        tools: Sequence[str] | None = None,
    ) -> None:
        """`tools` are offered to the model where a call does not say which."""
        shown = Transcript(
            "conversation", conversation.id, conversation.title, model=conversation.model
        )
        super().__init__(client, portal, view, shown)
        self.conversation = conversation
        self._tools = tools
        self._current: str | None = None

    def send(
        self, text: str, *, thinking: bool | None = None, tools: Sequence[str] | None = None
    ) -> Reply:
        """Ask, and wait for the answer, which is shown while it is written.

        An interrupt stops the reply; what was written stays. Raises Upstream where the provider
        failed, Conflict while another reply is being written.
        """
        with self._view.exchange(self):
            try:
                reply = self._portal.run(self._send(text, thinking, tools))
            except KeyboardInterrupt:
                self.stop()
                raise
        self._view.refresh(self)
        return _checked(reply)

    async def asend(
        self, text: str, *, thinking: bool | None = None, tools: Sequence[str] | None = None
    ) -> Reply:
        """The same without blocking the loop. Cancelled, it leaves the reply to the server."""
        with self._view.exchange(self):
            reply = await self._portal.hop(self._send(text, thinking, tools))
        self._view.refresh(self)
        return _checked(reply)

    def stream(
        self, text: str, *, thinking: bool | None = None, tools: Sequence[str] | None = None
    ) -> Iterator[ReplyEvent]:
        """Ask, and give the events of the answer; nothing is shown."""
        return self._portal.iterate(self._stream(text, thinking, tools))

    def astream(
        self, text: str, *, thinking: bool | None = None, tools: Sequence[str] | None = None
    ) -> AsyncIterator[ReplyEvent]:
        return self._portal.aiterate(self._stream(text, thinking, tools))

    def stop(self) -> None:
        """End the reply that is being written; what was written stays."""
        self._portal.run(self._stop())

    def retry(self) -> Reply:
        """Ask the last question again, in place of an answer that was not whole.

        Raises Conflict where there is none.
        """
        with self._view.exchange(self):
            reply = self._portal.run(self._retry())
        self._view.refresh(self)
        return _checked(reply)

    def update(self, **settings: Unpack[Settings]) -> None:
        """Change what is given (`Settings`), for the questions from now on.

        Another provider brings its default model where no `model` is given. Raises BadInput for
        what does not fit, NotFound for a provider that is not there.
        """
        self._portal.run(self._update(settings))
        self._view.refresh(self)

    async def aupdate(self, **settings: Unpack[Settings]) -> None:
        """The same without blocking the loop."""
        await self._portal.hop(self._update(settings))
        self._view.refresh(self)

    def delete(self) -> None:
        self._portal.run(self._client.delete_conversation(self.id))

    def script(self) -> list[str]:
        settings = self.conversation
        more = f", system={settings.system_prompt!r}" if settings.system_prompt else ""
        more += f", model={settings.model!r}" if settings.model else ""
        asked = [each.content for each in self.messages if each.role is MessageRole.USER]
        return [
            f"chat = lx.chat({self.title!r}{more})",
            *(f"chat.send({text!r})" for text in asked),
        ]

    async def act(self, action: str, text: str) -> None:
        if action == "send":
            await self._begin(text, None, None)
        elif action == "stop":
            await self._stop()
        elif action == "retry":
            await self._begin_again()
        else:
            raise BadInput(f"A conversation cannot {action}")

    # On the portal's thread

    async def _update(self, settings: Settings) -> None:
        fields = await fields_of(self._client, settings)
        if fields["provider_id"] not in {None, self.conversation.provider_id}:
            # A model's name means nothing to another provider: empty is its default.
            fields["model"] = fields["model"] or ""
        self.conversation = await self._client.update_conversation(self.id, **fields)
        self._tools = settings.get("tools", self._tools)
        self.transcript.title = self.conversation.title
        self.transcript.model = self.conversation.model

    async def _send(self, text: str, thinking: bool | None, tools: Sequence[str] | None) -> Reply:
        return await self._ended(await self._begin(text, thinking, tools))

    async def _retry(self) -> Reply:
        return await self._ended(await self._begin_again())

    async def _ended(self, reply: Message) -> Reply:
        following = self._following
        if following is not None:
            await asyncio.wait({following})  # not cancelled with who waits
            following.result()
        return Reply(await self._client.message(reply.id))

    async def _begin(
        self, text: str, thinking: bool | None, tools: Sequence[str] | None
    ) -> Message:
        user, reply = await self._client.begin_reply(
            self.id, text, thinking=thinking, tools=self._tools if tools is None else tools
        )
        self.tell(MessageStored(message=user))
        self.tell(MessageStored(message=blank(reply)))
        self._current = reply.id
        self._follow(self._follow_reply(reply.id))
        return reply

    async def _begin_again(self) -> Message:
        """Raises Conflict unless the last reply is one that was not whole."""
        messages = await self.messages_here()
        asked = messages[-2] if messages[-2:-1] else None
        whole = {MessageStatus.COMPLETED, MessageStatus.RUNNING}
        if asked is None or messages[-1].status in whole or asked.role is not MessageRole.USER:
            raise Conflict("There is no failed or stopped reply to ask for again")
        for message in messages[-2:]:
            await self._client.delete_message(message.id)
        self.transcript.replace(messages[:-2])
        return await self._begin(asked.content, None, None)

    async def _follow_reply(self, message_id: str) -> None:
        async with aclosing(self._client.follow_reply(message_id)) as events:
            async for event in events:
                self.tell(event)

    async def _stream(
        self, text: str, thinking: bool | None, tools: Sequence[str] | None
    ) -> AsyncIterator[ReplyEvent]:
        events: asyncio.Queue[Event | None] = asyncio.Queue()  # no more than the reply's
        stop = self.listen(events.put_nowait)
        try:
            await self._begin(text, thinking, tools)
            following = self._following
            assert following is not None  # noqa: S101 - it has just begun
            following.add_done_callback(lambda _: events.put_nowait(None))
            while (event := await events.get()) is not None:
                yield event  # type: ignore[misc]
            following.result()
        finally:
            stop()

    async def _stop(self) -> None:
        if self._current is not None:
            await self._client.cancel(self._current)
            await self._last_word()

    async def _load(self) -> None:
        messages = await self.messages_here()
        running = messages and messages[-1].status is MessageStatus.RUNNING
        if running:
            self._current = messages[-1].id
            messages[-1] = blank(messages[-1])
        self.transcript.replace(messages)
        if running:
            self._follow(self._follow_reply(messages[-1].id))

    async def messages_here(self) -> list[Message]:
        return await self._client.messages(self.id)


def _checked(reply: Reply) -> Reply:
    if reply.status is MessageStatus.FAILED:
        raise Upstream(reply.error)
    return reply
