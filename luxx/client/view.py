"""How what happens is shown: nowhere, in a terminal, or by a notebook's own view."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from luxx.client.types import (
    Event,
    MessageChunk,
    MessageFailed,
    MessageStarted,
    RoomFailed,
    StepUpdated,
    TextStep,
    ToolCallStep,
)
from luxx.sandbox.output import clean

if TYPE_CHECKING:
    from luxx.client.talk import Talk

#: Called with how many are done, and how many there are.
Progress = Callable[[int, int], None]


class View(Protocol):
    """Where a face shows what it does. All of it is called by the thread that uses the face."""

    def exchange(self, talk: "Talk") -> AbstractContextManager[None]:
        """Show what is said in the talk from now on; what is left at the end stays."""
        ...

    def display(self, talk: "Talk") -> None:
        """Show a talk, to be gone on with where that is possible."""
        ...

    def refresh(self, talk: "Talk") -> None:
        """What is kept of a displayed talk has changed."""
        ...

    def progress(self) -> AbstractContextManager[Progress]:
        """Show how far something is."""
        ...


class Quiet:
    """Shows nothing: for programs."""

    @contextmanager
    def exchange(self, talk: "Talk") -> Iterator[None]:
        del talk
        yield

    def display(self, talk: "Talk") -> None:
        del talk

    def refresh(self, talk: "Talk") -> None:
        del talk

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        yield lambda _done, _all: None


class Terminal(Quiet):
    """Prints a reply as it is written. A model's words cannot command the terminal."""

    @contextmanager
    def exchange(self, talk: "Talk") -> Iterator[None]:
        stop = talk.listen(_print)
        try:
            yield
        finally:
            stop()
            _write("\n")

    def display(self, talk: "Talk") -> None:
        _write(talk.to_markdown() + "\n")

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        yield _count
        _write("\n")


def _print(event: Event) -> None:
    if isinstance(event, StepUpdated):
        if isinstance(event.step, TextStep):
            _write(event.delta)
        elif isinstance(event.step, ToolCallStep):
            _write(f"\n[{event.step.name}]\n")
    elif isinstance(event, MessageStarted):
        _write(f"\n{event.sender_name}: ")
    elif isinstance(event, MessageChunk):
        _write(event.content)
    elif isinstance(event, MessageFailed | RoomFailed):
        _write(f"\n{event.content}")


def _write(text: str) -> None:
    sys.stdout.write(clean(text))
    sys.stdout.flush()


def _count(done: int, all_: int) -> None:
    sys.stdout.write(f"\r{done} of {all_}")
    sys.stdout.flush()


def usual() -> View:
    """A terminal where somebody looks at one, else nothing."""
    return Terminal() if sys.stdout is not None and sys.stdout.isatty() else Quiet()
