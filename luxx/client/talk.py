"""What a conversation and a room have in common: a transcript, those who watch it, and exports."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from luxx.client import export, frames
from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.transcript import Transcript
from luxx.client.types import Event, Message
from luxx.client.usage import Usage
from luxx.client.view import View
from luxx.errors import BadInput, LuxxError

if TYPE_CHECKING:
    import pandas as pd

Listener = Callable[[Event], None]
What = Literal["messages", "steps", "usage"]
#: Seconds that a stopped run has to say its last word.
LAST_WORD = 10.0


class Talk(ABC):
    """Methods that begin with `a` are for asynchronous code, the others wait."""

    def __init__(self, client: AsyncClient, portal: Portal, view: View, shown: Transcript) -> None:
        self._client, self._portal, self._view = client, portal, view
        #: What is shown of it: loaded when it is displayed, then kept by the events.
        self.transcript = shown
        self._listeners: list[Listener] = []
        self._following: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        return self.transcript.id

    @property
    def title(self) -> str:
        return self.transcript.title

    @property
    def connection(self) -> str:
        """The Python that connects to its server."""
        return self._client.again

    @property
    def portal(self) -> Portal:
        """The thread on which events are told."""
        return self._portal

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call it with every event from now on, on the portal's thread; gives what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        self.transcript.apply(event)
        for listener in tuple(self._listeners):
            listener(event)

    def excerpt(self) -> Transcript:
        """What a cell shows that goes on with the talk: by itself, what is said from then on."""
        shown = self.transcript
        return Transcript(shown.kind, shown.id, shown.title, model=shown.model)

    # What is there

    @property
    def messages(self) -> list[Message]:
        """All messages, oldest first, as the server has them now."""
        return self._portal.run(self.amessages())

    async def amessages(self) -> list[Message]:
        return await self._portal.hop(self.messages_here())

    @property
    def usage(self) -> Usage:
        """The tokens that it took: a table, and `usage.plot()`."""
        return Usage.of(self.messages)

    def to_dataframe(self, what: What = "messages") -> "pd.DataFrame":
        """One row for each message, step, or reply with its tokens. Needs pandas."""
        if what not in frames.BUILDERS:
            expected = ", ".join(frames.BUILDERS)
            raise BadInput(f"what must be one of {expected}, not {what!r}", field="what")
        return frames.BUILDERS[what](self.messages)

    def to_markdown(self) -> str:
        return export.to_markdown(self.title, self.messages)

    def to_json(self) -> str:
        return export.to_json(self.transcript.kind, self.id, self.title, self.messages)

    def export(self, path: str | Path) -> Path:
        """Write it to a file: `.md`, `.json` or `.ipynb`, a notebook that asks it all again."""
        return export.write(Path(path), self)

    @abstractmethod
    def script(self) -> list[str]:
        """The Python that has this talk again: one piece for each step of it."""

    # What the browser asks for; all of it on the portal's thread

    async def load(self) -> None:
        """Have all of it in the transcript, and follow what is running."""
        if self._following is None or self._following.done():
            await self._load()

    @abstractmethod
    async def act(self, action: str, text: str) -> None:
        """Do what a button asks for: `send`, `stop`, `retry`, `start`. Raises LuxxError."""

    @abstractmethod
    async def _load(self) -> None: ...

    @abstractmethod
    async def messages_here(self) -> list[Message]: ...

    def _follow(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._following = asyncio.create_task(work)
        self._following.add_done_callback(_seen)  # who waits for it hears of its error
        return self._following

    async def _last_word(self) -> None:
        """Wait, bounded, until what is followed has ended."""
        if self._following is not None:
            await asyncio.wait({self._following}, timeout=LAST_WORD)

    # How it is shown

    def _ipython_display_(self) -> None:
        self._view.display(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}: {self.title}>"


def _seen(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and not isinstance(task.exception(), LuxxError | None):
        task.get_loop().call_exception_handler(
            {"message": "following ended", "exception": task.exception(), "task": task}
        )
