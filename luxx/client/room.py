"""A room: agents discuss a task in rounds, with you or without you watching."""

import asyncio
from contextlib import aclosing

from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.talk import Talk
from luxx.client.transcript import Transcript
from luxx.client.types import Message, MessageStatus, RoomInfo, RoomStatus
from luxx.client.view import View
from luxx.errors import BadInput, Conflict, Upstream


class Room(Talk):
    """One room of the server's; display it to watch and to steer it in the browser."""

    def __init__(self, client: AsyncClient, portal: Portal, view: View, info: RoomInfo) -> None:
        super().__init__(client, portal, view, Transcript("room", info.id, info.title, room=info))

    @property
    def info(self) -> RoomInfo:
        """The room as the server has it now."""
        return self._portal.run(self._client.room(self.id))

    @property
    def status(self) -> RoomStatus:
        return self.info.status

    def start(self) -> None:
        """Begin the discussion, or go on with it; returns at once. Display the room to watch it.

        Raises Conflict for one that runs or is complete, BadInput for one without agents.
        """
        self._portal.run(self._start())

    def wait(self, timeout: float | None = None) -> RoomStatus:
        """Until the discussion ends, however it does; TimeoutError after `timeout` seconds.

        Raises Upstream where the room failed. An interrupt ends the wait, not the discussion.
        """
        status = self._portal.run(self._wait(timeout))
        self._view.refresh(self)
        return self._checked(status)

    async def await_end(self, timeout: float | None = None) -> RoomStatus:
        """The same for asynchronous code."""
        status = await self._portal.hop(self._wait(timeout))
        self._view.refresh(self)
        return self._checked(status)

    def run(self, timeout: float | None = None) -> RoomStatus:
        """Start, show and wait; an interrupt stops the discussion, which can be gone on with."""
        with self._view.exchange(self):
            try:
                status = self._portal.run(self.run_here(timeout))
            except KeyboardInterrupt:
                self.stop()
                raise
        self._view.refresh(self)
        return self._checked(status)

    async def arun(self, timeout: float | None = None) -> RoomStatus:
        with self._view.exchange(self):
            status = await self._portal.hop(self.run_here(timeout))
        self._view.refresh(self)
        return self._checked(status)

    def stop(self) -> None:
        """Pause the discussion; what was said stays."""
        self._portal.run(self._stop())

    def reset(self) -> None:
        """Delete what was said, and begin at round 0 at the next start."""
        self._portal.run(self._reset())

    def delete(self) -> None:
        self._portal.run(self._client.delete_room(self.id))

    def excerpt(self) -> Transcript:
        return self.transcript

    def script(self) -> list[str]:
        info = self.info
        seats = [
            {
                "name": seat.name,
                "role": seat.role,
                "system": seat.system_prompt,
                "color": seat.color,
            }
            for seat in info.agents
        ]
        agents = "".join(f"        {seat!r},\n" for seat in seats)
        make = (
            f"room = lx.room(\n    {info.title!r},\n    task={info.task!r},\n"
            f"    max_rounds={info.max_rounds},\n    agents=[\n{agents}    ],\n)"
        )
        return [make, "room.run()"]

    async def act(self, action: str, text: str) -> None:
        del text
        if action in {"start", "retry"}:
            await self._start()
        elif action == "stop":
            await self._stop()
        else:
            raise BadInput(f"A room cannot {action}")

    # On the portal's thread

    async def _start(self) -> None:
        await self._client.start_room(self.id)
        await self._load()

    async def run_here(self, timeout: float | None = None) -> RoomStatus:
        await self._start()
        return await self._wait(timeout)

    async def _wait(self, timeout: float | None) -> RoomStatus:
        await self.load()
        if self._following is not None:
            done, _ = await asyncio.wait({self._following}, timeout=timeout)
            if not done:
                raise TimeoutError(f"{self!r} was not done after {timeout} s")
            self._following.result()
        return (await self._client.room(self.id)).status

    async def _load(self) -> None:
        info = await self._client.room(self.id)
        messages = [
            each for each in await self.messages_here() if each.status is not MessageStatus.RUNNING
        ]
        self.transcript.notice = None
        self.transcript.replace(messages, info)
        if info.status is RoomStatus.RUNNING:
            self._follow(self._follow_run())

    async def _follow_run(self) -> None:
        async with aclosing(self._client.follow_room(self.id)) as events:
            async for event in events:
                self.tell(event)

    async def _stop(self) -> None:
        try:
            await self._client.stop_room(self.id)
        except Conflict:  # it has just ended
            return
        await self._last_word()

    async def _reset(self) -> None:
        info = await self._client.reset_room(self.id)
        await self._last_word()
        self.transcript.replace([], info)

    async def messages_here(self) -> list[Message]:
        return await self._client.room_messages(self.id)

    def _checked(self, status: RoomStatus) -> RoomStatus:
        if status is RoomStatus.ERROR:
            raise Upstream(self.transcript.notice or "The discussion failed")
        return status
